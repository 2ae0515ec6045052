/** What starts when its time has come. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Schedule } from "../../core/schedule.ts";
import { anyOf, ended } from "../testing/engine.suite.ts";
import { type Instruction, type ToyHandler, toySource, toyWorkflow } from "../testing/toy-program.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { openEmbeddedEngine } from "./open.ts";
import { type EmbeddedUnderTest, openTestEngine } from "./testing.ts";

const minute = 60_000;
const hour = 60 * minute;

/** Midnight in UTC, when nothing changes in Berlin. */
const midnight = Date.UTC(2026, 0, 1);

async function schedule(test: EmbeddedUnderTest, when: Schedule, ...body: Instruction[]): Promise<unknown[]> {
  return put(test, toyWorkflow({ name: "w", body, triggers: [{ name: "tick", filter: anyOf(), schedule: when }] }));
}

async function put(test: EmbeddedUnderTest, text: string): Promise<unknown[]> {
  const sources = { entry: "toy.json", files: new Map([["toy.json", text]]) };
  return (await test.engine.putDefinition({ project: "1", language: "toy", sources })).problems;
}

/** When runs began, the first one first, as ms since `midnight`; waits for so many to be on disk. */
async function starts({ engine }: EmbeddedUnderTest, expected: number): Promise<number[]> {
  let { items } = await engine.listRuns({ limit: 500 });
  for (let tries = 0; tries < 1000 && items.length < expected; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    ({ items } = await engine.listRuns({ limit: 500 }));
  }
  return items.map(({ createdAt }) => createdAt - midnight).toReversed();
}

async function nextAt({ engine }: EmbeddedUnderTest): Promise<number | undefined> {
  const at = (await engine.listDefinitions())[0]!.triggers[0]!.nextAt;
  return at === undefined ? undefined : at - midnight;
}

describe("embedded engine: schedules", () => {
  const withClock = async (
    work: (test: EmbeddedUnderTest, clock: VirtualClock) => Promise<void>,
    start = midnight,
  ): Promise<void> => {
    const clock = new VirtualClock(start);
    await using test = await openTestEngine([], { clock });
    await work(test, clock);
  };

  it("starts runs at an interval, with the trigger's name and no event", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour }, ["input"]);
      assert.equal(await nextAt(test), hour);
      await clock.advance(3 * hour);
      assert.deepEqual(await starts(test, 3), [hour, 2 * hour, 3 * hour]);
      const [last] = (await test.engine.listRuns({})).items;
      const run = await ended(test.engine, last!.id);
      assert.deepEqual([run.trigger, run.eventId, run.state], ["tick", undefined, "succeeded"]);
      assert.equal(await nextAt(test), 4 * hour);
    }));

  it("gives a handler an event that tells when it was due", () =>
    withClock(async (test, clock) => {
      await put(test, toySource({ name: "tick", filter: anyOf(), schedule: { every: hour }, body: [["input"]] }));
      await clock.advance(hour);
      await starts(test, 1);
      const run = await ended(test.engine, (await test.engine.listRuns({})).items[0]!.id);
      const event = JSON.parse(run.input!) as { type: string; time: string; data: unknown };
      const due = new Date(midnight + hour).toISOString();
      assert.deepEqual(
        [event.type, event.time, event.data],
        ["autoflow.schedule", due, { scheduled_at: due, trigger: "tick" }],
      );
    }));

  it("starts none while an earlier one is open, where the trigger says so", () =>
    withClock(async (test, clock) => {
      const trigger = {
        name: "tick",
        filter: anyOf(),
        schedule: { every: hour },
        concurrency: { by: [], mode: "skip" },
      };
      await put(test, toySource({ ...trigger, body: [["receive", "end"]] } as ToyHandler));
      await clock.advance(3 * hour);
      assert.deepEqual(await starts(test, 1), [hour]);
      const first = (await test.engine.listRuns({})).items[0]!.id;
      assert.equal(await test.engine.signalRun(first, "end", "null"), true);
      await ended(test.engine, first);
      await clock.advance(hour);
      assert.deepEqual(await starts(test, 2), [hour, 4 * hour]);
    }));

  it("ends after as many repetitions as it has", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour, repeat: 1 });
      await clock.advance(5 * hour);
      assert.deepEqual(await starts(test, 2), [hour, 2 * hour]);
      assert.equal(await nextAt(test), undefined);
    }));

  it("starts what was due while it was down once, and then goes on in step", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour });
      await clock.advance(hour);
      await test.engine.drain();
      await clock.advance(3 * hour + minute);
      test.engine = await openEmbeddedEngine(test.options);
      await clock.advance(hour);
      assert.deepEqual(await starts(test, 3), [hour, 4 * hour + minute, 5 * hour]);
    }));

  it("keeps its step over a new version that has the same schedule, and begins anew with another one", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour });
      await clock.advance(30 * minute);
      await schedule(test, { every: hour }, ["log", "new"]);
      assert.equal(await nextAt(test), hour);
      await schedule(test, { every: 2 * hour }, ["log", "new"]);
      assert.equal(await nextAt(test), 150 * minute);
      await clock.advance(2 * hour);
      assert.deepEqual(await starts(test, 1), [150 * minute]);
    }));

  it("stops when the definition is removed, or has no schedule any more", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour });
      await put(test, toySource({ name: "h", filter: anyOf("go"), body: [] }));
      await clock.advance(2 * hour);
      await schedule(test, { every: hour });
      await test.engine.removeDefinition("1", "toy.json");
      await clock.advance(2 * hour);
      assert.deepEqual(await starts(test, 0), []);
    }));

  it("follows the clocks of its time zone when they change", () =>
    withClock(
      async (test, clock) => {
        await schedule(test, { cron: "30 2 * * *", timezone: "Europe/Berlin" });
        await clock.advance(49 * hour);
        const began = (await starts(test, 3)).map((at) => new Date(at + midnight).toISOString());
        assert.deepEqual(began, ["2026-03-28T01:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]);
      },
      Date.UTC(2026, 2, 28),
    ));

  it("refuses what it cannot read, and keeps the last good version", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour });
      const problems = (await schedule(test, { cron: "never" })) as { code: string; message: string }[];
      assert.deepEqual([problems[0]!.code, problems.length], ["SCHEDULE_INVALID", 1]);
      assert.match(problems[0]!.message, /"never"/);
      await clock.advance(hour);
      assert.deepEqual(await starts(test, 1), [hour]);
    }));

  it("is held back by the flag that holds back all there is", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour });
      await test.engine.setFlag("autoflow_enabled", "1", false);
      await clock.advance(hour);
      await test.engine.setFlag("autoflow_enabled", "1", true);
      await clock.advance(hour);
      assert.deepEqual(await starts(test, 1), [2 * hour]);
    }));

  it("does not start again what was started when the process ended before the next time was kept", () =>
    withClock(async (test, clock) => {
      await schedule(test, { every: hour });
      await clock.advance(hour);
      await test.engine.drain();
      const db = new DatabaseSync(`${test.folder}/autoflow.db`);
      db.exec(`UPDATE schedules SET due = ${midnight + hour}`);
      db.close();
      test.engine = await openEmbeddedEngine(test.options);
      await clock.advance(minute);
      assert.deepEqual(await starts(test, 1), [hour]);
      assert.equal(await nextAt(test), 2 * hour);
    }));
});
