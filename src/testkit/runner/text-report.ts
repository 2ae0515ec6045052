/** Results of tests as people read them. */
import { formatDuration } from "../../core/duration.ts";
import { formatLocation } from "../../core/errors.ts";
import type { FileProblem, TestFailure, TestResult, TestSummary } from "./test-result.ts";

/** The text of a line of a file; undefined when it is not there. */
export type ReadLine = (file: string, line: number) => string | undefined;

const marks = { passed: "ok  ", failed: "FAIL", skipped: "skip" };

/** One line, and below it why the test failed. */
export function describeResult(result: TestResult, readLine: ReadLine): string[] {
  const { status, file, name, line, durationMs, virtualMs, reason, failure, output } = result;
  const time = `${Math.round(durationMs)}ms${virtualMs > 0 ? `, ${formatDuration(virtualMs)} of its time` : ""}`;
  const head = `${marks[status]} ${file}:${line} ${name} (${time})${reason === undefined ? "" : `: ${reason}`}`;
  if (failure === undefined) return [head];
  return [head, ...indented([...describeFailure(failure, readLine), ...section("Printed by the test", output)])];
}

export function describeProblem({ file, problems }: FileProblem): string[] {
  return [
    `FAIL ${file}`,
    ...indented(
      problems.map(({ message, where }) => `${where === undefined ? "" : `${formatLocation(where)}: `}${message}`),
    ),
  ];
}

/** "12 passed, 1 failed, 1 skipped in 35ms" */
export function describeSummary({ results, problems, durationMs }: TestSummary): string {
  const count = (status: TestResult["status"]): number => results.filter((result) => result.status === status).length;
  const parts = [`${count("passed")} passed`, `${count("failed")} failed`];
  if (count("skipped") > 0) parts.push(`${count("skipped")} skipped`);
  if (problems.length > 0)
    parts.push(`${problems.length} ${problems.length === 1 ? "file" : "files"} that cannot be tested`);
  return `${parts.join(", ")} in ${formatDuration(Math.round(durationMs))}`;
}

function describeFailure(failure: TestFailure, readLine: ReadLine): string[] {
  const { message, where, traceback, trace } = failure;
  const lines = message.split("\n");
  if (where !== undefined) {
    const text = readLine(where.file, where.line);
    lines.push(`at ${formatLocation(where)}`);
    if (text !== undefined)
      lines.push(
        `${where.line} | ${text}`,
        `${" ".repeat(String(where.line).length)} | ${before(text, where.column)}^`,
      );
  }
  // Where in the library it is adds nothing.
  const calls = (traceback?.split("\n") ?? [])
    .filter((line) => /^ {2}(?!@)\S.*:\d+:\d+: in /.test(line))
    .map((line) => line.trim());
  return [
    ...lines,
    ...(calls.length > 1 ? section("Calls, the last one at the end", calls) : []),
    ...section("What happened", trace),
  ];
}

/** As wide as what is in front of a column. */
function before(text: string, column: number): string {
  return text.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...indented(lines)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? line : `  ${line}`));
}
