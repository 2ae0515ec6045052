/** Which triggers an event is for. Triggers are indexed by type and project, so finding them is a lookup, never a scan. */
import {
  attributeText,
  describeTest,
  fieldAt,
  type FilteredAttributes,
  matchesFilter,
  matchesType,
  passesTest,
  type Filter,
  type RestPredicate,
  type Scalar,
} from "../core/filter.ts";
import type { TriggerDescription } from "../core/program.ts";

/** A definition that is for every project. */
const everyProject = "*";

/** A trigger of a definition; `owner` is what the engine knows the definition by. */
export interface IndexedTrigger<Owner> {
  owner: Owner;
  project: string;
  path: string;
  trigger: TriggerDescription;
}

/** What is asked about an event. `data` is called at most once, and only when some filter looks at fields. */
export interface EventToMatch {
  attributes: FilteredAttributes;
  data(): unknown;
}

export interface TriggerMatches<Owner> {
  matches: IndexedTrigger<Owner>[];
  /** Triggers for this type whose filter wants something else; `reason` says what. */
  nearMisses: { trigger: IndexedTrigger<Owner>; reason: string }[];
}

/** So many types are remembered with what listens to them; senders choose types, so memory must not follow them. */
const maxRememberedTypes = 1000;

/** The triggers of the active definitions. */
export class TriggerIndex<Owner> {
  readonly #definitions = new Map<string, IndexedTrigger<Owner>[]>();
  /** By type, then project: computed when a type is first met, dropped at every change. */
  #byType = new Map<string, ReadonlyMap<string, IndexedTrigger<Owner>[]>>();
  /** Why a type starts nothing in a project: most events may be of such types. */
  #reasons = new Map<string, string>();

  /** Sets the triggers of a definition, in place of those it had. `project` may be "*": every project. */
  set(definition: { project: string; path: string; owner: Owner }, triggers: readonly TriggerDescription[]): void {
    const { project, path, owner } = definition;
    this.#definitions.set(
      definitionKey(project, path),
      triggers.map((trigger) => ({ owner, project, path, trigger })),
    );
    this.#forget();
  }

  delete(project: string, path: string): void {
    this.#definitions.delete(definitionKey(project, path));
    this.#forget();
  }

  /** The triggers for a type that may see events of a project: its own first, each in the order of definition. */
  candidates(project: string, type: string): readonly IndexedTrigger<Owner>[] {
    const listeners = this.#listeners(type);
    const own = listeners.get(project) ?? [];
    const shared = project === everyProject ? [] : (listeners.get(everyProject) ?? []);
    return own.length === 0 ? shared : shared.length === 0 ? own : [...own, ...shared];
  }

  /** Why an event of a project started nothing, when no trigger is for its type: one line. */
  whyNone(project: string, type: string): string {
    const key = `${project}\0${type}`;
    const known = this.#reasons.get(key);
    if (known !== undefined) return known;
    const reason = reasonFor(this.#typesOf(project), type);
    if (this.#reasons.size >= maxRememberedTypes) this.#reasons = new Map();
    this.#reasons.set(key, reason);
    return reason;
  }

  /** The types that some definition of a project is for, sorted. */
  #typesOf(project: string): string[] {
    const triggers = [...this.#definitions.values()].flat();
    const seen = triggers.filter((entry) => entry.project === project || entry.project === everyProject);
    return [...new Set(seen.flatMap((entry) => entry.trigger.filter.types))].toSorted();
  }

  #forget(): void {
    this.#byType = new Map();
    this.#reasons = new Map();
  }

  #listeners(type: string): ReadonlyMap<string, IndexedTrigger<Owner>[]> {
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    const listeners = new Map<string, IndexedTrigger<Owner>[]>();
    for (const triggers of this.#definitions.values()) {
      for (const entry of triggers) {
        if (!entry.trigger.filter.types.some((pattern) => matchesType(pattern, type))) continue;
        const list = listeners.get(entry.project);
        if (list === undefined) listeners.set(entry.project, [entry]);
        else list.push(entry);
      }
    }
    if (this.#byType.size >= maxRememberedTypes) this.#byType = new Map();
    this.#byType.set(type, listeners);
    return listeners;
  }
}

/** Which triggers start a run for an event of a project, and which were for its type and wanted something else. */
export function matchTriggers<Owner>(
  index: TriggerIndex<Owner>,
  project: string,
  event: EventToMatch,
  dialects?: ReadonlyMap<string, RestPredicate>,
): TriggerMatches<Owner> {
  const result: TriggerMatches<Owner> = { matches: [], nearMisses: [] };
  let data: unknown;
  let parsed = false;
  for (const entry of index.candidates(project, event.attributes.type)) {
    const { filter } = entry.trigger;
    if (filter.fields.length > 0 || filter.rest !== undefined) {
      if (!parsed) data = event.data();
      parsed = true;
    } else if (filter.attributes === undefined) {
      result.matches.push(entry);
      continue;
    }
    if (matchesFilter(filter, event.attributes, data, dialects)) result.matches.push(entry);
    else result.nearMisses.push({ trigger: entry, reason: whyNot(filter, event.attributes, data) });
  }
  return result;
}

function reasonFor(types: string[], type: string): string {
  if (types.length === 0) return "no definition of this project has a trigger";
  const close = closestType(types, type);
  return close === undefined ? "no trigger for this type" : `no trigger for this type; there is one for "${close}"`;
}

/** The first attribute or field that an event does not have as the filter wants it. */
function whyNot(filter: Filter, attributes: FilteredAttributes, data: unknown): string {
  for (const { name, anyOf } of filter.attributes ?? []) {
    const value = attributeText(attributes, name);
    if (value !== undefined && anyOf.some((wanted) => String(wanted) === value)) continue;
    const got = value === undefined ? "is not there" : `is ${short(value)}`;
    return `the attribute ${name} ${got}, wanted ${anyOf.map(short).join(" or ")}`;
  }
  for (const test of filter.fields) {
    const value = fieldAt(data, test.path);
    if (passesTest(test, value)) continue;
    const got = value === undefined ? "is not there" : `is ${short(value)}`;
    return `data.${test.path.join(".")} ${got}, wanted ${describeTest(test, short)}`;
  }
  return `the filter's ${filter.rest?.dialect ?? ""} condition does not hold: ${short(filter.rest?.text ?? "")}`;
}

function short(value: Scalar): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}

/** A type that differs in one or two characters, or in the last word only: a likely slip of the pen. */
function closestType(types: readonly string[], type: string): string | undefined {
  const stem = (text: string) => text.slice(0, Math.max(text.lastIndexOf("."), text.lastIndexOf("_")));
  return types.find((other) => editDistance(other, type) <= 2) ?? types.find((other) => stem(other) === stem(type));
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2 || a.length > 200) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function definitionKey(project: string, path: string): string {
  return `${project}\0${path}`;
}
