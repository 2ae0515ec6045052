/** Tests of `autoflow test`: how many a second, and how long a workflow of thirty days takes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { testSimulation } from "../src/cli/test-simulation.ts";
import { openLibraryAccess } from "../src/cli/project-sources.ts";
import { starlark } from "../src/languages/starlark/program.ts";
import { definitionLanguages } from "../src/server/definition-languages.ts";
import { runTests } from "../src/testkit/runner/run-tests.ts";
import type { TestResult } from "../src/testkit/runner/test-result.ts";
import type { BenchContext } from "./context.ts";
import { median } from "./figure.ts";

const script = `
load("@autoflow//gitlab.star", "issues")

def greet(w, event):
    issue = event.data.object_attributes
    if issue.title == "long":
        remind(w, event, issue)
    else:
        issues.label(event, issue.iid, add = "seen")

def remind(w, event, issue):
    for day in range(30):
        w.sleep(days = 1)
        issues.create_note(event, issue.iid, "Day %d" % (day + 1))

on_event(type = "com.gitlab.events.issue_created", handler = greet)
`;

const head = `
load("@autoflow//assert.star", "assert")
load("@autoflow//gitlab.star", "issues")
load("@autoflow//testing.star", "testing")
`;

const shortTest = (name: string): string => `
def test_${name}():
    issue = issues.create(":id", "Crash", labels = ["bug"])
    assert.eq(issues.get(":id", issue).labels, ["bug", "seen"])
`;

const longTest = (name: string): string => `
def test_${name}():
    issue = issues.create(":id", "long")
    sleep(days = 31)
    assert.eq(issues.get(":id", issue).user_notes_count, 30)
    assert.eq([run.state for run in testing.runs()], ["succeeded"])
`;

/** Measures `tests.rate` and `tests.month`. */
export async function tests({ full, figure }: BenchContext): Promise<void> {
  const count = full ? 5000 : 1000;
  const short = await results(Array.from({ length: count }, (_, i) => shortTest(`short_${i}`)));
  const warm = short.slice(short.length / 2);
  const total = warm.reduce((sum, { durationMs }) => sum + durationMs, 0);
  figure({ name: "tests.rate", value: (warm.length * 1000) / total, unit: "tests/s", goal: 1000, better: "higher" });
  const long = await results(Array.from({ length: full ? 100 : 30 }, (_, i) => longTest(`long_${i}`)));
  const times = long.slice(long.length / 2).map(({ durationMs }) => durationMs);
  figure({ name: "tests.month", value: median(times), unit: "ms", goal: 20, better: "lower" });
}

/** Runs the tests in a project of their own. Throws when one does not pass. */
async function results(texts: readonly string[]): Promise<TestResult[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-tests-"));
  try {
    mkdirSync(path.join(folder, ".gitlab/autoflow"), { recursive: true });
    writeFileSync(path.join(folder, ".gitlab/autoflow/main.star"), script);
    writeFileSync(path.join(folder, "main_test.star"), head + texts.join(""));
    const summary = await runTests({
      path: folder,
      languages: definitionLanguages,
      libraries: openLibraryAccess(),
      program: starlark,
      simulation: testSimulation(),
      timeoutMs: 10_000,
      onResult: () => {},
      onProblem: () => {},
    });
    const failed = summary.results.find(({ status }) => status !== "passed");
    if (failed !== undefined)
      throw new Error(`${failed.name}: ${failed.failure?.message}\n${failed.failure?.trace.join("\n")}`);
    if (summary.problems.length > 0) throw new Error(JSON.stringify(summary.problems));
    return summary.results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
