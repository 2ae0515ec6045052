/** The elementary functions, to the last digit: the values are those of the C library, which rounds nearly all of them right. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { multiplyAdd, remainder, roundToEven } from "./bits.ts";
import { atan2, cos, exp, hypot, log, sin, tan } from "./elementary.ts";

test("rounded to the nearest double", () => {
  assert.equal(log(3), 1.0986122886681098);
  assert.equal(exp(-10), 4.5399929762484854e-5);
  assert.equal(exp(23 / 7), 26.72806897596494);
  assert.equal(sin(17 / 7), 0.6541219745065957);
  assert.equal(cos(27 / 7), -0.754732403905234);
  assert.equal(tan(5 / 7), 0.867008218510703);
  assert.equal(hypot(1 / 3, -4), 4.013864859597432);
  assert.equal(atan2(4, -1.5), Math.PI - atan2(4, 1.5));
});

test("what lies outside of the mended range is JavaScript's", () => {
  assert.deepEqual(
    [exp(1000), exp(-1000), exp(0), log(0), log(1), log(Infinity)],
    [Infinity, 0, 1, -Infinity, 0, Infinity],
  );
  for (const answer of [exp(Number.NaN), log(-1), sin(Infinity), cos(Number.NaN), hypot(Number.NaN, 1)]) {
    assert.ok(Number.isNaN(answer));
  }
  assert.ok(Object.is(sin(-0), -0) && Object.is(tan(-0), -0) && Object.is(atan2(-0, 1), -0));
});

test("sums and remainders are exact", () => {
  assert.equal(multiplyAdd(0.1, 10, -1), 5.551115123125783e-17);
  assert.equal(multiplyAdd(2 ** -537, 2 ** -537, 0), 5e-324);
  assert.equal(multiplyAdd(3 * 2 ** -600, 2 ** -475, 2 ** -1073), 2e-323);
  assert.deepEqual([remainder(5, 2), remainder(7, 2), remainder(-5, 3)], [1, -1, 1]);
  assert.deepEqual([roundToEven(2.5), roundToEven(3.5), roundToEven(-0.5)], [2, 4, -0]);
});
