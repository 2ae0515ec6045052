// A node:test reporter that prints what failed and nothing else, and writes the totals to the file named by
// TEST_TOTALS_FILE as JSON: {"passed":…,"failed":…,"skipped":…}.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { inspect } from "node:util";

/** @typedef {import("node:test/reporters").TestEvent} TestEvent */

/**
 * @param {AsyncIterable<TestEvent>} source
 * @returns {AsyncGenerator<string>}
 */
export default async function* report(source) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  /** Names of the tests that are under way, outermost first. @type {string[]} */
  const path = [];
  for await (const event of source) {
    switch (event.type) {
      case "test:start":
        path.length = event.data.nesting;
        path[event.data.nesting] = event.data.name;
        break;
      case "test:pass":
        if (isSuite(event.data)) break;
        if (event.data.skip !== undefined || event.data.todo !== undefined) totals.skipped++;
        else totals.passed++;
        break;
      case "test:fail":
        if (isOnlyParent(event.data)) break;
        totals.failed++;
        yield describeFailure(event.data, path);
        break;
      case "test:summary":
        yield describeSlowFile(event.data);
        break;
      case "test:stderr":
      case "test:stdout":
        yield event.data.message;
        break;
      default:
    }
  }
  const file = process.env.TEST_TOTALS_FILE;
  if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
}

/** What takes so long is told: it is where time can be won. */
const slowFileMs = 45_000;

/** @param {{ file?: string | undefined, duration_ms: number }} data */
function describeSlowFile({ file, duration_ms: ms }) {
  return file !== undefined && ms > slowFileMs ? `slow: ${relative("", file)} took ${(ms / 1000).toFixed(0)} s\n` : "";
}

/** @param {{ details: { type?: string | undefined } }} data */
function isSuite(data) {
  return data.details.type === "suite";
}

/**
 * A suite or test that failed only because tests inside it did, which are reported themselves.
 * @param {{ details: { error: Error } }} data
 */
function isOnlyParent(data) {
  return /** @type {{ failureType?: string }} */ (data.details.error).failureType === "subtestsFailed";
}

/**
 * @param {{ name: string, nesting: number, file?: string, line?: number, column?: number, details: { error: Error } }} data
 * @param {string[]} path
 */
function describeFailure(data, path) {
  const name = [...path.slice(0, data.nesting), data.name].join(" › ");
  const where = data.file === undefined ? "" : `\n  at ${data.file}:${data.line ?? 1}:${data.column ?? 1}`;
  const cause = data.details.error.cause ?? data.details.error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `\nfailed: ${name}${where}\n  ${text.replaceAll("\n", "\n  ")}\n`;
}
