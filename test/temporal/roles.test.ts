import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action } from "../../src/core/action.ts";
import { openTemporalEngine, startTemporalWorker } from "../../src/engines/temporal/open.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { testOptions } from "../../src/engines/temporal/testing/test-engine.ts";
import { define, echo, ended, event, start, until } from "../../src/engines/testing/engine.suite.ts";

/** Servers and workers as processes of their own: any of them may be missing for a while. */

const hasServer = (await temporalCli()) !== undefined;

describe("servers and workers", { skip: !hasServer }, () => {
  it("a server waits for a worker, and one that has begun goes on while there is none", async () => {
    const options = await testOptions([echo]);
    const opening = openTemporalEngine({ ...options, works: false });
    const worker = await startTemporalWorker(options);
    const engine = await opening;
    await define(engine, ["call", "echo", "1"], ["receive", "go on"]);
    const run = await start(engine);
    await until(engine, run, ({ waitingFor }) => waitingFor === "signal go on");
    await worker.drain();
    // Nobody computes it now; what it is told is kept, and so is what the server knows.
    assert.equal(await engine.signalRun(run, "go on", "2"), true);
    assert.equal((await engine.findRun(run))!.definition, "toy.json");
    assert.equal((await engine.listDefinitions()).length, 1);
    const other = await startTemporalWorker(options);
    assert.equal((await ended(engine, run)).value, '["1","signal 2"]');
    assert.equal(other.health().writable, true);
    await engine.drain();
    await other.drain();
  });

  it("two servers know of each other's definitions, events and flags", async () => {
    const options = await testOptions([echo]);
    const one = await openTemporalEngine({ ...options, works: true });
    const two = await openTemporalEngine({ ...options, works: true });
    await define(one, ["call", "echo", "1"]);
    const seen = async (isSo: () => Promise<boolean>) => {
      for (const giveUpAt = Date.now() + 10_000; !(await isSo());) {
        assert.ok(Date.now() < giveUpAt);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await seen(async () => (await two.listDefinitions()).length === 1);
    const run = await start(two, "a");
    assert.deepEqual((await one.appendEvents([event("a")]))[0]!.runs, [run]);
    assert.equal((await ended(one, run)).state, "succeeded");
    await one.setFlag("autoflow_enabled", undefined, false);
    await seen(async () => Promise.resolve(two.heldByFlag("1", "go") === "autoflow_enabled"));
    await one.drain();
    assert.equal((await two.findRun(run))!.state, "succeeded");
    await two.drain();
  });

  it("an attempt that a drain aborts is made again by another worker, with the same key", async () => {
    const attempts: string[] = [];
    const begun = Promise.withResolvers<void>();
    const slow: Action = {
      ...echo,
      name: "slow",
      timeoutMs: 20_000,
      async perform({ signal, idempotencyKey, attempt }) {
        attempts.push(`${idempotencyKey} ${attempt}`);
        begun.resolve();
        if (attempts.length > 1) return { value: "1" as never };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { error: { type: "test", code: "ABORTED", message: "aborted", retryable: false } };
      },
    };
    const options = await testOptions([slow], { drainGraceMs: 100 });
    const one = await openTemporalEngine({ ...options, works: true });
    await define(one, ["call", "slow", "1"]);
    const run = await start(one);
    await begun.promise;
    await one.drain();
    const two = await openTemporalEngine({ ...options, works: true });
    assert.equal((await ended(two, run)).value, '["1"]');
    assert.deepEqual(attempts, [`${run}:1 1`, `${run}:1 2`]);
    await two.drain();
  });
});
