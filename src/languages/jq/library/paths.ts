/** What `.[key]` gives, at every kind of key, and getpath, setpath and delpaths. */
import type { JqObject, Value } from "../value.ts";
import { kindOf } from "../value.ts";
import type { NativeContext } from "./contract.ts";
import { arrayBytes, objectBytes } from "./contract.ts";
import { utf8Length } from "./dump.ts";
import { fail } from "./fail.ts";
import { toInt32 } from "./integers.ts";
import { checkDepth, equals, sortValues } from "./order.ts";
import { findSequence, replaceSlice, sliceBounds, sliceObjectBounds } from "./slices.ts";
import type { Bounds } from "./slices.ts";
import { sliceCodePoints } from "./text.ts";

/** `target[key]`: a member, an element, a slice (`key` an object of start and end), or where array `key` begins in array `target`. */
export function index(context: NativeContext, target: Value, key: Value): Value {
  if (typeof key === "string") {
    if (target instanceof Map) return target.get(key) ?? null;
    if (target === null) return null;
  } else if (typeof key === "number") {
    if (Array.isArray(target)) return elementAt(context, target, key);
    if (target === null) return null;
  } else if (key instanceof Map) {
    if (target === null) return null;
    if (Array.isArray(target) || typeof target === "string") {
      return takeSlice(context, target, sliceObjectBounds(context, target, key));
    }
  } else if (Array.isArray(key) && Array.isArray(target)) {
    return findSequence(context, target, key);
  }
  return failIndex(target, key);
}

/** `target[from:to]`; null stands for a bound that is not there. */
export function slice(context: NativeContext, target: Value, from: Value, to: Value): Value {
  if (target === null) return null;
  if (!Array.isArray(target) && typeof target !== "string") fail(`Cannot index ${kindOf(target)} with object`);
  return takeSlice(context, target, sliceBounds(context, target, from, to));
}

/** `value | getpath(path)`. */
export function getPath(context: NativeContext, value: Value, path: Value): Value {
  if (!Array.isArray(path)) fail("Path must be specified as an array");
  let current = value;
  for (const key of path) current = index(context, current, key);
  return current;
}

/** `value | setpath(path; newValue)`: a copy of what is on the way, everything else shared. */
export function setPath(context: NativeContext, value: Value, path: Value, newValue: Value): Value {
  if (!Array.isArray(path)) fail("Path must be specified as an array");
  return setFrom(context, value, path, newValue, 0);
}

/** `target` with `newValue` at `key`. */
export function setIndex(context: NativeContext, target: Value, key: Value, newValue: Value): Value {
  if (typeof key === "string" && (target === null || target instanceof Map)) {
    return withMember(context, target ?? new Map(), key, newValue);
  }
  if (typeof key === "number" && (target === null || Array.isArray(target))) {
    return withElement(context, target ?? [], key, newValue);
  }
  if (key instanceof Map && (target === null || Array.isArray(target))) {
    const array = target ?? [];
    const bounds = sliceObjectBounds(context, array, key);
    if (!Array.isArray(newValue)) fail("A slice of an array can only be assigned another array");
    return replaceSlice(context, array, bounds, newValue);
  }
  index(context, target, key);
  fail(`Cannot update field at ${kindOf(key)} index of ${kindOf(target)}`);
}

/** `value | delpaths(paths)`. */
export function deletePaths(context: NativeContext, value: Value, paths: Value): Value {
  if (!Array.isArray(paths)) fail("Paths must be specified as an array");
  const sorted = sortValues(context, paths);
  for (const path of sorted) {
    if (!Array.isArray(path)) fail(`Path must be specified as array, not ${kindOf(path)}`);
  }
  if (sorted.length === 0) return value;
  if ((sorted[0] as Value[]).length === 0) return null;
  return deleteSorted(context, value, sorted as Value[][], 0);
}

