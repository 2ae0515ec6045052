/** Builtins that turn objects into arrays of pairs and back. */
import type { JqObject, Value } from "../value.ts";
import { isTruthy } from "../value.ts";
import { elementsOf } from "./collections.ts";
import type { NativeContext, NativeFunction } from "./contract.ts";
import { arrayBytes, objectBytes } from "./contract.ts";
import { describe, fail, failOn } from "./fail.ts";
import { printJson } from "./json-print.ts";
import { index } from "./paths.ts";

/** Builtins that turn objects into arrays of pairs and back. */
export const entryFunctions: readonly NativeFunction[] = [
  { name: "to_entries", arity: 0, call: toEntries },
  { name: "from_entries", arity: 0, call: fromEntries },
];

function toEntries(context: NativeContext, input: Value): Value[] {
  if (input === null || typeof input !== "object") failOn(input, "has no keys");
  const pairs: Iterable<[number | string, Value]> = input.entries();
  const size = Array.isArray(input) ? input.length : input.size;
  context.charge(size);
  context.allocate(arrayBytes(size) + size * objectBytes(2));
  const entries: Value[] = [];
  for (const [key, value] of pairs) {
    entries.push(
      new Map<string, Value>([
        ["key", key],
        ["value", value],
      ]),
    );
  }
  return entries;
}

function fromEntries(context: NativeContext, input: Value): JqObject {
  const elements = elementsOf(context, input);
  context.allocate(objectBytes(elements.length));
  const object: JqObject = new Map();
  for (const element of elements) {
    if (context.level === "1.6") {
      const key = firstTruthy(context, element, ["key", "Key", "name", "Name"]);
      const value = index(context, element, hasMember(element, "value") ? "value" : "Value");
      if (typeof key !== "string") fail(`Cannot use ${describe(key)} as object key`);
      object.set(key, value);
    } else object.set(laterKey(context, element), laterValue(context, element));
  }
  return object;
}

/** The first of the members that is neither null nor false, else the last of them. */
function firstTruthy(context: NativeContext, element: Value, names: readonly string[]): Value {
  let value: Value = null;
  for (const name of names) {
    value = index(context, element, name);
    if (isTruthy(value)) return value;
  }
  return value;
}

/** The key of a pair in jq 1.7, where everything can be a key. */
function laterKey(context: NativeContext, element: Value): string {
  const own = index(context, element, "key");
  const key = own ?? firstTruthy(context, element, ["k", "name", "Name", "K", "Key"]);
  return typeof key === "string" ? key : printJson(context, key);
}

function laterValue(context: NativeContext, element: Value): Value {
  if (hasMember(element, "value")) return index(context, element, "value");
  return index(context, element, hasMember(element, "v") ? "v" : "Value");
}

function hasMember(value: Value, name: string): boolean {
  return value instanceof Map && value.has(name);
}
