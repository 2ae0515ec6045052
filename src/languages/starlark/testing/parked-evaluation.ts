/** Evaluations in which every call of a builtin waits, and that are written down and made anew at each of them. */
import assert from "node:assert/strict";
import { type EvaluatorOptions, Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";
import type { Evaluation } from "../run/evaluation.ts";
import { toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";

/** What an evaluation did. */
export interface EvaluationEssence {
  lines: string[];
  /** The traceback of what failed. */
  failure: string | undefined;
  steps: number;
}

/** Makes the options anew, values of the caller included: nothing of one evaluator is in the next. */
export type OptionsMaker = (print: (line: string) => void) => EvaluatorOptions;

/** Evaluates a file to the end. Throws EvaluationError for problems in its text. */
export function evaluateThrough(path: string, source: string, options: OptionsMaker): EvaluationEssence {
  const lines: string[] = [];
  const evaluation = new Evaluator(options((line) => lines.push(line))).start(path, source);
  return { lines, failure: failureOf(() => evaluation.finish()), steps: evaluation.steps };
}

/** The same, stored and taken up again at every call. `each` sees every state. */
export function evaluateParked(
  path: string,
  source: string,
  options: OptionsMaker,
  each: (state: Uint8Array) => void = () => {},
): EvaluationEssence {
  const lines: string[] = [];
  const deferred: Value[] = [];
  const maker = () =>
    new Evaluator({ ...options((line) => lines.push(line)), defer: (result) => void deferred.push(result) });
  // Restored by the one that did not store it.
  const evaluators = [maker(), maker()];
  let evaluation: Evaluation = startDeferring(evaluators[0]!, path, source, deferred);
  let calls = 0;
  const failure = failureOf(() => {
    while (evaluation.step() === "waiting") {
      const state = evaluation.snapshot([deferred.pop()!]);
      const { evaluation: restored, kept } = evaluators[++calls % 2]!.restore(state);
      assert.deepEqual(restored.snapshot(kept), state, "written again by a restored evaluation");
      each(state);
      evaluation = restored;
      evaluation.resume(kept[0]!);
    }
  });
  return { lines, failure, steps: evaluation.steps };
}

/** What a library or a loaded file does before is not stored: its calls are answered at once. */
function startDeferring(evaluator: Evaluator, path: string, source: string, deferred: Value[]): Evaluation {
  const evaluation = evaluator.start(path, source);
  assert.deepEqual(deferred, []);
  return evaluation;
}

function failureOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.failure === undefined) throw error;
    return toText(error.failure.traceback);
  }
}
