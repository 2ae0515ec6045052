import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Coalesced } from "./coalesced.ts";

/** A task whose runs end when the test says so. */
function task() {
  const runs: PromiseWithResolvers<void>[] = [];
  const coalesced = new Coalesced(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, coalesced };
}

describe("a coalesced task", () => {
  it("runs once more after a run, however many asked meanwhile", async () => {
    const { runs, coalesced } = task();
    const first = coalesced.run();
    const later = [coalesced.run(), coalesced.run(), coalesced.run()];
    assert.equal(runs.length, 1);
    runs[0]?.resolve();
    await first;
    await Promise.resolve();
    assert.equal(runs.length, 2);
    runs[1]?.resolve();
    await Promise.all(later);
    assert.equal(runs.length, 2);
    void coalesced.run();
    assert.equal(runs.length, 3);
    runs[2]?.resolve();
    await coalesced.settled();
  });

  it("goes on after a failure, which reaches those who asked for that run", async () => {
    const { runs, coalesced } = task();
    const first = coalesced.run();
    const second = coalesced.run();
    runs[0]?.reject(new Error("no"));
    await assert.rejects(first, /no/);
    await Promise.resolve();
    runs[1]?.resolve();
    await second;
  });

  it("settles when the last run has ended", async () => {
    const { runs, coalesced } = task();
    await coalesced.settled();
    const first = coalesced.run();
    const second = coalesced.run();
    let isSettled = false;
    const settled = coalesced.settled().then(() => (isSettled = true));
    runs[0]?.resolve();
    await first;
    await new Promise(setImmediate);
    assert.equal(isSettled, false);
    runs[1]?.reject(new Error("no"));
    await assert.rejects(second);
    await settled;
    assert.ok(isSettled);
  });
});
