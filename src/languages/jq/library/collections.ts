/** Builtins on arrays, objects and lengths. */
import type { JqObject, Value } from "../value.ts";
import { isTruthy, kindOf } from "../value.ts";
import { add, subtract } from "./arithmetic.ts";
import type { NativeContext, NativeFunction } from "./contract.ts";
import { arrayBytes, stepsOfWriting } from "./contract.ts";
import { utf8Length } from "./dump.ts";
import { describe, fail, failOn, failOnBoth } from "./fail.ts";
import { toInt32 } from "./integers.ts";
import { textOf } from "./json-print.ts";
import { checkDepth, compare, equals, sortedKeys } from "./order.ts";
import { deletePaths, index, setPath } from "./paths.ts";
import { codePointCount } from "./text.ts";

/** Builtins on arrays, objects and lengths. */
export const collectionFunctions: readonly NativeFunction[] = [
  { name: "length", arity: 0, call: chargedLength },
  { name: "utf8bytelength", arity: 0, call: byteLength },
  { name: "keys", arity: 0, call: keys },
  { name: "keys_unsorted", arity: 0, call: keysUnsorted },
  { name: "has", arity: 1, call: (_, input, key) => has(input, key) },
  { name: "contains", arity: 1, call: (context, input, part) => containsTop(context, input, part) },
  { name: "setpath", arity: 2, call: setPath },
  { name: "delpaths", arity: 1, call: deletePaths },
  { name: "add", arity: 0, call: sum },
  { name: "any", arity: 0, call: (context, input) => elementsOf(context, input).some(isTruthy) },
  { name: "all", arity: 0, call: (context, input) => elementsOf(context, input).every(isTruthy) },
  { name: "flatten", arity: 0, call: (context, input) => flatten(context, input, -1, 0) },
  { name: "flatten", arity: 1, call: flattenTo },
  { name: "join", arity: 1, call: (context, input, separator) => join(context, input, separator) },
  { name: "reverse", arity: 0, call: reverse },
  { name: "transpose", arity: 0, call: transpose },
  { name: "bsearch", arity: 1, call: (context, input, target) => binarySearch(context, input, target) },
  { name: "_tostream", arity: 0, call: toStream },
  { name: "toarray", arity: 0, since: "1.7", call: (_, input) => (Array.isArray(input) ? input : [input]) },
  { name: "not", arity: 0, call: (_, input) => !isTruthy(input) },
  { name: "type", arity: 0, call: (_, input) => kindOf(input) },
];

/** What `.[]` gives, all at once. Throws for what cannot be iterated over. */
export function elementsOf(context: NativeContext, value: Value): Value[] {
  if (Array.isArray(value)) {
    context.charge(value.length);
    return value;
  }
  if (!(value instanceof Map)) fail(`Cannot iterate over ${describe(value)}`);
  context.charge(value.size);
  context.allocate(arrayBytes(value.size));
  return [...value.values()];
}

/** `length`. */
function lengthOf(value: Value): number {
  if (value === null) return 0;
  switch (typeof value) {
    case "boolean":
      return failOn(value, "has no length");
    case "number":
      return Math.abs(value);
    case "string":
      return codePointCount(value);
    default:
      return Array.isArray(value) ? value.length : value.size;
  }
}

function chargedLength(context: NativeContext, value: Value): number {
  if (typeof value === "string") context.charge(value.length >>> 4);
  return lengthOf(value);
}

function byteLength(context: NativeContext, value: Value): number {
  if (typeof value !== "string") failOn(value, "only strings have UTF-8 byte length");
  context.charge(value.length >>> 4);
  return utf8Length(value);
}

function keys(context: NativeContext, value: Value): Value[] {
  if (!(value instanceof Map)) return keysUnsorted(context, value);
  context.charge(value.size * Math.ceil(Math.log2(value.size + 2)));
  context.allocate(arrayBytes(value.size));
  return sortedKeys(value);
}

function keysUnsorted(context: NativeContext, value: Value): Value[] {
  if (value === null || typeof value !== "object") failOn(value, "has no keys");
  const size = lengthOf(value);
  context.charge(size);
  context.allocate(arrayBytes(size));
  return Array.isArray(value) ? value.map((_, position) => position) : [...value.keys()];
}

function has(value: Value, key: Value): boolean {
  if (value === null) return false;
  if (value instanceof Map && typeof key === "string") return value.has(key);
  if (Array.isArray(value) && typeof key === "number") {
    const position = toInt32(key);
    return position >= 0 && position < value.length;
  }
  fail(`Cannot check whether ${kindOf(value)} has a ${kindOf(key)} key`);
}

function containsTop(context: NativeContext, whole: Value, part: Value): boolean {
  const booleansDiffer = typeof whole === "boolean" && typeof part === "boolean" && whole !== part;
  if (kindOf(whole) !== kindOf(part) || (booleansDiffer && context.level === "1.6")) {
    failOnBoth(whole, part, "cannot have their containment checked");
  }
  return contains(context, whole, part, 0);
}

