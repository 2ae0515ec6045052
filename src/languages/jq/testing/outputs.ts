/** What a program prints, as lines of JSON and errors: what tests compare. */
import { JqLimitError, JqSyntaxError } from "../errors.ts";
import { type CompileOptions, compileJq } from "../jq.ts";
import type { NativeContext } from "../library/contract.ts";
import { printJson } from "../library/json-print.ts";
import { parseJson } from "../library/json-text.ts";
import type { JqEvaluation } from "../program.ts";
import type { Value } from "../value.ts";

/** A context for reading and printing outside of evaluations. */
export const FREE: NativeContext = { level: "1.6", regex: new Map(), charge() {}, allocate() {}, now: () => 0 };

/** The value of a JSON text. */
export function json(text: string): Value {
  return parseJson(FREE, text);
}

/** Evaluates in slices of `budget` steps; an error or a limit is the last line. */
export function outputsOf(program: string, input: string, options: CompileOptions = {}, budget = 1_000_000): string[] {
  let evaluation: JqEvaluation;
  try {
    evaluation = compileJq(program, options).start(json(input));
  } catch (error) {
    if (error instanceof JqSyntaxError) return [`!! ${error.message}`];
    throw error;
  }
  return [...linesOf(evaluation, budget)];
}

/** The lines of an evaluation, to its end. */
export function* linesOf(evaluation: JqEvaluation, budget: number): Generator<string> {
  try {
    for (;;) {
      const step = evaluation.step(budget);
      if (step === "done") return;
      if (step === "running") continue;
      if ("error" in step) yield `! ${errorText(step.error.value)}`;
      else yield printJson(FREE, step.value);
    }
  } catch (error) {
    if (!(error instanceof JqLimitError)) throw error;
    yield `!!! ${error.limit}`;
  }
}

function errorText(error: Value): string {
  return typeof error === "string" ? error : printJson(FREE, error);
}
