/** How the specification 0.8 merges data, section "State data merging". */
import { equals, uncounted } from "../../jq/library/order.ts";
import type { Value } from "../../jq/value.ts";

/**
 * `source` merged into `target`; neither is changed. Members of objects are merged, one level deep: arrays are concatenated, each
 * element once, everything else is replaced. A source that is no object becomes the member "response" of an object.
 */
export function mergeSpecification(target: Value, source: Value): Value {
  if (Array.isArray(target) && Array.isArray(source)) return concatenated(target, source);
  if (!(target instanceof Map)) return source;
  const merged = new Map(target);
  if (!(source instanceof Map)) return merged.set("response", source);
  for (const [name, value] of source) {
    const old = merged.get(name);
    merged.set(name, Array.isArray(old) && Array.isArray(value) ? concatenated(old, value) : value);
  }
  return merged;
}

function concatenated(target: Value[], source: Value[]): Value[] {
  const all = [...target];
  for (const element of source) {
    if (!all.some((there) => equals(uncounted, there, element))) all.push(element);
  }
  return all;
}
