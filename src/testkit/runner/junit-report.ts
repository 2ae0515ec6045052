/** Results of tests as JUnit's XML, which GitLab shows in merge requests. */
import { formatLocation } from "../../core/errors.ts";
import type { TestResult, TestSummary } from "./test-result.ts";

/** The whole document. */
export function junitReport({ results, problems, durationMs }: TestSummary): string {
  const suites = [...Map.groupBy(results, ({ file }) => file)].map(([file, tests]) => suite(file, tests));
  const broken = problems.map(({ file, problems: found }) => {
    const text = found
      .map(({ message, where }) => `${where === undefined ? "" : `${formatLocation(where)}: `}${message}`)
      .join("\n");
    const testcase = `    <testcase classname="${attribute(file)}" name="load" time="0">\n      <error message="${attribute(found[0]?.message ?? "")}">${content(text)}</error>\n    </testcase>`;
    return `  <testsuite name="${attribute(file)}" tests="1" failures="0" errors="1" skipped="0" time="0">\n${testcase}\n  </testsuite>`;
  });
  const failures = results.filter(({ status }) => status === "failed").length;
  const head = `<testsuites name="autoflow test" tests="${results.length + problems.length}" failures="${failures}" errors="${problems.length}" time="${seconds(durationMs)}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, ...broken, "</testsuites>"].join("\n");
}

function suite(file: string, tests: readonly TestResult[]): string {
  const count = (status: TestResult["status"]): number => tests.filter((test) => test.status === status).length;
  const time = seconds(tests.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const head = `  <testsuite name="${attribute(file)}" tests="${tests.length}" failures="${count("failed")}" errors="0" skipped="${count("skipped")}" time="${time}">`;
  return [head, ...tests.map(testcase), "  </testsuite>"].join("\n");
}

function testcase(test: TestResult): string {
  const head = `    <testcase classname="${attribute(test.file)}" name="${attribute(test.name)}" file="${attribute(test.file)}" line="${test.line}" time="${seconds(test.durationMs)}"`;
  const inside = [
    ...(test.status === "skipped" ? [`      <skipped message="${attribute(test.reason ?? "")}"/>`] : []),
    ...(test.failure === undefined
      ? []
      : [
          `      <failure message="${attribute(test.failure.message.split("\n")[0]!)}" type="${attribute(test.failure.code)}">${content(
            [test.failure.traceback ?? test.failure.message, ...test.failure.trace].join("\n"),
          )}</failure>`,
        ]),
    ...(test.output.length === 0 ? [] : [`      <system-out>${content(test.output.join("\n"))}</system-out>`]),
  ];
  return inside.length === 0 ? `${head}/>` : [`${head}>`, ...inside, "    </testcase>"].join("\n");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(4);
}

function content(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- XML 1.0 has no place for them
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
  );
}

function attribute(text: string): string {
  return content(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;");
}
