/** Calls that need more than pushing a frame: builtins, named arguments, defaults, `*args` and `**kwargs`. */
import type { ArgumentNames } from "../compile/code.ts";
import { CHECK_RECURSION, CALL_METHOD, CALL_NAMED, CALL_SPREAD, instructionLength } from "../compile/opcode.ts";
import { Builtin, type NamedArgument } from "../library/builtin.ts";
import { Dict } from "../values/dict.ts";
import { EvalError, grouped, LimitReached, SpreadError } from "../values/errors.ts";
import { elementsOf } from "../values/iterate.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, type Value } from "../values/value.ts";
import { bindArguments } from "./arguments.ts";
import type { Fiber } from "./fiber.ts";
import { type Slot, StarlarkFunction } from "./function.ts";
import { refuseRecursion } from "./recursion.ts";
import type { Vm } from "./vm.ts";

class Parked extends HeapValue {
  get type(): string {
    return "parked";
  }
}

/** What a builtin answers when its call waits: the result comes later. */
export const parked: Value = new Parked();

/** What became of a call: its result is in `vm.result`, a frame was pushed, or the fiber waits. */
export type Entered = typeof resultReady | typeof framePushed | typeof fiberParked;
export const resultReady = 0;
export const framePushed = 1;
export const fiberParked = 2;

const noNames: readonly string[] = [];
const noValues: readonly Value[] = [];
const noNamedArguments: NamedArgument[] = [];

/** A value that a script can call and that is neither function nor builtin: it names the builtin that carries the call out. */
export abstract class CallableValue extends HeapValue {
  abstract readonly called: Builtin;
  override get callable(): boolean {
    return true;
  }
}

/**
 * Carries out the call instruction at `pc`, which is not the plain one of a function with matching parameters. The program counter
 * is in the frame already.
 */
export function enterCall(vm: Vm, fiber: Fiber, pc: number): Entered {
  const { registers } = fiber;
  const frame = fiber.top;
  const { code } = frame.function.code;
  const opcode = code[pc]!;
  let at = frame.base + code[pc + 1]!;
  const count = code[pc + 2]!;
  const callee = registers[at] as Value;
  let self: Value | undefined;
  if (opcode === CALL_METHOD) {
    at++;
    self = registers[at];
  }
  if (opcode === CALL_SPREAD) return enterSpreadCall(vm, fiber, pc, at + 1);
  let names = noNames;
  let named = noValues;
  if (opcode === CALL_NAMED) {
    names = (frame.function.module.code.constants[code[pc + 4]!] as ArgumentNames).names;
    named = takeValues(registers, at + 1 + count, names.length);
  }
  if (callee instanceof StarlarkFunction) {
    enterFunction(vm, fiber, callee, at + 1, count, names, named);
    return framePushed;
  }
  const pairs = names.length === 0 ? noNamedArguments : pairUp(names, named);
  return callBuiltin(vm, fiber, callee, self, takeValues(registers, at + 1, count), pairs, at + 1);
}

/** Calls a value with these arguments. A function's frame begins at the register `base`. */
export function applyCallee(
  vm: Vm,
  fiber: Fiber,
  callee: Value,
  args: Value[],
  base: number,
  named: NamedArgument[] = noNamedArguments,
): Entered {
  if (!(callee instanceof StarlarkFunction)) return callBuiltin(vm, fiber, callee, undefined, args, named, base);
  placeArguments(fiber, args, base);
  const names = named.length === 0 ? noNames : named.map(({ name }) => name);
  const values = named.length === 0 ? noValues : named.map(({ value }) => value);
  enterFunction(vm, fiber, callee, base, args.length, names, values);
  return framePushed;
}

/** Pushes the frame of a function whose positional arguments are in the registers from `base` on. */
function enterFunction(
  vm: Vm,
  fiber: Fiber,
  callee: StarlarkFunction,
  base: number,
  count: number,
  names: readonly string[],
  named: readonly Value[],
): void {
  if (fiber.depth >= vm.limits.depth) throw tooDeep(vm.limits.depth);
  // The frame is there before its arguments are bound, so that the traceback of a call that does not fit shows it.
  const frame = fiber.pushUnbound(callee, base);
  frame.pc = -1;
  const { code } = callee;
  // What calls before left there must not be measured.
  fiber.clearLocals(code, base, count);
  if (code.code[0] === CHECK_RECURSION) refuseRecursion(fiber, frame);
  vm.spend(code.callCost + ((names.length * code.parameters.length) >> 4));
  bindArguments(vm, callee, fiber.registers, base, count, names, named);
  fiber.clearLocals(code, base, code.parameterCount);
  frame.pc = 0;
}

