import assert from "node:assert/strict";
import { test } from "node:test";
import { foldTrace, type TraceLine } from "./fold-trace.ts";

function tick(day: number, status = 200): TraceLine[] {
  const [when, who] = [`+${day}d`, ["daily"]];
  return [
    { when, who, text: `run ${day} (daily): gitlab GET projects/1/issues/${day} -> ${status}` },
    { when, who, text: `run ${day} (daily): succeeded: null` },
  ];
}

const days = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const shown = (lines: readonly TraceLine[]): string[] =>
  foldTrace(lines).map(({ when, text }) => `${when} ${text}`.trim());

test("runs of a schedule are told the first and the last time", () => {
  assert.deepEqual(shown(days(1, 43).flatMap((day) => tick(day))), [
    "+1d run 1 (daily): gitlab GET projects/1/issues/1 -> 200",
    "+1d run 1 (daily): succeeded: null",
    "… 41 more of daily, until +43d …",
    "+43d run 43 (daily): gitlab GET projects/1/issues/43 -> 200",
    "+43d run 43 (daily): succeeded: null",
  ]);
});

test("what is different stays: another status, other words, what comes a few times", () => {
  const few = days(1, 4).flatMap((day) => tick(day));
  assert.deepEqual(foldTrace(few), few);
  const lines = days(1, 20).flatMap((day) => tick(day, day === 10 ? 500 : 200));
  assert.deepEqual(
    shown(lines).filter((line) => /500|…/.test(line)),
    [
      "… 7 more of daily, until +9d …",
      "+10d run 10 (daily): gitlab GET projects/1/issues/10 -> 500",
      "… 8 more of daily, until +19d …",
    ],
  );
});

test("parts within parts: what is hourly within what is daily", () => {
  const hour = (day: number, n: number): TraceLine => ({
    when: `+${day}d${n}h`,
    who: ["hourly"],
    text: `run ${day * 24 + n} (hourly): succeeded: null`,
  });
  const lines = days(1, 30).flatMap((day) => [...days(1, 24).map((n) => hour(day, n)), ...tick(day)]);
  assert.deepEqual(shown(lines), [
    "+1d1h run 25 (hourly): succeeded: null",
    "… 22 more of hourly, until +1d24h …",
    "+1d24h run 48 (hourly): succeeded: null",
    "+1d run 1 (daily): gitlab GET projects/1/issues/1 -> 200",
    "+1d run 1 (daily): succeeded: null",
    "… 28 more of hourly, daily, until +30d1h …",
    "+30d1h run 721 (hourly): succeeded: null",
    "… 22 more of hourly, until +30d24h …",
    "+30d24h run 744 (hourly): succeeded: null",
    "+30d run 30 (daily): gitlab GET projects/1/issues/30 -> 200",
    "+30d run 30 (daily): succeeded: null",
  ]);
});
