/** Writing a result to a place in data: `toStateData`, `outputCollection`. */
import type { Value } from "../../jq/value.ts";
import { maxDepth } from "./json.ts";
import type { Merge } from "./merge.ts";
import { bytesLeft } from "./sizes.ts";

/** Keys of objects and indices of arrays, from the outside in. */
export type Path = readonly (string | number)[];

/** What is at a path; null where there is nothing. */
export function valueAt(data: Value, path: Path): Value {
  let value = data;
  for (const key of path) {
    if (typeof key === "string" && value instanceof Map) value = value.get(key) ?? null;
    else if (typeof key === "number" && Array.isArray(value)) value = value.at(key) ?? null;
    else return null;
  }
  return value;
}

/** There can be no such place. */
export class PlaceError extends Error {}

/** The longest array that writing to an index may make. */
const longestArray = 1_000_000;

/**
 * `data` with `value` at a path; objects and arrays that are missing on the way are made, what else stands in the way is replaced.
 * Throws PlaceError for an index that no array has, and for a place so deep that the data could not be read again.
 */
export function withValueAt(data: Value, path: Path, value: Value): Value {
  if (path.length >= maxDepth || bytesLeft(value, Infinity, maxDepth - path.length) === "too deep")
    throw new PlaceError(`data cannot be nested deeper than ${maxDepth}`);
  return written(data, path, value, 0);
}

function written(data: Value, path: Path, value: Value, at: number): Value {
  if (at === path.length) return value;
  const key = path[at]!;
  if (typeof key === "string") {
    const object = data instanceof Map ? new Map(data) : new Map<string, Value>();
    return object.set(key, written(object.get(key) ?? null, path, value, at + 1));
  }
  const array = Array.isArray(data) ? [...data] : [];
  const index = key < 0 ? array.length + key : key;
  if (!Number.isInteger(index) || index < 0 || index >= longestArray)
    throw new PlaceError(`no array has an index ${key}`);
  while (array.length < index) array.push(null);
  array[index] = written(array[index] ?? null, path, value, at + 1);
  return array;
}

/** `data` with `value` added at a path: merged into an object or array that is there, in place of anything else. */
export function withResultAt(merge: Merge, data: Value, path: Path, value: Value): Value {
  const old = valueAt(data, path);
  const merges = old !== null && typeof old === "object" && value !== null;
  return withValueAt(data, path, merges ? merge(old, value) : value);
}