function elementAt(context: NativeContext, array: Value[], key: number): Value {
  if (context.level === "1.6" ? !Number.isInteger(key) : Number.isNaN(key)) return null;
  const position = toInt32(key);
  return array[position < 0 ? position + array.length : position] ?? null;
}

function takeSlice(context: NativeContext, target: Value[] | string, { start, end }: Bounds): Value {
  context.charge((typeof target === "string" ? target.length : end - start) >>> 4);
  if (typeof target === "string") return sliceCodePoints(target, start, end);
  context.allocate(arrayBytes(end - start));
  return target.slice(start, end);
}

function failIndex(target: Value, key: Value): never {
  if (typeof key === "string" && utf8Length(key) < 30) {
    fail(`Cannot index ${kindOf(target)} with string "${key.split("\0")[0]}"`);
  }
  fail(`Cannot index ${kindOf(target)} with ${kindOf(key)}`);
}

function setFrom(context: NativeContext, value: Value, path: Value[], newValue: Value, at: number): Value {
  if (at === path.length) return newValue;
  checkDepth(at);
  const key = path[at]!;
  const old = index(context, value, key);
  return setIndex(context, value, key, setFrom(context, old, path, newValue, at + 1));
}

function withMember(context: NativeContext, object: JqObject, name: string, value: Value): JqObject {
  context.charge(object.size);
  context.allocate(objectBytes(object.size + 1));
  return new Map(object).set(name, value);
}

function withElement(context: NativeContext, array: Value[], key: number, value: Value): Value[] {
  if (context.level !== "1.6" && Number.isNaN(key)) fail("Cannot set array element at NaN index");
  let position = toInt32(key);
  if (position < 0) position += array.length;
  if (position < 0) fail("Out of bounds negative array index");
  const length = Math.max(array.length, position + 1);
  context.charge(length >>> 4);
  context.allocate(arrayBytes(length));
  const copy = array.slice();
  while (copy.length < position) copy.push(null);
  copy[position] = value;
  return copy;
}

/** `paths` are sorted and share the first `at` keys, which lead to `value`. */
function deleteSorted(context: NativeContext, value: Value, paths: Value[][], at: number): Value {
  checkDepth(at);
  const doomed: Value[] = [];
  let result = value;
  let begin = 0;
  while (begin < paths.length) {
    const key = paths[begin]![at]!;
    let end = begin + 1;
    while (end < paths.length && equals(context, key, paths[end]![at]!)) end++;
    if (paths[begin]!.length === at + 1) doomed.push(key);
    else {
      const old = index(context, result, key);
      if (old !== null) {
        result = setIndex(context, result, key, deleteSorted(context, old, paths.slice(begin, end), at + 1));
      }
    }
    begin = end;
  }
  return deleteKeys(context, result, doomed);
}

function deleteKeys(context: NativeContext, target: Value, keys: Value[]): Value {
  if (target === null || keys.length === 0) return target;
  if (Array.isArray(target)) return deleteElements(context, target, keys);
  if (!(target instanceof Map)) fail(`Cannot delete fields from ${kindOf(target)}`);
  context.charge(target.size + keys.length);
  context.allocate(objectBytes(target.size));
  const rest = new Map(target);
  for (const key of keys) {
    if (typeof key !== "string") fail(`Cannot delete ${kindOf(key)} field of object`);
    rest.delete(key);
  }
  return rest;
}

function deleteElements(context: NativeContext, array: Value[], keys: Value[]): Value[] {
  const positions = new Set<number>();
  const slices: Bounds[] = [];
  for (const key of keys) {
    if (typeof key === "number") positions.add(key < 0 ? toInt32(key) + array.length : toInt32(key));
    else if (key instanceof Map) slices.push(sliceObjectBounds(context, array, key));
    else fail(`Cannot delete ${kindOf(key)} element of array`);
  }
  context.charge(array.length * (1 + slices.length));
  context.allocate(arrayBytes(array.length));
  return array.filter(
    (_, position) => !positions.has(position) && !slices.some(({ start, end }) => start <= position && position < end),
  );
}
