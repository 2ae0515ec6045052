/**
 * What translated code calls. The text of a unit sees these names and nothing else: no global of the host is looked up in it.
 * Functions that answer undefined where they cannot do something have done nothing then.
 */
import * as op from "../compile/opcode.ts";
import { methodsOf } from "../library/attributes.ts";
import type { Builtin, NamedArgument } from "../library/builtin.ts";
import { Dict } from "../values/dict.ts";
import { plainJoinLength } from "../values/binary.ts";
import { hashKey, plainTupleKey } from "../values/hash-key.ts";
import { isIterable } from "../values/iterate.ts";
import { slice } from "../values/sequence.ts";
import { truth } from "../values/type-name.ts";
import { Float, HeapValue, List, plainTextLength, Range, Tuple, type Key, type Value } from "../values/value.ts";
import { parked } from "../vm/calls.ts";
import type { Fiber } from "../vm/fiber.ts";
import { Cell, StarlarkFunction } from "../vm/function.ts";
import { Loop, overList } from "../vm/loop.ts";
import { attribute, binary, compares, index, methodOf, perform, setIndex } from "../vm/operators.ts";
import type { Vm } from "../vm/vm.ts";
import { shortcutFunctions } from "./shortcuts.ts";

/** `container[key]` of the commonest kinds. */
function fetch(container: Value, key: Value): Value | undefined {
  if (typeof key === "string") {
    return container instanceof Dict && key.length <= plainTextLength ? container.map.get(key) : undefined;
  }
  if (typeof key !== "number") return container instanceof Dict ? fetchAt(container, key) : undefined;
  if (container instanceof Dict) return container.get(key);
  if (container instanceof List || container instanceof Tuple) {
    const { items } = container;
    return items[key < 0 ? key + items.length : key];
  }
  return undefined;
}

function fetchAt(dict: Dict, key: Value): Value | undefined {
  const hashed = key instanceof Tuple ? plainTupleKey(key) : undefined;
  return hashed === undefined ? undefined : dict.map.get(hashed);
}

function fits(vm: Vm, bytes: number): boolean {
  return vm.allocated + bytes <= vm.limits.memoryBytes;
}

/** `container[key] = value` of the commonest kinds; answers whether it is done. */
function store(vm: Vm, container: Value, key: Value, value: Value): boolean {
  if (container instanceof Dict) {
    if (container.frozen || container.iterators > 0 || !fits(vm, Dict.entrySize)) return false;
    const hashed = quickKey(key);
    if (hashed === undefined) return false;
    const before = container.map.size;
    container.ordinal = -1;
    if (typeof key === "object") container.setHashed(hashed, key, value);
    else container.map.set(hashed, value);
    if (container.map.size !== before) vm.allocated += Dict.entrySize;
    return true;
  }
  if (!(container instanceof List) || container.frozen || container.iterators > 0 || typeof key !== "number")
    return false;
  const { items } = container;
  const position = key < 0 ? key + items.length : key;
  if (position < 0 || position >= items.length) return false;
  container.ordinal = -1;
  items[position] = value;
  return true;
}

/** The key of a text, an int or a small tuple that says all there is to say of it; undefined for others. */
function quickKey(key: Value): Key | undefined {
  if (typeof key === "string") return key.length <= plainTextLength ? key : undefined;
  if (typeof key === "number") return (key | 0) === key ? hashKey(key) : undefined;
  return key instanceof Tuple ? plainTupleKey(key) : undefined;
}

/** An entry of a dict display; answers whether it is done. */
function insert(vm: Vm, dict: Dict, key: Value, value: Value): boolean {
  const hashed = quickKey(key);
  if (hashed === undefined || dict.map.has(hashed) || !fits(vm, Dict.entrySize)) return false;
  vm.allocated += Dict.entrySize;
  if (typeof key === "object") dict.setHashed(hashed, key, value);
  else dict.map.set(hashed, value);
  return true;
}

/** `value.name`, when that is a field. */
function field(value: Value, name: string): Value | undefined {
  if (!(value instanceof HeapValue) || methodsOf(value)?.has(name) === true) return undefined;
  return value.attribute(name);
}

/** Operators of texts, floats and dicts that cannot fail and for whose result there is room. */
function quick(vm: Vm, opcode: number, a: Value, b: Value): Value | undefined {
  if (typeof a === "string" && typeof b === "string") {
    const bytes = 32 + b.length;
    if (a.length + b.length > plainJoinLength) return undefined;
    if ((opcode !== op.ADD && opcode !== op.ADD_IN_PLACE) || !fits(vm, bytes)) return undefined;
    vm.allocated += bytes;
    return a + b;
  }
  if (b instanceof Dict) {
    if (typeof a === "string" ? a.length > plainTextLength : typeof a !== "number") return undefined;
    if (opcode === op.IN) return b.has(a);
    return opcode === op.NOT_IN ? !b.has(a) : undefined;
  }
  return quickFloat(vm, opcode, a, b);
}

function quickFloat(vm: Vm, opcode: number, a: Value, b: Value): Float | undefined {
  const x = a instanceof Float ? a.value : a;
  const y = b instanceof Float ? b.value : b;
  if (typeof x !== "number" || typeof y !== "number" || !fits(vm, 16)) return undefined;
  let result: number;
  if (opcode === op.DIVIDE) {
    if (y === 0) return undefined;
    result = x / y;
  } else if (typeof a === "number" && typeof b === "number") return undefined;
  else if (opcode === op.ADD || opcode === op.ADD_IN_PLACE) result = x + y;
  else if (opcode === op.SUBTRACT) result = x - y;
  else if (opcode === op.MULTIPLY) result = x * y;
  else return undefined;
  vm.allocated += 16;
  return new Float(result);
}

const noNamedArguments: NamedArgument[] = [];

/** Calls a builtin that does not divert; undefined when the fiber waits now. */
function invoke(vm: Vm, fiber: Fiber, builtin: Builtin, self: Value, args: Value[]): Value | undefined {
  vm.buildingSince = vm.allocated;
  const result = builtin.call(vm, self, args, noNamedArguments);
  vm.buildingSince = -1;
  return result === parked || vm.defers ? pause(vm, fiber, result) : result;
}

/** A builtin answered that its call waits, or the host delivers the results of builtins. */
function pause(vm: Vm, fiber: Fiber, result: Value): undefined {
  if (result !== parked) vm.host.defer!(result);
  fiber.parked = true;
  return undefined;
}

/** By the names that the texts use; `tier.ts` adds the calls of functions. */
export const helpers = {
  Cell,
  Dict,
  List,
  Loop,
  Range,
  StarlarkFunction,
  Tuple,
  attribute,
  binary,
  compares,
  fetch,
  field,
  index,
  insert,
  invoke,
  isIterable,
  method: methodOf,
  overList,
  parked,
  pause,
  perform,
  quick,
  setIndex,
  slice,
  store,
  truth,
  ...shortcutFunctions,
};
