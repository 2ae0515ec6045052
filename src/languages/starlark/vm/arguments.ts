/** Binding arguments to parameters, as starlark-go does it and with its messages. */
import type { NamedArgument, Thread } from "../library/builtin.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Tuple, type Value } from "../values/value.ts";
import type { StarlarkFunction } from "./function.ts";

/**
 * The values of the parameters' registers, in order, for a call with these arguments. Throws EvalError when they do not fit.
 */
export function bindArguments(
  thread: Thread,
  called: StarlarkFunction,
  positional: readonly Value[],
  named: readonly NamedArgument[],
): Value[] {
  const { code } = called;
  const { parameters } = code;
  const given = positional.length;
  if (code.parameterCount === 0) {
    if (given + named.length === 0) return [];
    throw new EvalError(`function ${code.name} accepts no arguments (${given + named.length} given)`);
  }
  const bound: (Value | undefined)[] = Array.from({ length: code.parameterCount });
  const accepted = parameters.length - code.keywordOnly;
  const direct = Math.min(given, accepted);
  if (given > accepted && code.rest < 0) throw tooManyPositional(called, accepted, given);
  for (let i = 0; i < direct; i++) bound[parameters[i]!] = positional[i];
  if (code.rest >= 0) {
    thread.charge(32 + 8 * (given - direct));
    bound[code.rest] = new Tuple(positional.slice(direct));
  }
  bindNamed(thread, called, named, bound);
  bindDefaults(called, bound);
  return bound as Value[];
}

function tooManyPositional({ code }: StarlarkFunction, accepted: number, given: number): EvalError {
  const firstDefault = code.defaults[0] ?? accepted;
  const atMost = firstDefault < accepted ? "at most " : "";
  const plural = accepted === 1 ? "" : "s";
  return new EvalError(
    `function ${code.name} accepts ${atMost}${accepted} positional argument${plural} (${given} given)`,
  );
}

function bindNamed(
  thread: Thread,
  { code }: StarlarkFunction,
  named: readonly NamedArgument[],
  bound: (Value | undefined)[],
): void {
  const rest = code.namedRest < 0 ? undefined : new Dict();
  if (rest !== undefined) {
    thread.charge(64 + Dict.entrySize * named.length);
    bound[code.namedRest] = rest;
  }
  for (const { name, value } of named) {
    const register = code.parameters.find((parameter) => code.locals[parameter] === name);
    if (register !== undefined) {
      if (bound[register] !== undefined) throw multipleValues(code.name, name);
      bound[register] = value;
    } else if (rest === undefined) {
      throw new EvalError(`function ${code.name} got an unexpected keyword argument ${name}`);
    } else {
      if (rest.has(name)) throw multipleValues(code.name, name);
      rest.set(name, value);
    }
  }
}

function multipleValues(called: string, name: string): EvalError {
  return new EvalError(`function ${called} got multiple values for parameter ${name}`);
}

function bindDefaults({ code, defaults }: StarlarkFunction, bound: (Value | undefined)[]): void {
  for (const [i, parameter] of code.defaults.entries()) {
    const register = code.parameters[parameter]!;
    if (bound[register] === undefined) bound[register] = defaults[i];
  }
  const missing = code.parameters.filter((register) => bound[register] === undefined);
  if (missing.length === 0) return;
  const names = missing.map((register) => code.locals[register]).join(", ");
  const plural = missing.length > 1 ? "s" : "";
  throw new EvalError(`function ${code.name} missing ${missing.length} argument${plural} (${names})`);
}
