/** What starlark-go answers to several hundred programs, and what we answer. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";
import { readExamples } from "../testing/examples.ts";

function answersOf(source: string): string[] {
  const answers: string[] = [];
  const evaluator = new Evaluator({ print: (line) => answers.push(...line.split("\n").map((part) => `#> ${part}`)) });
  try {
    evaluator.evaluate("main.star", source);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    answers.push(`#! ${error.message}`);
  }
  return answers;
}

const folder = new URL("testdata/", import.meta.url);

for (const name of readdirSync(folder)) {
  test(`starlark-go: ${name}`, () => {
    const examples = readExamples(readFileSync(new URL(name, folder), "utf8"));
    assert.ok(examples.length > 0);
    for (const { line, source, expected } of examples) {
      assert.deepEqual(answersOf(source), expected, `${name}:${line}\n${source}`);
    }
  });
}
