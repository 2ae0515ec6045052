/** Runs of one key on a real server, beyond what every engine promises of them. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { type Log, silentLog } from "../../src/core/ports.ts";
import type { ConcurrencyMode } from "../../src/core/program.ts";
import { logId } from "../../src/engines/temporal/client/log-entity.ts";
import type { LogInput } from "../../src/engines/temporal/protocol/log.ts";
import { runSignals } from "../../src/engines/temporal/protocol/run.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine, type TemporalUnderTest } from "../../src/engines/temporal/testing/test-engine.ts";
import { anyOf, ended, until } from "../../src/engines/testing/engine.suite.ts";
import { type Instruction, toySource } from "../../src/engines/testing/toy-program.ts";
import { eventually } from "../support/eventually.ts";
import { event, openLogs, project } from "./log/harness.ts";
import { RunHost, valueOf } from "./run-host/harness.ts";
import { eventTypes } from "./support/replay.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

async function everySecond({ engine }: TemporalUnderTest, mode: ConcurrencyMode): Promise<void> {
  const body: Instruction[] = [["input"], ["receive", "end"]];
  const handler = { name: "tick", filter: anyOf(), schedule: { every: 1000 }, concurrency: { by: [], mode }, body };
  const files = new Map([["toy.json", toySource(handler)]]);
  await engine.putDefinition({ project: "1", language: "toy", sources: { entry: "toy.json", files } });
}

describe("runs of one key on Temporal", { skip }, () => {
  it("what the clock starts is queued as well", async () => {
    await using test = await openTestEngine([]);
    const { engine } = test;
    await everySecond(test, "queue");
    const queued = await eventually("a run waits for another one", async () => {
      const { items } = await engine.listRuns({ states: ["queued"] });
      return items.length > 0 && items.at(-1);
    });
    assert.match(queued.waitingFor!, /which has the same key/);
    await engine.removeDefinition("1", "toy.json");
    const { items } = await engine.listRuns({});
    const oldest = items.toSorted((a, b) => a.createdAt - b.createdAt);
    const [first, second] = [oldest[0]!.id, oldest[1]!.id];
    const held = (await engine.findRun(second))!;
    assert.equal(held.waitingFor, `the end of run ${first}, which has the same key`);
    assert.match(held.input!, /"type":"autoflow.schedule"/);
    for (const id of [first, second]) {
      await until(engine, id, ({ state }) => state === "waiting");
      assert.equal(await engine.signalRun(id, "end", "null"), true);
      const { state, value } = await ended(engine, id);
      assert.equal(state, "succeeded");
      assert.match(value!, /scheduled_at/);
    }
  });

  it("what the clock would start is skipped while its last run is open", async () => {
    const skipped: unknown[] = [];
    const log: Log = {
      ...silentLog,
      info: (message, fields) => void (/still open/.test(message) && skipped.push(fields)),
    };
    await using test = await openTestEngine([], { log });
    const { engine } = test;
    await everySecond(test, "skip");
    await eventually("two are skipped", () => skipped.length >= 2);
    const { items } = await engine.listRuns({});
    assert.equal(items.length, 1);
    assert.equal((skipped[0] as { run: string }).run, items[0]!.id);
  });

  it("a run that is held is carried over with what it is told, and begins when its turn has come", async () => {
    await using host = await RunHost.open([]);
    const run = await host.startToy(
      [
        ["receive", "go"],
        ["sleep", 1],
      ],
      { keyed: { waits: true } },
    );
    await run.tell({ kind: "signal", id: "s", name: "go", payload: "1" });
    const held = await run.view();
    assert.deepEqual([held.state, held.held, held.turns], ["queued", true, 0]);
    await run.workflow.signal(runSignals.renew);
    await run.untilExecutions(2);
    assert.equal((await run.view()).state, "queued");
    const releasedAt = Date.now();
    for (let times = 0; times < 2; times++) await run.tell({ kind: "release", id: "r" });
    const result = await run.ended();
    assert.equal(valueOf(result), '["signal 1","null"]');
    const [, first] = (await run.history()).entries;
    assert.ok(first!.time >= releasedAt - 1000, "its time is that of its release, by the clock of this machine");
    assert.deepEqual(
      host.outside.reports.map(({ runId, stands }) => [runId, stands]),
      [[run.runId, "ended"]],
    );
    assert.ok(!(await run.histories()).flatMap(eventTypes).includes("WORKFLOW_TASK_FAILED"));
  });

  it("a sleep of a run that was held begins with it", async () => {
    await using host = await RunHost.open([]);
    const start = { time: Date.now() - 3_600_000 };
    const run = await host.startToy(
      [
        ["sleep", 60_000],
        ["receive", "never"],
      ],
      { start, keyed: { waits: true } },
    );
    await run.tell({ kind: "release", id: "r" });
    const { openEffects } = await run.until(({ state }) => state === "waiting");
    assert.equal(openEffects[0]?.kind, "sleep");
    await run.workflow.signal(runSignals.renew);
    await run.untilExecutions(2);
    assert.equal((await run.view()).openEffects.length, 1);
    await run.tell({ kind: "cancel", id: "c", reason: "enough" });
    assert.equal(await run.ended(), undefined);
    assert.equal(host.outside.reports.at(-1)!.stands, "ended");
  });

  it("a run that is held and cancelled, by whomever, never begins", async () => {
    await using host = await RunHost.open([]);
    const held = { keyed: { waits: true } };
    const [told, inTemporal] = [await host.startToy([["log", "x"]], held), await host.startToy([["log", "x"]], held)];
    await told.tell({ kind: "cancel", id: "c", reason: "enough", kin: true });
    await inTemporal.workflow.cancel();
    for (const run of [told, inTemporal]) {
      assert.equal(await run.ended(), undefined);
      const { state, turns } = await run.view();
      assert.deepEqual([state, turns], ["cancelled", 0]);
    }
    assert.deepEqual(
      host.outside.reports.map(({ runId }) => runId).toSorted(),
      [told.runId, inTemporal.runId].toSorted(),
    );
  });

  it("a run that has ended without a word does not hold up its key for ever", async () => {
    await using logs = await openLogs();
    const { context } = logs;
    logs.trigger("go", { concurrency: { by: [], mode: "skip" } });
    logs.trigger("more", { concurrency: { by: [["n"]], mode: "skip" } });
    const skipping = (trigger: string, values: string): string =>
      context.registry.digest("key", project, "f", trigger, values);
    const [gone, open, next, other, more] = [1, 2, 3, 4, 5].map(() => randomUUID()) as [
      string,
      string,
      string,
      string,
      string,
    ];
    for (const runId of [open, next, other, more]) await logs.startRun(runId);
    const carry = {
      last: 0,
      time: 0,
      recent: { events: [], after: 0, types: [], forgotten: 0 },
      guards: { rates: [], pauses: [] },
      waits: { filters: [], definitions: [], runs: [] },
      keyed: [
        ["a", 0, 0, 0, [gone, next]],
        ["b", 0, 0, 0, [open, other]],
        [skipping("on go", "[]"), 0, 0, 0, [randomUUID()]],
        [skipping("on more", "[1]"), 0, 0, 0, [more]],
      ],
    };
    const args: [LogInput] = [{ project, carry }];
    const workflowId = logId(context, project);
    await context.client.workflow.start("log", { workflowId, taskQueue: context.taskQueue, args });
    await eventually("the next one is released", async () => (await logs.messages(next)).length > 0);
    assert.deepEqual(
      (await logs.messages(next)).map(({ kind }) => kind),
      ["release"],
    );
    assert.deepEqual(await logs.messages(other), []);
    assert.equal((await logs.view())!.keyed, 5);
    const results = await logs.events.append([event("1"), event("2", "more", {}, { n: 1 }), event("3")]);
    assert.deepEqual(
      results.map(({ runs }) => runs.length),
      [1, 0, 0],
      "the run in the way of the first is gone",
    );
  });
});
