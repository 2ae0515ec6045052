/**
 * Every program of every suite, as a driver run that is stored and taken up again at each call of a builtin: it prints the same,
 * ends the same, and takes the same steps.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TierMode } from "../jit/hot-code.ts";
import { assertOptions } from "../testing/assertions.ts";
import { printedAssertions } from "../testing/printed-assertions.ts";
import {
  type EvaluationEssence,
  evaluateParked,
  evaluateThrough,
  type OptionsMaker,
} from "../testing/parked-evaluation.ts";
import { runParked, runThrough } from "../testing/parked-run.ts";
import { suitePrograms } from "../testing/programs.ts";
import { compileResult, startOf } from "../testing/virtual-run.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { LoadedStarlark } from "./loaded-image.ts";

/** What a program does; undefined when its text has problems. */
function essenceOf(path: string, source: string, options: OptionsMaker): EvaluationEssence | undefined {
  try {
    return evaluateThrough(path, source, options);
  } catch (error) {
    if (error instanceof EvaluationError && error.failure === undefined) return undefined;
    throw error;
  }
}

/** Some programs are also run in the second tier, which takes long to translate so often. */
function tiersOf(index: number): TierMode[] {
  return index % 4 === 0 ? ["never", "at-once"] : ["never"];
}

test("every program of the suites goes on from every call in an evaluation", () => {
  let calls = 0;
  const programs = suitePrograms();
  let run = 0;
  for (const [i, { name, source }] of programs.entries()) {
    const path = name.replace(/:.*/, "");
    const options: OptionsMaker = (print) => ({ print, ...assertOptions((problem) => print(`assert: ${problem}`)) });
    const expected = essenceOf(path, source, options);
    if (expected === undefined) continue;
    for (const tier of tiersOf(i)) {
      assert.deepEqual(
        evaluateParked(
          path,
          source,
          (print) => ({ ...options(print), tier }),
          () => calls++,
        ),
        expected,
        `${name}, second tier ${tier}`,
      );
    }
    run++;
  }
  assert.ok(run > programs.length / 2 && calls > run, `${run} of ${programs.length} programs, ${calls} calls`);
});

test("every program of the suites goes on from every call in a run", () => {
  let calls = 0;
  const programs = suitePrograms();
  let run = 0;
  for (const [i, { name, source }] of programs.entries()) {
    // `freeze` is a builtin of the tests.
    if (source.includes("freeze(")) continue;
    const text = `load("//assert.star", "assert")\n${source}`;
    const { image } = compileResult({ [name.replace(/:.*/, "")]: text, "assert.star": printedAssertions }, "driver");
    if (image === undefined) continue;
    const start = startOf(LoadedStarlark.load(image));
    const expected = runThrough(image, start);
    for (const tier of tiersOf(i)) {
      assert.deepEqual(
        runParked(image, start, () => calls++, tier),
        expected,
        `${name}, second tier ${tier}`,
      );
    }
    run++;
  }
  assert.ok(run > programs.length / 2 && calls > run, `${run} of ${programs.length} programs, ${calls} calls`);
});
