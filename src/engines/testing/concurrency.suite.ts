/** What every engine does with runs of one key, with the toy language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import type { Concurrency, ConcurrencyMode } from "../../core/program.ts";
import { hasEnded } from "../../core/run.ts";
import { anyOf, ended, type EngineUnderTest, event, until } from "./engine.suite.ts";
import { type Instruction, toySource } from "./toy-program.ts";

/** A run of `mode` and key `object` that ends when it is told to. */
async function define(engine: Engine, mode: ConcurrencyMode): Promise<void> {
  const concurrency = { by: [["object"]], mode };
  const text = toySource({ name: "h", filter: anyOf("go"), concurrency, body: [["receive", "end"]] });
  await engine.putDefinition({
    project: "*",
    language: "toy",
    sources: { entry: "toy.json", files: new Map([["toy.json", text]]) },
  });
}

async function send(engine: Engine, ...objects: string[]): Promise<string[]> {
  return sendTo("1", engine, ...objects);
}

async function sendTo(project: string, engine: Engine, ...objects: string[]): Promise<string[]> {
  const events = objects.map((object) => event(crypto.randomUUID(), "go", { object }, project));
  return (await engine.appendEvents(events)).map(({ runs }) => runs[0] ?? "");
}

const isWaiting = ({ state }: { state: string }): boolean => state === "waiting";

async function end(engine: Engine, runId: string): Promise<void> {
  await until(engine, runId, isWaiting);
  assert.equal(await engine.signalRun(runId, "end", "null"), true);
  assert.equal((await ended(engine, runId)).state, "succeeded");
}

async function stateOf(engine: Engine, runId: string): Promise<string> {
  return (await engine.findRun(runId))!.state;
}

