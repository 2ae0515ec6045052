import { readFileSync } from "node:fs";
import { Option, type Command } from "commander";
import { parseDuration } from "../../core/duration.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { definitionLanguages } from "../../server/definition-languages.ts";
import { describeCoverage } from "../../testkit/runner/coverage-report.ts";
import { junitReport } from "../../testkit/runner/junit-report.ts";
import { runTests } from "../../testkit/runner/run-tests.ts";
import type { TestSummary } from "../../testkit/runner/test-result.ts";
import { describeProblem, describeResult, describeSummary } from "../../testkit/runner/text-report.ts";
import { systemClock } from "../../host/clock.ts";
import { watchTests } from "../../testkit/runner/watch-tests.ts";
import { reportFailure } from "../failures.ts";
import { onInterruption } from "../interruption.ts";
import { formatTime, jsonOption, print, say, visible } from "../output.ts";
import { addProjectSourceOption, type LibraryOptions, openLibraryAccess } from "../project-sources.ts";
import { testSimulation } from "../test-simulation.ts";

interface Options extends LibraryOptions {
  filter?: string;
  output: "text" | "json" | "junit";
  timeout: number;
  coverage?: true;
  watch?: true;
}

/** autoflow test */
export function configureTest(command: Command): void {
  command
    .description(
      "Run the tests of a folder: every function test_… of its files *_test.star, each in a world of its own, with a simulated GitLab, " +
        "answers of HTTP that the test gives, and a clock that stands still unless the test sleeps. The definitions of the project are " +
        "at work there. docs/guides/testing.md tells how tests are written. The exit status is 0 when all passed, 1 when one failed, " +
        "and 2 when a file cannot be tested or there are no tests.",
    )
    .argument("[path]", "a folder, or a test file", ".")
    .option("--filter <text>", "only tests whose file or name holds this")
    .option("--watch", "run them again whenever something in their folders changes")
    .option("--coverage", "tell which lines of the project's scripts the tests have not reached")
    .addOption(
      new Option("--timeout <duration>", "how much real time one test may take")
        .argParser(parseDuration)
        .default(10_000, "10s"),
    )
    .addOption(
      new Option("-o, --output <format>", "how to print the results")
        .choices(["text", "json", "junit"])
        .default("text"),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow test\n  autoflow test .gitlab/autoflow/main_test.star --filter stale\n  autoflow test -o junit > report.xml",
    );
  addProjectSourceOption(command).action(test);
}

async function test(path: string, options: Options): Promise<void> {
  if (options.watch !== true) {
    process.exitCode = exitCodeOf(await runOnce(path, options));
    return;
  }
  const { signal } = onInterruption();
  let isAgain = false;
  say("The tests are run again whenever something changes. Ctrl-C ends it.");
  await watchTests({
    path,
    clock: systemClock,
    signal,
    run: async () => {
      try {
        if (isAgain) say(`\n${formatTime(systemClock.now())}: something has changed.`);
        isAgain = true;
        await runOnce(path, options);
      } catch (error) {
        reportFailure(error);
      }
    },
    onUnwatchable: (folder) => say(`${folder} cannot be watched: what changes there is not seen.`),
  });
}

async function runOnce(path: string, options: Options): Promise<TestSummary> {
  const isText = options.output === "text";
  const tell = isText ? print : say;
  const summary = await runTests({
    path,
    languages: definitionLanguages,
    libraries: openLibraryAccess(options),
    program: starlark,
    simulation: testSimulation(),
    timeoutMs: options.timeout,
    filter: options.filter,
    coverage: options.coverage === true,
    onResult: (result) => {
      if (!isText && result.status !== "failed") return;
      for (const line of describeResult(result, readLine)) tell(visible(line));
    },
    onProblem: (problem) => {
      for (const line of describeProblem(problem)) tell(visible(line));
    },
  });
  if (options.output === "json") print(JSON.stringify(summary, undefined, 2));
  if (options.output === "junit") print(junitReport(summary));
  for (const line of describeCoverage(summary.coverage ?? [])) tell(visible(line));
  if (summary.results.length + summary.problems.length === 0) tell(nothingFound(path, options));
  tell(describeSummary(summary));
  return summary;
}

function nothingFound(path: string, { filter }: Options): string {
  const where = path === "." ? "in this folder" : `in ${path}`;
  return filter === undefined
    ? `There are no tests ${where}: write functions test_… in files whose names end in _test.star.`
    : `No test ${where} has ${JSON.stringify(filter)} in its file or name.`;
}

function exitCodeOf({ results, problems }: TestSummary): number {
  if (results.some(({ status }) => status === "failed")) return 1;
  return problems.length > 0 || results.length === 0 ? 2 : 0;
}

function readLine(file: string, line: number): string | undefined {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1];
  } catch {
    return undefined;
  }
}
