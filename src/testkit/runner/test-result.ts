/** What became of a test. */
import type { Location } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";

export interface TestResult {
  /** Path of the file from where the command was started. */
  file: string;
  name: string;
  /** 1-based line of the test in its file. */
  line: number;
  status: "passed" | "failed" | "skipped";
  /** Real time, in ms. */
  durationMs: number;
  /** Time that passed in the test's world, in ms. */
  virtualMs: number;
  /** Why it was skipped. */
  reason?: string;
  failure?: TestFailure;
  /** What the test printed. */
  output: string[];
}

export interface TestFailure extends Failure {
  /** The line of the test, or of what it loads, at which it failed. */
  where?: Location;
  /** What happened in the test's world: runs with their history, calls. */
  trace: string[];
}

/** A file that has no tests that can run. */
export interface FileProblem {
  file: string;
  problems: { message: string; where?: Location }[];
}

/** Lines of a script that do something when it runs. */
export interface FileCoverage {
  file: string;
  lines: number;
  covered: number;
  /** Line numbers, ascending. */
  missed: number[];
}

export interface TestSummary {
  results: TestResult[];
  problems: FileProblem[];
  /** Where it was asked for. */
  coverage?: FileCoverage[];
  /** Real time, in ms. */
  durationMs: number;
}
