/** What methods are given. */
import type { ExpressionMeter } from "../meter.ts";
import { EvaluationError } from "../failure.ts";
import { described, numberOf } from "../operators.ts";
import { type Range, Sym, type Value } from "../values.ts";

export interface Invocation {
  args: readonly Value[];
  /** Calls the block; absent when none was given. */
  block?: ((...values: Value[]) => Value) | undefined;
  /** Calls a method of another value. */
  send: (self: Value, name: string, args: readonly Value[]) => Value;
  /** Whether a value is what another one stands for, as `case` compares: `===`. */
  matches: (wanted: Value, value: Value) => boolean;
  meter: ExpressionMeter;
  /** Epoch ms that is now for all of a run. */
  now: number;
}

export type Method<Self extends Value = Value> = (self: Self, call: Invocation) => Value;

export type MethodTable<Self extends Value = Value> = Record<string, Method<Self>>;

/** Throws EvaluationError. */
export function argument({ args }: Invocation, i: number): Value {
  const value = args[i];
  if (value === undefined) throw new EvaluationError(`argument ${i + 1} is missing`);
  return value;
}

/** A text or a symbol. Throws EvaluationError. */
export function textArgument(call: Invocation, i: number): string {
  const value = argument(call, i);
  if (typeof value === "string") return value;
  if (value instanceof Sym) return value.name;
  throw new EvaluationError(`argument ${i + 1} has to be a text, got ${described(value)}`);
}

/** A whole number. Throws EvaluationError. */
export function integerArgument(call: Invocation, i: number, otherwise?: number): number {
  const value = call.args[i];
  if (value === undefined && otherwise !== undefined) return otherwise;
  const number = numberOf(argument(call, i));
  if (number === undefined) throw new EvaluationError(`argument ${i + 1} has to be a number, got ${described(value!)}`);
  return Math.trunc(number);
}

/** Throws EvaluationError. */
export function blockOf({ block }: Invocation): (...values: Value[]) => Value {
  if (block === undefined) throw new EvaluationError("a block is missing: { |one| … }");
  return block;
}

/** The part of something of this length that a range names; undefined when it begins outside. */
export function slicesOf({ from, to, isOpen }: Range, length: number): [start: number, end: number] | undefined {
  const start = from === null ? 0 : fromEnd(numberOf(from) ?? Number.NaN, length);
  const last = to === null ? length - 1 : fromEnd(numberOf(to) ?? Number.NaN, length);
  if (Number.isNaN(start) || Number.isNaN(last)) throw new EvaluationError("the range has to be one of whole numbers");
  if (start < 0 || start > length) return undefined;
  return [start, Math.max(start, Math.min(length, isOpen && to !== null ? last : last + 1))];
}

export function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}
