/**
 * Checking of arguments, with starlark-go's texts. A builtin whose parameters are all positional reads like
 * UnpackPositionalArgs ("for parameter 1"), any other like UnpackArgs ("for parameter x").
 */
import { EvalError } from "../values/errors.ts";
import { isIterable } from "../values/iterate.ts";
import { quoteText } from "../values/quote.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, List, type Value } from "../values/value.ts";
import { Dict } from "../values/dict.ts";
import { isNumber } from "../values/floats.ts";
import type { BuiltinSpec, DirectCall, NamedArgument, ParameterSpec } from "./builtin.ts";
import { nearest } from "./spelling.ts";

/** Throws EvalError unless a value is of a type. */
type TypeCheck = (value: Value) => void;

const typeChecks: ReadonlyMap<string, TypeCheck> = new Map<string, TypeCheck>([
  ["string", (value) => require(typeof value === "string", value, "string")],
  ["bool", (value) => require(typeof value === "boolean", value, "bool")],
  ["int", requireInt],
  ["iterable", (value) => require(isIterable(value), value, "iterable")],
  ["callable", (value) => require(value instanceof HeapValue && value.callable, value, "callable")],
  ["list", (value) => require(value instanceof List, value, "list")],
  ["dict", (value) => require(value instanceof Dict, value, "dict")],
  ["float | int", (value) => require(isNumber(value), value, "float or int")],
]);

function require(holds: boolean, value: Value, wanted: string): void {
  if (!holds) throw new EvalError(`got ${typeName(value)}, want ${wanted}`);
}

function requireInt(value: Value): void {
  if (typeof value === "number") return;
  require(typeof value === "bigint", value, "int");
  // Counts and positions are safe integers here; what fits 64 bits and not these is said to be too large for these.
  const bits = BigInt.asIntN(64, value as bigint) === value ? 54 : 64;
  throw new EvalError(`${value as bigint} out of range (want value in signed ${bits}-bit range)`);
}

/** What a builtin does with up to three arguments that passed the checks; those left out are undefined. */
export type Implementation = DirectCall["run"];

/** A builtin that checks its arguments against its parameters and then runs. */
export function defineBuiltin(description: Omit<BuiltinSpec, "call">, run: Implementation): BuiltinSpec {
  const signature = signatureOf(description.name, description.parameters);
  const { required, checks } = signature;
  const types = description.parameters.map(({ type }, i) => (checks[i] === undefined ? undefined : type));
  return {
    ...description,
    direct: { run, required, types },
    call(thread, self, args, named) {
      if (named.length > 0 || args.length < required || args.length > checks.length) {
        const values = bindArguments(signature, args, named);
        return run(thread, self, values[0], values[1], values[2]);
      }
      if (signature.checked) checkPositional(signature, args);
      return run(thread, self, args[0], args[1], args[2]);
    },
  };
}

/** The parameters of a builtin, prepared for checking. */
export interface Signature {
  name: string;
  parameters: readonly ParameterSpec[];
  /** Parameters without a default; they come first. */
  required: number;
  checks: readonly (TypeCheck | undefined)[];
  /** Whether any parameter has a type to check. */
  checked: boolean;
  /** Whether no argument may be named. */
  positional: boolean;
}

/** Prepares parameters for `bindArguments`. */
export function signatureOf(name: string, parameters: readonly ParameterSpec[]): Signature {
  const checks = parameters.map((parameter) => typeChecks.get(parameter.type));
  return {
    name,
    parameters,
    required: parameters.filter((parameter) => parameter.default === undefined).length,
    checks,
    checked: checks.some((check) => check !== undefined),
    positional: parameters.every((parameter) => parameter.passing === "positional"),
  };
}

/** One value per parameter, undefined where none was passed. Throws EvalError when the call does not fit. */
export function bindArguments(
  signature: Signature,
  args: readonly Value[],
  named: readonly NamedArgument[],
): (Value | undefined)[] {
  const { name, parameters, required } = signature;
  if (signature.positional) requirePositional(name, args, named, required, parameters.length);
  else if (args.length > parameters.length) {
    throw new EvalError(`${name}: got ${args.length} arguments, want at most ${parameters.length}`);
  }
  checkPositional(signature, args);
  const values: (Value | undefined)[] = [...args];
  for (const argument of named) bindNamed(signature, values, argument);
  for (let i = args.length; i < required; i++) {
    if (values[i] === undefined) throw new EvalError(`${name}: missing argument for ${parameters[i]!.name}`);
  }
  return values;
}

function bindNamed(signature: Signature, values: (Value | undefined)[], argument: NamedArgument): void {
  const { name, parameters } = signature;
  const index = parameters.findIndex((parameter) => parameter.name === argument.name);
  if (index < 0) throw unexpectedKeyword(signature, argument.name);
  if (values[index] !== undefined) {
    throw new EvalError(`${name}: got multiple values for keyword argument ${quoteText(argument.name)}`);
  }
  check(signature, index, argument.value, quoteText(argument.name));
  values[index] = argument.value;
}

function unexpectedKeyword(signature: Signature, keyword: string): EvalError {
  const names = signature.parameters.map((parameter) => parameter.name);
  const hint = nearest(keyword, names);
  const suffix = hint === undefined ? "" : ` (did you mean ${hint}?)`;
  return new EvalError(`${signature.name}: unexpected keyword argument ${quoteText(keyword)}${suffix}`);
}

/** Throws EvalError unless there are only positional arguments, and as many as wanted. */
export function requirePositional(
  name: string,
  args: readonly Value[],
  named: readonly NamedArgument[],
  minimum: number,
  maximum: number,
): void {
  if (named.length > 0) throw new EvalError(`${name}: unexpected keyword arguments`);
  const count = args.length;
  if (count < minimum) {
    throw new EvalError(`${name}: got ${count} arguments, want ${minimum < maximum ? "at least " : ""}${minimum}`);
  }
  if (count > maximum) {
    throw new EvalError(`${name}: got ${count} arguments, want ${maximum > minimum ? "at most " : ""}${maximum}`);
  }
}

function checkPositional(signature: Signature, args: readonly Value[]): void {
  for (let i = 0; i < args.length; i++) check(signature, i, args[i]!);
}

/** `shown` is how the parameter is named in errors, when not by its number or name. */
function check(signature: Signature, index: number, value: Value, shown?: string): void {
  const typeCheck = signature.checks[index];
  if (typeCheck === undefined) return;
  try {
    typeCheck(value);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    const which = shown ?? (signature.positional ? String(index + 1) : signature.parameters[index]!.name);
    throw new EvalError(`${signature.name}: for parameter ${which}: ${error.message}`);
  }
}