export function concurrencySuite(name: string, open: (actions: Action[]) => Promise<EngineUnderTest>): void {
  const withEngine = async (work: (test: EngineUnderTest) => Promise<void>): Promise<void> => {
    await using test = await open([]);
    await work(test);
  };

  describe(`runs of one key: ${name}`, () => {
    it("queue: one after another, in the order of their events; other keys go on", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "queue");
        const [first, second, third, other] = await send(engine, "a", "a", "a", "b");
        await until(engine, other!, isWaiting);
        await until(engine, first!, isWaiting);
        const held = (await engine.findRun(second!))!;
        assert.equal(held.state, "queued");
        assert.match(held.waitingFor ?? "", new RegExp(first!));
        await end(engine, first!);
        await until(engine, second!, isWaiting);
        assert.equal(await stateOf(engine, third!), "queued");
        await end(engine, second!);
        await end(engine, third!);
        await end(engine, other!);
      }));

    it("queue: what is sent to a run that is held reaches it once it begins", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "queue");
        const [first, second] = await send(engine, "a", "a");
        assert.equal(await engine.signalRun(second!, "end", "null"), true);
        await until(engine, first!, isWaiting);
        assert.equal(await stateOf(engine, second!), "queued");
        await end(engine, first!);
        assert.equal((await ended(engine, second!)).state, "succeeded");
      }));

    it("queue: the time of a held run begins when it does, also after the end of the process", () =>
      withEngine(async (test) => {
        const concurrency: Concurrency = { by: [], mode: "queue" };
        const body: Instruction[] = [
          ["sleep", 500],
          ["receive", "end"],
        ];
        const files = new Map([["toy.json", toySource({ name: "h", filter: anyOf("go"), concurrency, body })]]);
        await test.engine.putDefinition({ project: "*", language: "toy", sources: { entry: "toy.json", files } });
        const [first, second] = await send(test.engine, "a", "a");
        for (const id of [first!, second!]) assert.equal(await test.engine.signalRun(id, "end", "null"), true);
        const { endedAt } = await ended(test.engine, first!);
        await until(test.engine, second!, isWaiting);
        await test.reopen();
        const held = await ended(test.engine, second!);
        assert.equal(held.state, "succeeded", JSON.stringify(held.error));
        // Clocks of the server and of this machine may differ, and lists by a moment: without, it would have taken none at all.
        assert.ok(held.endedAt! - endedAt! >= 400, String(held.endedAt! - endedAt!));
      }));

    it("queue: a held run that is cancelled never begins, and the next one takes its turn", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "queue");
        const [first, second, third] = await send(engine, "a", "a", "a");
        await engine.cancelRun(second!, "not needed");
        assert.equal((await ended(engine, second!)).state, "cancelled");
        assert.equal((await engine.findRun(second!))!.turns, 0);
        await end(engine, first!);
        await end(engine, third!);
      }));

    it("queue: goes on after the end of the process", () =>
      withEngine(async (test) => {
        await define(test.engine, "queue");
        const [first, second] = await send(test.engine, "a", "a");
        await until(test.engine, first!, isWaiting);
        await test.reopen();
        assert.equal(await stateOf(test.engine, second!), "queued");
        await end(test.engine, first!);
        await end(test.engine, second!);
      }));

    it("skip: an event starts nothing while a run is open, and says because of which", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "skip");
        const [first] = await send(engine, "a");
        await until(engine, first!, isWaiting);
        const [result] = await engine.appendEvents([event("skipped", "go", { object: "a" })]);
        assert.deepEqual(result!.runs, []);
        const { decisions } = (await engine.findEvent("skipped"))!;
        assert.deepEqual(decisions, [
          {
            definition: "toy.json",
            trigger: "h",
            outcome: "skipped",
            runId: first,
            reason: `run ${first} of the same key is open`,
          },
        ]);
        const [other] = await send(engine, "b");
        await end(engine, other!);
        await end(engine, first!);
        const [next] = await send(engine, "a");
        await end(engine, next!);
      }));

    it("replace: the open run is cancelled, and the new one begins after its end", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "replace");
        const [first] = await send(engine, "a");
        await until(engine, first!, isWaiting);
        const [second, third] = await send(engine, "a", "a");
        assert.equal((await ended(engine, first!)).state, "cancelled");
        assert.equal((await ended(engine, second!)).state, "cancelled");
        await end(engine, third!);
        const [firstRun, thirdRun] = [
          (await engine.findRun(first!))!,
          (await engine.history(third!, { after: 0 }))[1]!,
        ];
        assert.ok(thirdRun.time >= firstRun.endedAt!);
      }));

    it("coalesce: of the runs that wait only the newest begins", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "coalesce");
        const [first] = await send(engine, "a");
        await until(engine, first!, isWaiting);
        const [second, third] = await send(engine, "a", "a");
        const [fourth] = await send(engine, "a");
        for (const id of [second!, third!]) {
          const run = await ended(engine, id);
          assert.deepEqual([run.state, run.turns], ["cancelled", 0]);
        }
        assert.equal(hasEnded((await engine.findRun(first!))!.state), false);
        await end(engine, first!);
        await end(engine, fourth!);
      }));

    it("projects do not share keys", () =>
      withEngine(async ({ engine }) => {
        await define(engine, "queue");
        const [first] = await sendTo("1", engine, "a");
        const [other] = await sendTo("2", engine, "a");
        await end(engine, other!);
        await end(engine, first!);
      }));

    it("without a field all events of the trigger have one key", () =>
      withEngine(async ({ engine }) => {
        const concurrency: Concurrency = { by: [], mode: "queue" };
        const text = toySource({ name: "h", filter: anyOf("go"), concurrency, body: [["receive", "end"]] });
        const files = new Map([["toy.json", text]]);
        await engine.putDefinition({ project: "*", language: "toy", sources: { entry: "toy.json", files } });
        const [first, second] = await send(engine, "a", "b");
        await until(engine, first!, isWaiting);
        assert.equal(await stateOf(engine, second!), "queued");
        await end(engine, first!);
        await end(engine, second!);
      }));
  });
}