function callBuiltin(
  vm: Vm,
  fiber: Fiber,
  callee: Value,
  self: Value | undefined,
  args: Value[],
  named: NamedArgument[],
  base: number,
): Entered {
  const builtin = callee instanceof CallableValue ? callee.called : callee;
  if (!(builtin instanceof Builtin)) throw new EvalError(`invalid call of non-function (${typeName(callee)})`);
  if (builtin.divert !== undefined) {
    const diverted = builtin.divert(vm, args, named);
    if (diverted !== undefined) {
      return applyCallee(vm, fiber, vm.host.preludeFunction(diverted.name), diverted.args, base);
    }
  }
  const receiver = self ?? (builtin === callee ? builtin.self : callee);
  vm.buildingSince = vm.allocated;
  const result = builtin.call(vm, receiver, args, named);
  vm.buildingSince = -1;
  if (result === parked) return fiberParked;
  if (vm.defers && fiber.depth > 0) {
    vm.host.defer!(result);
    return fiberParked;
  }
  vm.result = result;
  return resultReady;
}

/** A call with `*args` or `**kwargs`. */
function enterSpreadCall(vm: Vm, fiber: Fiber, pc: number, first: number): Entered {
  const { registers } = fiber;
  const frame = fiber.top;
  const { code } = frame.function.code;
  const count = code[pc + 2]!;
  const fixed = frame.function.module.code.constants[code[pc + 4]!] as ArgumentNames;
  const flags = code[pc + 5]!;
  const callee = registers[first - 1] as Value;
  let positional = takeValues(registers, first, count);
  const names = [...fixed.names];
  const named = takeValues(registers, first + count, names.length);
  let next = first + count + names.length;
  const rest = (flags & 1) === 0 ? undefined : (registers[next++] as Value);
  if ((flags & 2) !== 0) spreadNamed(vm, registers[next] as Value, names, named);
  if (rest !== undefined) positional = positional.concat(spreadElements(vm, rest));
  if (!(callee instanceof StarlarkFunction)) {
    return callBuiltin(vm, fiber, callee, undefined, positional, pairUp(names, named), first);
  }
  placeArguments(fiber, positional, first);
  enterFunction(vm, fiber, callee, first, positional.length, names, named);
  return framePushed;
}

function placeArguments(fiber: Fiber, args: readonly Value[], base: number): void {
  fiber.ensure(base + args.length);
  const { registers } = fiber;
  for (let i = 0; i < args.length; i++) registers[base + i] = args[i];
}

/** The values of registers, as a new array. */
function takeValues(registers: readonly Slot[], first: number, count: number): Value[] {
  switch (count) {
    case 0:
      return [];
    case 1:
      return [registers[first] as Value];
    case 2:
      return [registers[first] as Value, registers[first + 1] as Value];
    default:
      return registers.slice(first, first + count) as Value[];
  }
}

function pairUp(names: readonly string[], values: readonly Value[]): NamedArgument[] {
  return names.map((name, i) => ({ name, value: values[i]! }));
}

/** Calls are nested too deeply. */
export function tooDeep(limit: number): LimitReached {
  return new LimitReached("LIMIT_DEPTH", `more than ${grouped(limit)} nested calls`);
}

/** Writes the result of the call that the top frame is in, and steps past it. */
export function deliver(fiber: Fiber, value: Slot): void {
  const frame = fiber.top;
  const { code } = frame.function.code;
  fiber.parked = false;
  fiber.registers[frame.base + code[frame.pc + 3]!] = value;
  frame.pc += instructionLength[code[frame.pc]!]!;
}

function spreadElements(vm: Vm, value: Value): readonly Value[] {
  vm.buildingSince = vm.allocated;
  const elements = elementsOf(vm, value);
  vm.buildingSince = -1;
  if (elements === undefined) throw new SpreadError(`argument after * must be iterable, not ${typeName(value)}`);
  vm.charge(8 * elements.length);
  vm.spend(elements.length >> 2);
  return elements;
}

function spreadNamed(vm: Vm, value: Value, names: string[], named: Value[]): void {
  if (!(value instanceof Dict)) throw new SpreadError(`argument after ** must be a mapping, not ${typeName(value)}`);
  vm.charge(16 * value.size);
  vm.spend(4 * value.size);
  for (const [name, element] of value.entries()) {
    if (typeof name !== "string") throw new SpreadError(`keywords must be strings, not ${typeName(name)}`);
    names.push(name);
    named.push(element);
  }
}
