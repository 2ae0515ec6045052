import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Schedule } from "../core/schedule.ts";
import { nextTime, scheduleProblem } from "./schedule-times.ts";

/** The next times after one, as texts. */
function times(schedule: Schedule, after: string, count: number): string[] {
  const found: string[] = [];
  let last = Date.parse(after);
  const began = last;
  while (found.length < count) {
    const next = nextTime(schedule, began, last);
    if (next === undefined) return [...found, "end"];
    found.push(new Date(next).toISOString().replace(".000Z", "Z"));
    last = next;
  }
  return found;
}

describe("when a schedule is due", () => {
  const berlin = { timezone: "Europe/Berlin" };

  it("reads cron expressions in UTC, or in their time zone", () => {
    assert.deepEqual(times({ cron: "0 9 * * 1" }, "2026-11-21T00:00:00.500Z", 2), [
      "2026-11-23T09:00:00Z",
      "2026-11-30T09:00:00Z",
    ]);
    assert.deepEqual(times({ cron: "0 9 * * 1", ...berlin }, "2026-11-21T00:00:00Z", 1), ["2026-11-23T08:00:00Z"]);
    assert.deepEqual(times({ cron: "@daily" }, "2026-11-21T00:00:00Z", 1), ["2026-11-22T00:00:00Z"]);
  });

  it("reads seconds and years, and weekdays as Quartz counts them where there is a question mark", () => {
    assert.deepEqual(times({ cron: "30 0 9 * * 1" }, "2026-11-21T00:00:00Z", 1), ["2026-11-23T09:00:30Z"]);
    assert.deepEqual(times({ cron: "0 0 9 ? * 2" }, "2026-11-21T00:00:00Z", 1), ["2026-11-23T09:00:00Z"]);
    assert.deepEqual(times({ cron: "0 0/15 * * * ?" }, "2026-11-21T00:01:00Z", 2), [
      "2026-11-21T00:15:00Z",
      "2026-11-21T00:30:00Z",
    ]);
    assert.deepEqual(times({ cron: "0 0 0 1 1 * 2027" }, "2026-11-21T00:00:00Z", 3), ["2027-01-01T00:00:00Z", "end"]);
  });

  it("a fixed time in the hour that is left out is due behind it, and in the one that comes twice it is due once", () => {
    const daily = { cron: "30 2 * * *", ...berlin };
    assert.deepEqual(times(daily, "2026-03-28T02:00:00Z", 2), ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    assert.deepEqual(times(daily, "2026-10-24T12:00:00Z", 2), ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
  });

  it("what is due every so often goes on evenly when clocks change", () => {
    const halfHourly = { cron: "*/30 * * * *", ...berlin };
    assert.deepEqual(times(halfHourly, "2026-03-29T00:20:00Z", 3), [
      "2026-03-29T00:30:00Z",
      "2026-03-29T01:00:00Z",
      "2026-03-29T01:30:00Z",
    ]);
    assert.deepEqual(times(halfHourly, "2026-10-25T00:20:00Z", 4), [
      "2026-10-25T00:30:00Z",
      "2026-10-25T01:00:00Z",
      "2026-10-25T01:30:00Z",
      "2026-10-25T02:00:00Z",
    ]);
  });

  it("counts intervals from their first time, as often as they say", () => {
    const from = Date.parse("2026-01-01T00:00:00Z");
    const bounded = { every: 3_600_000, from, repeat: 2 };
    assert.deepEqual(times(bounded, "2025-12-31T00:00:00Z", 5), [
      "2026-01-01T00:00:00Z",
      "2026-01-01T01:00:00Z",
      "2026-01-01T02:00:00Z",
      "end",
    ]);
    assert.deepEqual(times({ every: 60_000 }, "2026-01-01T00:00:30Z", 1), ["2026-01-01T00:01:30Z"]);
    assert.deepEqual(
      [from, from + 1001, from + 2001].map((after) => nextTime({ every: 1000.4 }, from, after)! - from),
      [1001, 2001, 3002],
    );
    assert.deepEqual(times({ every: 60_000, until: from + 90_000 }, "2026-01-01T00:00:00Z", 3), [
      "2026-01-01T00:01:00Z",
      "end",
    ]);
  });

  it("is always later than what it was asked for, and in step with the first time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 10 ** 8 }),
        fc.nat(10 ** 12),
        fc.nat(10 ** 12),
        (every, began, after) => {
          const next = nextTime({ every }, began, after)!;
          assert.ok(next > after);
          assert.equal((next - began) % every, 0);
          assert.ok(next - every <= after || next === began + every);
        },
      ),
    );
  });

  it("says what is wrong", () => {
    const cases: [Schedule, RegExp][] = [
      [{}, /either/],
      [{ cron: "* * * * *", every: 1000 }, /either/],
      [{ cron: "often" }, /"often" cannot be read/],
      [{ cron: "61 * * * *" }, /61/],
      [{ cron: "2026-01-01T00:00:00" }, /five to seven/],
      [{ every: 10 }, /got 10 ms/],
      [{ cron: "* * * * *", timezone: "Mars/Base" }, /"Mars\/Base" is no time zone/],
    ];
    for (const [schedule, problem] of cases) assert.match(scheduleProblem(schedule)!, problem);
    assert.equal(scheduleProblem({ cron: "* * * * *", timezone: "Europe/Berlin" }), undefined);
  });
});
