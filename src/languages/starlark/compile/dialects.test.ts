/** Programs under the options that they name, one by one. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type ActualError, discrepancies, readChunks } from "../testing/chunked-file.ts";
import { Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";

const name = "dialects.star";
const chunks = readChunks(name, readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8"));

for (const tier of ["never", "at-once"] as const) {
  test(`options of a file, hot code ${tier}`, () => {
    for (const chunk of chunks) {
      const evaluator = new Evaluator({ dialect: chunk.options, tier });
      const actual = errorsOf(() => evaluator.evaluate(name, chunk.source));
      assert.deepEqual(discrepancies(name, chunk, actual), []);
    }
  });
}

/** What went wrong, at the innermost place in the program. */
function errorsOf(action: () => unknown): ActualError[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (error.problems.length === 0) return [{ line: error.where?.line ?? 0, message: error.message }];
    return error.problems.map(({ message, where }) => ({ line: where.line, message }));
  }
}
