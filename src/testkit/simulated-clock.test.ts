import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedClock } from "./simulated-clock.ts";

test("timers fire in the order in which they are due, those of one moment in the order in which they were set", () => {
  const clock = new SimulatedClock(1000);
  const fired: string[] = [];
  const set = (delayMs: number, name: string) => clock.setTimer(delayMs, () => fired.push(`${name} at ${clock.now()}`));
  set(50, "late");
  set(10, "first");
  const cancelled = set(20, "never");
  set(10, "second");
  assert.equal(clock.now(), 1000);
  assert.equal(clock.next, 1010);
  cancelled.cancel();
  cancelled.cancel();
  while (clock.next !== undefined) clock.fire();
  assert.deepEqual(fired, ["first at 1010", "second at 1010", "late at 1050"]);
  clock.fire();
  assert.equal(clock.now(), 1050);
});

test("a clock that is set back keeps its timers at their moments; one that is overdue fires without time passing", () => {
  const clock = new SimulatedClock(1000);
  clock.setTimer(100, () => {});
  clock.set(500);
  assert.equal(clock.next, 1100);
  clock.setTimer(10, () => {});
  assert.equal(clock.next, 510);
  clock.set(2000);
  clock.fire();
  clock.fire();
  assert.equal(clock.now(), 2000);
});
