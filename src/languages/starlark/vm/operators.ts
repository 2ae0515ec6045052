/** The instructions that are not worth a place in the hot loop, and the slow paths of those that have one. */
import * as op from "../compile/opcode.ts";
import { getAttr, methodOf as methodSpecOf, setAttr } from "../library/attributes.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import { binary as binaryOperation, type StrictOperator, unary } from "../values/binary.ts";
import { compare, equals } from "../values/compare.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { repr } from "../values/print.ts";
import { getIndex, lengthOf, setIndex as setElement, slice } from "../values/sequence.ts";
import { typeName } from "../values/type-name.ts";
import { List, plainTextLength, Tuple, type OrderOperator, type Value } from "../values/value.ts";
import { loadName } from "./load-name.ts";
import type { Fiber, Frame } from "./fiber.ts";
import type { Cell } from "./function.ts";
import { StarlarkFunction } from "./function.ts";
import { addInPlace, orInPlace } from "./in-place.ts";
import { type Loop, openLoop } from "./loop.ts";
import { refuseRecursion } from "./recursion.ts";
import type { Vm } from "./vm.ts";

export { truth } from "../values/type-name.ts";

/** From ADD on. */
const operators: readonly StrictOperator[] = ["+", "-", "*", "/", "//", "%", "&", "|", "^", "<<", ">>", "in", "not in"];
/** From LESS on. */
const orders: readonly OrderOperator[] = ["<", "<=", ">", ">="];

/** ADD to OR_IN_PLACE. */
export function binary(vm: Vm, opcode: number, a: Value, b: Value): Value {
  vm.buildingSince = vm.allocated;
  const result =
    opcode === op.ADD_IN_PLACE
      ? addInPlace(vm, a, b)
      : opcode === op.OR_IN_PLACE
        ? orInPlace(vm, a, b)
        : binaryOperation(vm, operators[opcode - op.ADD]!, a, b);
  vm.buildingSince = -1;
  return result;
}

/** Whether comparing a plain value takes no steps of its own. */
function isShort(value: Value): boolean {
  return typeof value !== "object" && (typeof value !== "string" || value.length <= plainTextLength);
}

/** EQUAL to GREATER_EQUAL. */
export function compares(vm: Vm, opcode: number, a: Value, b: Value): boolean {
  if (opcode <= op.NOT_EQUAL) {
    const same = isShort(a) && typeof b !== "object" ? a === b : equals(vm, a, b);
    return same === (opcode === op.EQUAL);
  }
  if (typeof a === "number" && typeof b === "number") {
    if (opcode === op.LESS) return a < b;
    if (opcode === op.LESS_EQUAL) return a <= b;
    return opcode === op.GREATER ? a > b : a >= b;
  }
  return compare(vm, orders[opcode - op.LESS]!, a, b);
}

/** Whether one of the jumps from JUMP_LESS on is taken. */
export function jumps(vm: Vm, opcode: number, a: Value, b: Value): boolean {
  const pair = opcode - op.JUMP_LESS;
  return compares(vm, op.LESS + (pair >> 1), a, b) === ((pair & 1) === 0);
}

export function index(vm: Vm, container: Value, key: Value): Value {
  // A key that is missing is printed.
  vm.buildingSince = vm.allocated;
  const element = getIndex(vm, container, key);
  vm.buildingSince = -1;
  return element;
}

export function setIndex(vm: Vm, container: Value, key: Value, value: Value): void {
  setElement(vm, container, key, value);
}

/** `value.name`. Throws EvalError when there is none. */
export function attribute(vm: Vm, value: Value, name: string): Value {
  return getAttr(vm, value, name);
}

const unboundMethods = new Map<BuiltinSpec, Builtin>();

/** The method that `value.name` means, without its receiver; undefined when it is a field or nothing. */
export function methodOf(value: Value, name: string): Builtin | undefined {
  const spec = methodSpecOf(value, name);
  return spec === undefined ? undefined : unboundMethod(spec);
}

/** A method without a receiver, as it lies in a register until it is called: one per method. */
export function unboundMethod(spec: BuiltinSpec): Builtin {
  let method = unboundMethods.get(spec);
  if (method === undefined) {
    method = new Builtin(spec);
    unboundMethods.set(spec, method);
  }
  return method;
}

export function unboundLocal(fn: StarlarkFunction, register: number): EvalError {
  return new EvalError(`local variable ${fn.code.locals[register]} referenced before assignment`);
}

export function unboundCapture(fn: StarlarkFunction, index_: number): EvalError {
  return new EvalError(`local variable ${fn.code.captures[index_]!.name} referenced before assignment`);
}

export function unboundGlobal(fn: StarlarkFunction, global: number): EvalError {
  const { globals, exported } = fn.module.code;
  const kind = global < exported ? "global" : "local";
  return new EvalError(`${kind} variable ${globals[global]} referenced before assignment`);
}

