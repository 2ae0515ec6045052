/** Runs the tests of projects, one after another, in one simulation. */
import { elapsedMs } from "./elapsed.ts";
import type { LibraryAccess } from "../../events/definitions/libraries.ts";
import type { DefinitionLanguage } from "../../events/definitions/definition-language.ts";
import path from "node:path";
import type { Program } from "../../core/program.ts";
import { Simulation, type SimulationOptions } from "../simulation.ts";
import { LineCoverage } from "../coverage.ts";
import { coverageOf } from "./coverage-report.ts";
import { findTests, readTestFile } from "./find-tests.ts";
import { runTestFile, type FileOptions } from "./run-file.ts";
import type { FileProblem, TestResult, TestSummary } from "./test-result.ts";

export interface RunTestsOptions {
  /** A folder, or a test file. */
  path: string;
  languages: readonly DefinitionLanguage[];
  libraries: LibraryAccess;
  /** Of test files. */
  program: Program;
  simulation: SimulationOptions;
  timeoutMs: number;
  /** Tests whose file or name holds this; all when absent. */
  filter?: string | undefined;
  /** Whether it is noted which lines of the scripts are executed, which takes longer. */
  coverage?: boolean;
  onResult: (result: TestResult) => void;
  onProblem: (problem: FileProblem) => void;
}

/** Throws NOT_FOUND when the path is not there. */
export async function runTests(options: RunTestsOptions): Promise<TestSummary> {
  const startedAt = performance.now();
  const { languages, libraries, program, timeoutMs, filter } = options;
  const projects = await findTests(options.path, languages, libraries);
  const simulation = await Simulation.open(options.simulation);
  const summary: TestSummary = { results: [], problems: [], durationMs: 0 };
  const fileOptions: FileOptions = {
    simulation,
    program,
    timeoutMs,
    isWanted: ({ root, path: file }, name) => filter === undefined || `${root}${file} ${name}`.includes(filter),
    onResult(result) {
      summary.results.push(result);
      options.onResult(result);
    },
  };
  for (const { root, definitions, tests } of projects) {
    const coverage = new LineCoverage();
    if (options.coverage === true) simulation.cover(coverage);
    for (const file of tests) {
      const read = await readTestFile(program, root, file, libraries);
      const problem = await runTestFile({ root: shownRoot(root), path: file, definitions, ...read }, fileOptions);
      if (problem === undefined) continue;
      summary.problems.push(problem);
      options.onProblem(problem);
    }
    if (options.coverage === true)
      (summary.coverage ??= []).push(...coverageOf(coverage, definitions, shownRoot(root)));
  }
  await simulation.close();
  summary.durationMs = elapsedMs(startedAt);
  return summary;
}

/** What leads from here to a folder, with a slash at the end; nothing when that is here. */
function shownRoot(root: string): string {
  const relative = path.relative("", root);
  return relative === "" ? "" : `${relative.split(path.sep).join("/")}/`;
}
