/** What the machine needs of an expression language. Programs of jq are such as they are. */
import type { Value } from "../../jq/value.ts";

/** A compiled expression, for any number of evaluations. */
export interface CompiledExpression {
  /** The variables that it uses, without "$": only these need values. */
  readonly variables: readonly string[];
  start(input: Value, variables: ReadonlyMap<string, Value>, options: EvaluationOptions): Evaluation;
}

export interface EvaluationOptions {
  steps: number;
  bytes: number;
  /** Nested calls. */
  depth: number;
  /** Seconds since 1970. */
  now: () => number;
}

export interface Evaluation {
  /** Steps it took so far. */
  readonly steps: number;
  /** Computes on for about so many steps: an output, the error that ends it, or the end. Throws JqLimitError. */
  step(budget: number): EvaluationStep;
}

export type EvaluationStep =
  | "running"
  | "done"
  | { readonly value: Value }
  /** `value` is what was raised: the message, when it is a text. */
  | { readonly error: { readonly value: Value } };