/** Carries out an instruction that the hot loop has no code for, and answers where to go on. */
export function perform(vm: Vm, fiber: Fiber, frame: Frame, pc: number): number {
  const { registers } = fiber;
  const { base } = frame;
  const fn = frame.function;
  const { code } = fn.code;
  const a = base + code[pc + 1]!;
  switch (code[pc]) {
    case 10: // GET_HOST
      registers[a] = vm.host.hostValue(fn.module.constants[code[pc + 2]!] as string);
      return pc + 3;
    case 11: // LOAD_NAME
      registers[a] = loadName(fn.module.loads[code[pc + 2]!]!, fn.module.constants[code[pc + 3]!] as string);
      return pc + 4;
    case 27: // NEGATE
      registers[a] = unary(vm, "-", registers[base + code[pc + 2]!] as Value);
      return pc + 3;
    case 28: // PLUS
      registers[a] = unary(vm, "+", registers[base + code[pc + 2]!] as Value);
      return pc + 3;
    case 29: // INVERT
      registers[a] = unary(vm, "~", registers[base + code[pc + 2]!] as Value);
      return pc + 3;
    case 52: {
      // SLICE
      const first = base + code[pc + 2]!;
      const [object, low, high, step] = registers.slice(first, first + 4) as [Value, Value, Value, Value];
      registers[a] = slice(vm, object, low, high, step);
      return pc + 3;
    }
    case 54: // SET_ATTRIBUTE
      setAttr(
        registers[a] as Value,
        fn.module.constants[code[pc + 2]!] as string,
        valueOf(fiber, frame, code[pc + 3]!),
      );
      return pc + 4;
    case 56: {
      // LIST
      const first = base + code[pc + 2]!;
      const count = code[pc + 3]!;
      vm.charge(48 + 8 * count);
      registers[a] = new List(registers.slice(first, first + count) as Value[]);
      return pc + 4;
    }
    case 57: {
      // TUPLE
      const first = base + code[pc + 2]!;
      const count = code[pc + 3]!;
      vm.charge(32 + 8 * count);
      registers[a] = new Tuple(registers.slice(first, first + count) as Value[]);
      return pc + 4;
    }
    case 58: {
      // LIST_TO_TUPLE
      const { items } = registers[base + code[pc + 2]!] as List;
      vm.charge(32 + 8 * items.length);
      registers[a] = new Tuple(items);
      return pc + 3;
    }
    case 59: // DICT
      vm.charge(64);
      registers[a] = new Dict();
      return pc + 2;
    case 60: // DICT_ENTRY
    case 61: {
      // DICT_PUT
      const dict = registers[a] as Dict;
      const key = valueOf(fiber, frame, code[pc + 2]!);
      const before = dict.size;
      dict.set(key, valueOf(fiber, frame, code[pc + 3]!));
      if (dict.size !== before) vm.charge(Dict.entrySize);
      else if (code[pc] === op.DICT_ENTRY) throw duplicateKey(vm, key);
      return pc + 4;
    }
    case 63: // CLOSURE
      registers[a] = closure(vm, fiber, frame, code[pc + 2]!, base + code[pc + 3]!);
      return pc + 4;
    case 64: {
      // ITERATE
      const source = registers[base + code[pc + 2]!] as Value;
      const loop = openLoop(source, 0);
      if (loop === undefined) throw new EvalError(`${typeName(source)} value is not iterable`);
      vm.charge(64);
      registers[a] = loop;
      return pc + 3;
    }
    case 66: // END_ITERATION
      (registers[a] as Loop).close();
      return pc + 2;
    case 67: // UNPACK
      unpack(vm, fiber, a, registers[base + code[pc + 2]!] as Value, code[pc + 3]!);
      return pc + 4;
    case 73: // CHECK_RECURSION
      refuseRecursion(fiber, frame);
      return pc + 1;
    default:
      throw new RangeError(`opcode ${code[pc]} is not known`);
  }
}

function duplicateKey(vm: Vm, key: Value): EvalError {
  vm.buildingSince = vm.allocated;
  return new EvalError(`duplicate key: ${repr(vm, key)}`);
}

function valueOf(fiber: Fiber, frame: Frame, x: number): Value {
  return (x >= 0 ? fiber.registers[frame.base + x] : frame.function.module.constants[~x]) as Value;
}

function closure(vm: Vm, fiber: Fiber, frame: Frame, id: number, first: number): StarlarkFunction {
  const enclosing = frame.function;
  const code = enclosing.module.code.functions[id]!;
  const defaults = fiber.registers.slice(first, first + code.defaults.length) as Value[];
  const cells = code.captures.map(({ from, index: at }) =>
    from === "cell" ? (fiber.registers[frame.base + at] as Cell) : enclosing.cells[at]!,
  );
  const made = new StarlarkFunction(id, enclosing.module, defaults, cells);
  vm.charge(made.byteSize());
  vm.spend(cells.length >> 3);
  return made;
}

/** Puts the elements of a value into `count` registers. Throws EvalError when it has another number of elements. */
function unpack(vm: Vm, fiber: Fiber, first: number, source: Value, count: number): void {
  const { registers } = fiber;
  vm.spend(count >> 3);
  const loop = openLoop(source, 0);
  if (loop === undefined) throw new EvalError(`got ${typeName(source)} in sequence assignment`);
  let got = 0;
  for (let element = nextOf(loop); element !== undefined && got <= count; element = nextOf(loop)) {
    if (got < count) registers[first + got] = element;
    got++;
  }
  loop.close();
  if (got > count) {
    throw new EvalError(`too many values to unpack (got ${lengthOf(source)}, want ${count})`);
  }
  if (got < count) throw new EvalError(`too few values to unpack (got ${got}, want ${count})`);
}

function nextOf(loop: Loop): Value | undefined {
  if (loop.items !== null) return loop.items[loop.index++];
  if (loop.index < loop.count) return loop.start + loop.index++ * loop.step;
  return loop.nextOfRest();
}
