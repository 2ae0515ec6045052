/** Calls that need more than pushing a frame: builtins, named arguments, defaults, `*args` and `**kwargs`. */
import { ArgumentNames } from "../compile/code.ts";
import { CALL_METHOD, CALL_NAMED, CALL_SPREAD, instructionLength } from "../compile/opcode.ts";
import { Builtin, type NamedArgument } from "../library/builtin.ts";
import { Dict } from "../values/dict.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { elementsOf } from "../values/iterate.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, type Value } from "../values/value.ts";
import { bindArguments } from "./arguments.ts";
import type { Fiber } from "./fiber.ts";
import { type Slot, StarlarkFunction } from "./function.ts";
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

const noNames: readonly NamedArgument[] = [];

/** A value that a script can call and that is neither function nor builtin: it names the builtin that carries the call out. */
export abstract class CallableValue extends HeapValue {
  abstract readonly called: Builtin;
  override get callable(): boolean {
    return true;
  }
}

/** Carries out the call instruction at `pc`, which is not the plain one of a function with matching parameters. */
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
    self = registers[at] as Value | undefined;
  }
  const first = at + 1;
  let positional = registers.slice(first, first + count) as Value[];
  let named = noNames;
  if (opcode >= CALL_NAMED) {
    const names = frame.function.module.code.constants[code[pc + 4]!] as ArgumentNames;
    let next = first + count;
    named = names.names.map((name) => ({ name, value: registers[next++] as Value }));
    if (opcode === CALL_SPREAD) {
      const flags = code[pc + 5]!;
      const rest = (flags & 1) === 0 ? undefined : (registers[next++] as Value);
      if ((flags & 2) !== 0) named = [...named, ...namedElements(vm, registers[next] as Value)];
      if (rest !== undefined) positional = positional.concat(spreadElements(vm, rest));
    }
  }
  return applyCallee(vm, fiber, callee, self, positional, named, first);
}

/** Calls a value with these arguments. A function's frame begins at the register `base`. */
export function applyCallee(
  vm: Vm,
  fiber: Fiber,
  callee: Value,
  self: Value | undefined,
  positional: Value[],
  named: readonly NamedArgument[],
  base: number,
): Entered {
  if (callee instanceof StarlarkFunction) {
    if (fiber.depth >= vm.limits.depth) throw tooDeep(vm.limits.depth);
    // The frame is there before its arguments fit, so that the traceback of a call that does not fit shows it.
    fiber.push(callee, base);
    const bound = bindArguments(vm, callee, positional, named);
    for (let i = 0; i < bound.length; i++) fiber.registers[base + i] = bound[i];
    return framePushed;
  }
  const builtin = callee instanceof CallableValue ? callee.called : callee;
  if (!(builtin instanceof Builtin)) throw new EvalError(`invalid call of non-function (${typeName(callee)})`);
  const diverted = builtin.spec.divert?.(vm, positional, named as NamedArgument[]);
  if (diverted !== undefined) {
    return applyCallee(vm, fiber, vm.host.preludeFunction(diverted.name), undefined, diverted.args, noNames, base);
  }
  const receiver = self ?? (builtin === callee ? builtin.self : callee);
  const result = builtin.spec.call(vm, receiver, positional, named as NamedArgument[]);
  if (result === parked) return fiberParked;
  vm.result = result;
  return resultReady;
}

/** Calls are nested too deeply. */
export function tooDeep(limit: number): LimitReached {
  return new LimitReached("LIMIT_DEPTH", `more than ${limit} nested calls`);
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
  const elements = elementsOf(vm, value);
  if (elements === undefined) throw new EvalError(`argument after * must be iterable, not ${typeName(value)}`);
  vm.charge(8 * elements.length);
  vm.spend(elements.length >> 2);
  return elements;
}

function namedElements(vm: Vm, value: Value): NamedArgument[] {
  if (!(value instanceof Dict)) throw new EvalError(`argument after ** must be a mapping, not ${typeName(value)}`);
  vm.charge(16 * value.size);
  vm.spend(value.size >> 2);
  const named: NamedArgument[] = [];
  for (const [name, element] of value.entries()) {
    if (typeof name !== "string") throw new EvalError(`keywords must be strings, not ${typeName(name)}`);
    named.push({ name, value: element });
  }
  return named;
}
