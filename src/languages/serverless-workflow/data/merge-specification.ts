/** How the specification 0.8 merges data, section "State data merging". */
import { type Counted, sortedKeys } from "../../jq/library/order.ts";
import type { JqObject, Value } from "../../jq/value.ts";

/**
 * `source` merged into `target`; neither is changed. Members of objects are merged, one level deep: arrays are concatenated, each
 * element once, everything else is replaced. The work is counted. A source that is no object becomes the member "response" of an object.
 */
export function mergeSpecification(context: Counted, target: Value, source: Value): Value {
  if (Array.isArray(target) && Array.isArray(source)) return concatenated(context, target, source);
  if (!(target instanceof Map)) return source;
  context.charge(target.size);
  const merged = new Map(target);
  if (!(source instanceof Map)) return merged.set("response", source);
  for (const [name, value] of source) {
    const old = merged.get(name);
    merged.set(name, Array.isArray(old) && Array.isArray(value) ? concatenated(context, old, value) : value);
  }
  return merged;
}

function concatenated(context: Counted, target: Value[], source: Value[]): Value[] {
  const there = new Elements(context, target);
  const all = [...target];
  for (const element of source) if (there.add(element)) all.push(element);
  return all;
}

/** What an array has, by `==` of jq: nan is the same as nothing, and what holds it only as itself. */
class Elements {
  readonly #context: Counted;
  /** Scalars, and what holds nan. */
  readonly #values = new Set<Value>();
  readonly #texts = new Set<string>();

  constructor(context: Counted, elements: readonly Value[]) {
    this.#context = context;
    for (const element of elements) this.add(element);
  }

  /** Whether it was not there. */
  add(element: Value): boolean {
    this.#context.charge(typeof element === "string" ? 1 + (element.length >>> 4) : 1);
    if (Number.isNaN(element)) return true;
    // Written even when the very same one is there: steps must not depend on what the values share.
    const isScalar = element === null || typeof element !== "object";
    const text = isScalar ? undefined : canonical(this.#context, element);
    return text === undefined ? added(this.#values, element) : added(this.#texts, text);
  }
}

/** Whether it was not there. */
function added<T>(set: Set<T>, value: T): boolean {
  const { size } = set;
  return set.add(value).size > size;
}

/** A text that is the same for values that are equal; undefined for what holds nan. */
function canonical(context: Counted, value: Value): string | undefined {
  context.charge(stepsOfOne);
  if (typeof value === "number") return Number.isNaN(value) ? undefined : String(value);
  if (typeof value === "string") {
    context.charge(value.length >>> 2);
    return JSON.stringify(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? canonicalArray(context, value) : canonicalObject(context, value);
}

/** Writing costs more than comparing, for which one step is counted. */
const stepsOfOne = 4;

function canonicalArray(context: Counted, array: Value[]): string | undefined {
  let text = "[";
  for (const element of array) {
    const written = canonical(context, element);
    if (written === undefined) return undefined;
    text += `${written},`;
  }
  return `${text}]`;
}

function canonicalObject(context: Counted, object: JqObject): string | undefined {
  context.charge(stepsOfOne * object.size);
  let text = "{";
  for (const name of sortedKeys(object)) {
    context.charge(name.length >>> 2);
    const written = canonical(context, object.get(name)!);
    if (written === undefined) return undefined;
    text += `${JSON.stringify(name)}:${written},`;
  }
  return `${text}}`;
}
