/** What a builtin written in TypeScript is, and what it may use of the evaluation that calls it. */
import type { Value } from "../value.ts";

/** The language level: jq 1.6, or with the additions of jq 1.7 and 1.7.1. */
export type Level = "1.6" | "1.7";

/** What an evaluation offers to builtins. */
export interface NativeContext {
  readonly level: Level;
  /** Counts work that grows with a value: about one step per element, pair or 16 characters. Throws `JqLimitError`. */
  charge(steps: number): void;
  /** Announces `bytes` about to be allocated, before they are: `textBytes`, `arrayBytes`, `objectBytes`. Throws `JqLimitError`. */
  allocate(bytes: number): void;
  /** Seconds since 1970, with fractions; the same during a whole evaluation where the caller wants it so. */
  now(): number;
  /** Whatever regular expressions compile to, kept under a key of the builtin's choice for the life of the program. */
  readonly regex: Map<string, unknown>;
}

/**
 * A builtin that takes values and gives exactly one value, or throws `JqError`. The machine evaluates the arguments first, once per
 * combination of their outputs. It must not keep or change `input` and arguments.
 */
export interface NativeFunction {
  readonly name: string;
  /** How many arguments there are, without the input. */
  readonly arity: number;
  /** The level the function came with; jq 1.6 does not know those of 1.7. */
  readonly since?: "1.7";
  readonly call: (context: NativeContext, input: Value, ...args: Value[]) => Value;
}

/** Steps for an element, a pair or two characters in work that takes some ten times longer than looking at them: writing, merging. */
export const stepsOfWriting = 8;

/** Bytes counted for a text of `length` code units. */
export function textBytes(length: number): number {
  return 16 + 2 * length;
}

/** Bytes counted for an array of `length` elements, without what they hold. */
export function arrayBytes(length: number): number {
  return 24 + 8 * length;
}

/** Bytes counted for an object of `size` members, without what they hold. */
export function objectBytes(size: number): number {
  return 64 + 48 * size;
}
