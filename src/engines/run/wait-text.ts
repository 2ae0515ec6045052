/** What a run waits for, in words. */
import { describeTest, type Filter } from "../../core/filter.ts";
import { isCall, type Ledger, type OpenEntry } from "./ledger.ts";

/** More of what a run waits for is counted. */
const maxShown = 5;

/** One line for everything that is open; null when nothing is. */
export function describeWait({ open, signals }: Pick<Ledger, "open" | "signals">): string | null {
  const inOrder = [...open.values()].toSorted((a, b) => Number(isOfWhole(a.effect)) - Number(isOfWhole(b.effect)));
  const entries = inOrder.slice(0, maxShown).map(describeEntry);
  const parts = [...entries, ...[...new Set(signals)].map((name) => `signal ${name}`)].slice(0, maxShown);
  const more = open.size + new Set(signals).size - parts.length;
  if (more > 0) parts.push(`${more} more`);
  return parts.length === 0 ? null : parts.join(", or ");
}

/** A timer that is of no function or state is the timeout of all. */
function isOfWhole({ kind, origin }: OpenEntry["effect"]): boolean {
  return kind === "sleep" && origin.node === undefined;
}

/** What is open, with the name that the author gave it. */
export function describeEntry(entry: OpenEntry): string {
  if (!isCall(entry)) return labelled(describeEffect(entry.effect), entry);
  const what = labelled(entry.effect.action, entry);
  return entry.next === undefined
    ? `${what}, attempt ${entry.attempt}`
    : `attempt ${entry.attempt + 1} of ${what} at ${new Date(entry.next).toISOString()}: ${entry.error?.message ?? ""}`;
}

function labelled(what: string, { effect }: OpenEntry): string {
  const { label } = effect.origin;
  return label === undefined ? what : `${what} (${label})`;
}

function describeEffect(effect: OpenEntry["effect"]): string {
  switch (effect.kind) {
    case "sleep": {
      const time = new Date(effect.until).toISOString();
      return isOfWhole(effect) ? `timeout of the workflow at ${time}` : `sleep until ${time}`;
    }
    case "await":
      return `event ${describeFilter(effect.filter)}`;
    case "spawn":
      return `run of ${effect.definition.name}`;
    case "ask":
      return `task ${JSON.stringify(effect.task.title)}`;
    default:
      return effect.kind;
  }
}

export function describeFilter(filter: Filter): string {
  const fields = filter.fields.map(
    (test) => `${test.path.join(".")} = ${describeTest(test, (value) => JSON.stringify(value))}`,
  );
  const attributes = (filter.attributes ?? []).map(
    ({ name, anyOf }) => `${name} = ${anyOf.map((value) => JSON.stringify(value)).join(" or ")}`,
  );
  return [filter.types.join(" or "), ...fields, ...attributes].join(", ");
}
