/** Builtins that sort and group. `_sort_by_impl` and its like get one array of keys per element. */
import type { Value } from "../value.ts";
import type { NativeContext, NativeFunction } from "./contract.ts";
import { arrayBytes } from "./contract.ts";
import { failOn, failOnBoth } from "./fail.ts";
import { compare, equals, sortBy, sortedPositions, sortValues } from "./order.ts";

/** Builtins that sort and group. */
export const sortingFunctions: readonly NativeFunction[] = [
  { name: "sort", arity: 0, call: sort },
  { name: "_sort_by_impl", arity: 1, call: (context, input, keys) => sortByKeys(context, input, keys) },
  { name: "_group_by_impl", arity: 1, call: (context, input, keys) => groupByKeys(context, input, keys) },
  { name: "min", arity: 0, call: (context, input) => extreme(context, input, input, "least") },
  { name: "max", arity: 0, call: (context, input) => extreme(context, input, input, "greatest") },
  { name: "_min_by_impl", arity: 1, call: (context, input, keys) => extreme(context, input, keys, "least") },
  { name: "_max_by_impl", arity: 1, call: (context, input, keys) => extreme(context, input, keys, "greatest") },
];

function sort(context: NativeContext, input: Value): Value[] {
  if (!Array.isArray(input)) failOn(input, "cannot be sorted, as it is not an array");
  return sortValues(context, input);
}

function sortByKeys(context: NativeContext, input: Value, keys: Value): Value[] {
  const pair = asPair(input, keys);
  return sortBy(context, pair.values, pair.keys);
}

function groupByKeys(context: NativeContext, input: Value, keys: Value): Value[] {
  const pair = asPair(input, keys);
  const groups: Value[][] = [];
  let current: Value | undefined;
  for (const position of sortedPositions(context, pair.keys)) {
    const key = pair.keys[position]!;
    const value = pair.values[position]!;
    if (current !== undefined && equals(context, current, key)) groups.at(-1)!.push(value);
    else groups.push([value]);
    current = key;
  }
  context.allocate(arrayBytes(pair.values.length) + groups.length * arrayBytes(1));
  return groups;
}

function asPair(input: Value, keys: Value): { values: Value[]; keys: Value[] } {
  if (Array.isArray(input) && Array.isArray(keys) && input.length === keys.length) return { values: input, keys };
  failOnBoth(input, keys, "cannot be sorted, as they are not both arrays");
}

/** The element with the least key, the first of several; or with the greatest, the last of several. null of no elements. */
function extreme(context: NativeContext, input: Value, keys: Value, which: "least" | "greatest"): Value {
  if (!Array.isArray(input) || !Array.isArray(keys)) failOnBoth(input, keys, "cannot be iterated over");
  if (input.length !== keys.length) failOnBoth(input, keys, "have wrong length");
  context.charge(input.length);
  let best = 0;
  for (let i = 1; i < keys.length; i++) {
    const isLess = compare(context, keys[i]!, keys[best]!) < 0;
    if (isLess === (which === "least")) best = i;
  }
  return input[best] ?? null;
}
