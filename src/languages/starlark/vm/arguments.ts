/** Binding arguments to parameters, in place, as starlark-go does it and with its messages. */
import type { FunctionCode } from "../compile/code.ts";
import type { Thread } from "../library/builtin.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { quoteText } from "../values/quote.ts";
import { Tuple, type Value } from "../values/value.ts";
import type { Slot, StarlarkFunction } from "./function.ts";

/**
 * Turns `count` positional arguments, in the registers from `base` on, and named ones into the values of the parameters, in the
 * same registers. Throws EvalError when they do not fit.
 */
export function bindArguments(
  thread: Thread,
  called: StarlarkFunction,
  registers: Slot[],
  base: number,
  count: number,
  names: readonly string[],
  named: readonly Value[],
): void {
  const { code } = called;
  const accepted = code.parameters.length - code.keywordOnly;
  if (code.parameterCount === 0) {
    if (count + names.length === 0) return;
    throw new EvalError(`function ${code.name} accepts no arguments (${count + names.length} given)`);
  }
  if (count > accepted && code.rest < 0) throw tooManyPositional(code, accepted, count);
  const direct = count < accepted ? count : accepted;
  const rest = code.rest < 0 ? undefined : restTuple(thread, registers, base + direct, base + count);
  // Positional parameters come first and are in the registers from `base` on.
  for (let i = direct; i < code.parameterCount; i++) registers[base + i] = undefined;
  if (rest !== undefined) registers[base + code.rest] = rest;
  if (names.length > 0 || code.namedRest >= 0) bindNamed(thread, code, registers, base, names, named);
  bindDefaults(called, registers, base, direct);
}

/** Each call has a tuple of its own, even an empty one: states tell which values are the same. */
function restTuple(thread: Thread, registers: Slot[], from: number, to: number): Tuple {
  thread.charge(32 + 8 * (to - from));
  return new Tuple(registers.slice(from, to) as Value[]);
}

function tooManyPositional(code: FunctionCode, accepted: number, given: number): EvalError {
  const firstDefault = code.defaults[0] ?? accepted;
  const atMost = firstDefault < accepted ? "at most " : "";
  const plural = accepted === 1 ? "" : "s";
  return new EvalError(
    `function ${code.name} accepts ${atMost}${accepted} positional argument${plural} (${given} given)`,
  );
}

function bindNamed(
  thread: Thread,
  code: FunctionCode,
  registers: Slot[],
  base: number,
  names: readonly string[],
  named: readonly Value[],
): void {
  let rest: Dict | undefined;
  if (code.namedRest >= 0) {
    rest = new Dict();
    thread.charge(64 + Dict.entrySize * names.length);
    thread.spend(4 * names.length);
    registers[base + code.namedRest] = rest;
  }
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const register = parameterNamed(code, name);
    if (register >= 0) {
      if (registers[base + register] !== undefined) throw multipleValues(code.name, name);
      registers[base + register] = named[i];
    } else {
      if (rest === undefined) {
        throw new EvalError(`function ${code.name} got an unexpected keyword argument ${quoteText(name)}`);
      }
      if (rest.has(name)) throw multipleValues(code.name, name);
      rest.set(name, named[i]!);
    }
  }
}

/** The register of a named parameter; -1 when there is none. */
function parameterNamed(code: FunctionCode, name: string): number {
  const { parameters, locals } = code;
  for (let i = 0; i < parameters.length; i++) {
    const register = parameters[i]!;
    if (locals[register] === name) return register;
  }
  return -1;
}

function multipleValues(called: string, name: string): EvalError {
  return new EvalError(`function ${called} got multiple values for parameter ${quoteText(name)}`);
}

function bindDefaults({ code, defaults }: StarlarkFunction, registers: Slot[], base: number, direct: number): void {
  const { parameters } = code;
  for (let i = 0; i < defaults.length; i++) {
    const at = base + parameters[code.defaults[i]!]!;
    if (registers[at] === undefined) registers[at] = defaults[i];
  }
  for (let i = direct; i < parameters.length; i++) {
    if (registers[base + parameters[i]!] === undefined) throw missing(code, registers, base);
  }
}

function missing(code: FunctionCode, registers: readonly Slot[], base: number): EvalError {
  const unbound = code.parameters.filter((register) => registers[base + register] === undefined);
  const names = unbound.map((register) => code.locals[register]).join(", ");
  const plural = unbound.length > 1 ? "s" : "";
  return new EvalError(`function ${code.name} missing ${unbound.length} argument${plural} (${names})`);
}
