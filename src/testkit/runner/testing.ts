/** Runs test files that are given as texts, for tests of the kit. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { echoAction } from "../../actions/echo.ts";
import { scriptPath } from "../../events/definitions/definition-source.ts";
import { serverlessWorkflow } from "../../languages/serverless-workflow/program.ts";
import { functionName } from "../../languages/starlark/run/function-file.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { runTests, type RunTestsOptions } from "./run-tests.ts";
import type { TestSummary } from "./test-result.ts";

const languages: RunTestsOptions["languages"] = [
  { program: starlark, fixed: scriptPath, claims: (file) => functionName(file) !== undefined },
  { program: serverlessWorkflow, claims: (file) => file.endsWith(".sw.yaml") },
];

/** A project with these files; `main` is its script, `tests` its test file, in which assert, testing and issues are loaded. */
export interface TestedTexts {
  main?: string;
  tests?: string;
  files?: Record<string, string>;
  options?: Partial<RunTestsOptions>;
}

const head = `load("@autoflow//assert.star", "assert")
load("@autoflow//gitlab.star", "issues")
load("@autoflow//testing.star", "testing")
`;

/** The line that the text of `tests` begins at. */
export const firstLine = head.split("\n").length;

export async function runTexts({ main, tests, files = {}, options = {} }: TestedTexts): Promise<TestSummary> {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-kit-"));
  const all = {
    ...files,
    ...(main !== undefined && { [scriptPath]: main }),
    ...(tests !== undefined && { "main_test.star": head + tests }),
  };
  try {
    mkdirSync(path.join(folder, ".gitlab"));
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return await runTests({
      path: folder,
      languages,
      libraries: { others: noOthers, unlocked: "refuse" },
      program: starlark,
      simulation: {
        programs: new Map(languages.map(({ program }) => [program.language, program as typeof starlark])),
        actions: [echoAction],
        createJudge: () => {
          throw new Error("no rules are asked here");
        },
      },
      timeoutMs: 20_000,
      onResult: () => {},
      onProblem: () => {},
      ...options,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const noOthers: RunTestsOptions["libraries"]["others"] = {
  commitOf: () => Promise.reject(new Error("there are no other projects here")),
  at: () => ({ read: () => Promise.resolve({}) }),
};

/** Runs tests that are to pass. */
export async function passes(texts: TestedTexts): Promise<void> {
  const summary = await runTexts(texts);
  assert.deepEqual(summary.problems, []);
  assert.notEqual(summary.results.length, 0);
  for (const { name, failure } of summary.results) {
    assert.equal(
      failure && `${name}: ${failure.message}\n${failure.traceback ?? ""}\n${failure.trace.join("\n")}`,
      undefined,
    );
  }
}

/** Runs one test that is to fail. */
export async function failureOf(texts: TestedTexts) {
  const { results } = await runTexts(texts);
  assert.equal(results.length, 1);
  assert.ok(results[0]!.failure, "it passed");
  return results[0]!.failure;
}