function contains(context: NativeContext, whole: Value, part: Value, depth: number): boolean {
  checkDepth(depth);
  context.charge(stepsOfWriting);
  if (whole instanceof Map && part instanceof Map) {
    return [...part].every(([name, value]) => {
      const own = whole.get(name);
      return own !== undefined && contains(context, own, value, depth + 1);
    });
  }
  if (Array.isArray(whole) && Array.isArray(part)) {
    return part.every((value) => whole.some((own) => contains(context, own, value, depth + 1)));
  }
  if (typeof whole === "string" && typeof part === "string") return containsText(context, whole, part);
  return equals(context, whole, part);
}

/** In jq 1.6 a text ends at its first U+0000 here. */
function containsText(context: NativeContext, whole: string, part: string): boolean {
  context.charge(whole.length >>> 1);
  if (context.level !== "1.6") return whole.includes(part);
  return whole.split("\0", 1)[0]!.includes(part.split("\0", 1)[0]!);
}

function sum(context: NativeContext, input: Value): Value {
  const elements = elementsOf(context, input);
  if (elements.length > 2 && elements.every((element) => Array.isArray(element))) {
    return concatenate(context, elements);
  }
  if (elements.length > 2 && elements.every((element) => element instanceof Map)) return merge(context, elements);
  let total: Value = null;
  for (const element of elements) total = add(context, total, element);
  return total;
}

function concatenate(context: NativeContext, arrays: Value[][]): Value[] {
  let length = 0;
  for (const array of arrays) length += array.length;
  context.charge(length >>> 4);
  context.allocate(arrayBytes(length));
  return arrays.flat(1);
}

function merge(context: NativeContext, objects: JqObject[]): JqObject {
  const merged: JqObject = new Map();
  for (const object of objects) {
    context.charge(stepsOfWriting * object.size);
    for (const [name, value] of object) merged.set(name, value);
  }
  context.allocate(64 + 48 * merged.size);
  return merged;
}

function flattenTo(context: NativeContext, input: Value, depth: Value = null): Value[] {
  if (compare(context, depth, 0) < 0) fail("flatten depth must not be negative");
  return flatten(context, input, depth, 0);
}

/** `limit` may be no number at all: it is only counted down where an array is met. */
function flatten(context: NativeContext, input: Value, limit: Value, depth: number): Value[] {
  checkDepth(depth);
  const flat: Value[] = [];
  for (const element of elementsOf(context, input)) {
    if (!Array.isArray(element) || limit === 0) flat.push(element);
    else for (const inner of flatten(context, element, subtract(context, limit, 1), depth + 1)) flat.push(inner);
  }
  context.allocate(arrayBytes(flat.length));
  return flat;
}

function join(context: NativeContext, input: Value, separator: Value): Value {
  let text: Value = null;
  for (const element of elementsOf(context, input)) {
    const isPlain = typeof element === "boolean" || typeof element === "number";
    const piece = isPlain ? textOf(context, element) : (element ?? "");
    text = add(context, text === null ? "" : add(context, text, separator), piece);
  }
  return text ?? "";
}

function reverse(context: NativeContext, input: Value): Value {
  if (Array.isArray(input)) {
    context.charge(input.length >>> 2);
    context.allocate(arrayBytes(input.length));
    return input.toReversed();
  }
  if (typeof input === "string" && context.level !== "1.6") return Array.from(input).toReversed().join("");
  const length = lengthOf(input);
  if (length > 0) index(context, input, length - 1);
  return [];
}

function transpose(context: NativeContext, input: Value): Value {
  const lengths = elementsOf(context, input).map(lengthOf);
  if (!Array.isArray(input)) {
    if (lengths.length === 0) fail("Range bounds must be numeric");
    if (lengths.some((length) => length > 0)) index(context, input, 0);
    return [];
  }
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  context.charge(longest * input.length);
  context.allocate(arrayBytes(longest) + longest * arrayBytes(input.length));
  return Array.from({ length: Math.ceil(longest) }, (_, column) => input.map((row) => index(context, row, column)));
}

/** The position of `target` in a sorted array, or -1 - where it would be inserted. */
function binarySearch(context: NativeContext, input: Value, target: Value): number {
  const length = lengthOf(input);
  if (length === 0) return -1;
  let first = 0;
  let last = length - 1;
  while (first <= last) {
    const middle = Math.floor((first + last) / 2);
    const order = compare(context, index(context, input, middle), target);
    context.charge(1);
    if (order === 0) return middle;
    if (first === last) break;
    if (order < 0) first = middle + 1;
    else last = middle - 1;
  }
  return compare(context, index(context, input, first), target) < 0 ? -2 - first : -1 - first;
}

/** The events of `tostream`, all of them. */
function toStream(context: NativeContext, input: Value): Value[] {
  const events: Value[] = [];
  stream(context, input, [], events);
  return events;
}

function stream(context: NativeContext, value: Value, path: Value[], events: Value[]): void {
  checkDepth(path.length);
  context.charge(stepsOfWriting + path.length);
  context.allocate(arrayBytes(2) + arrayBytes(path.length));
  if (value === null || typeof value !== "object" || lengthOf(value) === 0) {
    events.push([path, value]);
    return;
  }
  const names: Value[] = Array.isArray(value) ? value.map((_, position) => position) : [...value.keys()];
  for (const name of names) stream(context, index(context, value, name), [...path, name], events);
  events.push([[...path, names.at(-1)!]]);
}
