/**
 * Short cuts for the builtins that programs call most: what they do in the common case, without anything that others could see.
 * Each answers undefined, having done nothing, when the case is not that one; then the builtin itself is called.
 */
import type { Builtin, BuiltinSpec } from "../library/builtin.ts";
import { methodsOf } from "../library/attributes.ts";
import { universals } from "../library/registry.ts";
import { Dict } from "../values/dict.ts";
import { lengthOf } from "../values/sequence.ts";
import { List, plainTextLength, Range, rangeLength, type Value } from "../values/value.ts";
import type { Vm } from "../vm/vm.ts";

function append(vm: Vm, self: Value, x: Value): null | undefined {
  const list = self as List;
  if (vm.defers || list.frozen || list.iterators > 0 || vm.allocated + 8 > vm.limits.memoryBytes) return undefined;
  list.ordinal = -1;
  vm.allocated += 8;
  list.items.push(x);
  return null;
}

function get(vm: Vm, self: Value, key: Value, byDefault: Value = null): Value | undefined {
  if (vm.defers) return undefined;
  if (typeof key === "string") {
    if (key.length > plainTextLength) return undefined;
    const value = (self as Dict).map.get(key);
    return value === undefined ? byDefault : value;
  }
  if (typeof key !== "number") return undefined;
  const value = (self as Dict).get(key);
  return value === undefined ? byDefault : value;
}

function length(vm: Vm, _self: Value, x: Value): number | undefined {
  const result = lengthOf(x);
  return result < 0 || vm.defers ? undefined : result;
}

function rangeTo(vm: Vm, _self: Value, stop: Value): Range | undefined {
  return rangeFrom(vm, _self, 0, stop);
}

function rangeFrom(vm: Vm, _self: Value, start: Value, stop: Value): Range | undefined {
  if (typeof start !== "number" || typeof stop !== "number" || vm.defers) return undefined;
  if (Math.abs(stop - start) > Number.MAX_SAFE_INTEGER || vm.allocated + 64 > vm.limits.memoryBytes) return undefined;
  vm.allocated += 64;
  return new Range(start, stop, 1, rangeLength(start, stop, 1));
}

/** The functions that `shortcutOf` names. */
export const shortcutFunctions = { append, get, length, rangeTo, rangeFrom };

const listMethods = methodsOf(new List([]))!;
const dictMethods = methodsOf(new Dict())!;

/** By builtin, then by the number of arguments. */
const table = new Map<BuiltinSpec, readonly (keyof typeof shortcutFunctions | undefined)[]>([
  [listMethods.get("append")!, [undefined, "append"]],
  [dictMethods.get("get")!, [undefined, "get", "get"]],
  [specOf("len"), [undefined, "length"]],
  [specOf("range"), [undefined, "rangeTo", "rangeFrom"]],
]);

function specOf(name: string): BuiltinSpec {
  return (universals.get(name) as Builtin).spec;
}

/** The name of the short cut for a call with so many arguments; undefined when there is none. */
export function shortcutOf(spec: BuiltinSpec, count: number): string | undefined {
  return table.get(spec)?.[count];
}
