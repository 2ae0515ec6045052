import assert from "node:assert/strict";
import { test } from "node:test";
import { createRateLimits } from "./rate-limits.ts";

const start = Date.UTC(2026, 10, 24, 9);

function headers(fields: Record<string, string | number>): ReadonlyMap<string, string> {
  return new Map(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

test("nothing waits until a token has no calls left", () => {
  const limits = createRateLimits(() => start);
  limits.note("a", headers({ "ratelimit-remaining": 1, "ratelimit-reset": start / 1000 + 30 }));
  assert.equal(limits.waitFor("a"), 0);
  limits.note("a", headers({ "ratelimit-remaining": 0, "ratelimit-reset": start / 1000 + 30 }));
  assert.deepEqual([limits.waitFor("a"), limits.waitFor("b")], [30_000, 0]);
});

test("the wait ends when the limit begins anew", () => {
  let now = start;
  const limits = createRateLimits(() => now);
  limits.note("a", headers({ "ratelimit-remaining": 0, "ratelimit-reset": start / 1000 + 30 }));
  now += 29_000;
  assert.equal(limits.waitFor("a"), 1000);
  now += 1000;
  assert.equal(limits.waitFor("a"), 0);
});

test("those that wait get their turns, as many in a minute as GitLab takes", () => {
  const limits = createRateLimits(() => start);
  const told = { "ratelimit-remaining": 0, "ratelimit-reset": start / 1000 + 30, "ratelimit-limit": 2 };
  limits.note("a", headers(told));
  assert.deepEqual(
    [1, 2, 3].map(() => limits.waitFor("a")),
    [30_000, 30_000, 90_000],
  );
  limits.note("a", headers(told));
  assert.deepEqual(
    [4, 5].map(() => limits.waitFor("a")),
    [90_000, 150_000],
  );
});

test("a clock that is wrong is seen through, and a moment far away is not believed", () => {
  const limits = createRateLimits(() => start);
  const there = start - 3_600_000;
  const date = new Date(there).toUTCString();
  limits.note("a", headers({ "ratelimit-remaining": 0, "ratelimit-reset": there / 1000 + 30, date }));
  assert.equal(limits.waitFor("a"), 30_000);
  limits.note("b", headers({ "ratelimit-remaining": 0, "ratelimit-reset": start / 1000 + 86_400 }));
  assert.equal(limits.waitFor("b"), 15 * 60_000);
  limits.note("c", headers({ "ratelimit-remaining": 0, "ratelimit-reset": "soon" }));
  limits.note("d", headers({ "ratelimit-remaining": 0, "ratelimit-reset": start / 1000 - 5 }));
  assert.deepEqual([limits.waitFor("c"), limits.waitFor("d")], [0, 0]);
});
