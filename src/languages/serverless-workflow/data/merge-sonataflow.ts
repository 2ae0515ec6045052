/**
 * How SonataFlow merges the result of an action or an event into data. Unlike the specification's rule this one goes deep and
 * replaces arrays.
 */
import { type Counted, equals, uncounted } from "../../jq/library/order.ts";
import type { JqObject, Value } from "../../jq/value.ts";

/** `source` merged into `target`; neither is changed. The work is counted. */
export function mergeSonataflow(context: Counted, target: Value, source: Value): Value {
  context.charge(1);
  if (isEmpty(target)) return source;
  if (Array.isArray(target)) return mergeIntoArray(context, target, source);
  if (target instanceof Map) return mergeIntoObject(context, target, source);
  if (Array.isArray(source)) {
    context.charge(source.length);
    return source.some((element) => equals(uncounted, element, target)) ? source : [target, ...source];
  }
  if (source instanceof Map) return new Map(source).set("_target", target);
  return source;
}

function isEmpty(value: Value): boolean {
  if (value === null || value === "") return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.length === 0 : value.size === 0;
}

function mergeIntoArray(context: Counted, target: Value[], source: Value): Value {
  if (Array.isArray(source)) return source;
  context.charge(target.length);
  return target.some((element) => equals(uncounted, element, source)) ? target : [...target, source];
}

function mergeIntoObject(context: Counted, target: JqObject, source: Value): Value {
  context.charge(target.size);
  const merged = new Map(target);
  if (!(source instanceof Map)) return merged.set("response", source);
  for (const [name, value] of source) {
    const old = merged.get(name);
    // A null that is told explicitly says that there is nothing any more.
    merged.set(name, old === undefined || value === null ? value : mergeSonataflow(context, old, value));
  }
  return merged;
}
