import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "./clock.ts";

describe("system clock", () => {
  it("calls back once, not before the delay", async () => {
    const start = performance.now();
    const elapsed = await new Promise<number>((resolve) => {
      systemClock.setTimer(12.5, () => resolve(performance.now() - start));
    });
    assert.ok(elapsed >= 12.5, String(elapsed));
  });

  it("does not call back a cancelled timer, and a timer may be cancelled again and after it fired", async () => {
    let calls = 0;
    const cancelled = systemClock.setTimer(1, () => (calls += 1));
    cancelled.cancel();
    cancelled.cancel();
    await new Promise<void>((resolve) => {
      const fired = systemClock.setTimer(5, () => {
        fired.cancel();
        resolve();
      });
    });
    assert.equal(calls, 0);
  });

  it("does not fire a timer of more than 24 days at once", async () => {
    let calls = 0;
    const timer = systemClock.setTimer(2 ** 31 + 1000, () => (calls += 1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    timer.cancel();
    assert.equal(calls, 0);
  });
});
