/** What every engine does, whatever it runs on: the contract of the Engine port, with the toy language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action } from "../../core/action.ts";
import { encodeWire } from "../../core/wire.ts";
import type { Engine } from "../../core/engine.ts";
import type { NewEvent } from "../../core/event.ts";
import type { Filter } from "../../core/filter.ts";
import { hasEnded, type RunDetails, type RunSummary } from "../../core/run.ts";
import { type Instruction, toySource } from "./toy-program.ts";

/** Opens an engine with the toy language and these actions; `reopen` ends it and opens it again on what it left behind. */
export interface EngineUnderTest extends AsyncDisposable {
  engine: Engine;
  reopen(): Promise<void>;
  /** Lists and counts hear of changes a little later. */
  listsLag?: true;
}

/** Longer than anything here takes on a busy machine. */
const patienceMs = 40_000;

/** So long lists may lag. */
const longestLagMs = 10_000;

/** Checks what lists or counts tell: at once, or where they lag as soon as it holds. Throws what the last check throws. */
export async function soon({ listsLag }: EngineUnderTest, check: () => void | Promise<void>): Promise<void> {
  const end = Date.now() + (listsLag === true ? longestLagMs : 0);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export const echo: Action = {
  name: "echo",
  retry: { maxAttempts: 1, initialMs: 1, factor: 1, maxMs: 1 },
  timeoutMs: 1000,
  perform: ({ input }) => ({ value: input }),
};

/** Fails as often as its input says, then answers the attempts and keys it saw. */
function flaky(): Action {
  const seen = new Map<string, string[]>();
  /** When each call was first tried, as its second attempt was told. */
  const first = new Map<string, number | undefined>();
  return {
    name: "flaky",
    retry: { maxAttempts: 5, initialMs: 1, factor: 2, maxMs: 10 },
    timeoutMs: 1000,
    async perform({ input, attempt, idempotencyKey, firstAttemptAt }) {
      if (attempt === 2) first.set(idempotencyKey, firstAttemptAt);
      if (attempt > 2) assert.equal(firstAttemptAt, first.get(idempotencyKey) ?? "a time");
      const attempts = [...(seen.get(idempotencyKey) ?? []), `${attempt}`];
      seen.set(idempotencyKey, attempts);
      if (attempts.length > Number(input)) return { value: encodeWire(attempts) };
      return { error: { type: "http", code: "HTTP_STATUS", message: "not yet", retryable: true } };
    },
  };
}

export function anyOf(...types: string[]): Filter {
  return { types, fields: [] };
}

export function event(id: string, type = "go", data: unknown = {}, project = "1"): NewEvent {
  return {
    project,
    attributes: { id, source: "test", type, datacontenttype: "application/json" },
    body: new TextEncoder().encode(JSON.stringify(data)),
    overlay: "",
  };
}

export async function define(engine: Engine, ...body: Instruction[]): Promise<void> {
  await put(engine, toySource({ name: "h", filter: anyOf("go"), body }));
}

async function put(engine: Engine, text: string, entry = "toy.json"): Promise<{ problems: unknown[] }> {
  return engine.putDefinition({
    project: "*",
    language: "toy",
    sources: { entry, files: new Map([[entry, text]]) },
  });
}

/** The run once it has ended. */
export async function ended(engine: Engine, runId: string): Promise<RunDetails> {
  return until(engine, runId, (run) => hasEnded(run.state));
}

export async function until(engine: Engine, runId: string, wanted: (run: RunDetails) => boolean): Promise<RunDetails> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const run = await engine.findRun(runId);
    if (run !== undefined && wanted(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`the run ${runId} did not get there: ${JSON.stringify(await engine.findRun(runId))}`);
}

/** Sends one event of type "go" and answers the run it started. */
export async function start(engine: Engine, id = "e1", data: unknown = {}): Promise<string> {
  const [result] = await engine.appendEvents([event(id, "go", data)]);
  assert.equal(result!.runs.length, 1);
  return result!.runs[0]!;
}

export function engineSuite(name: string, open: (actions: Action[]) => Promise<EngineUnderTest>): void {
  const withEngine = async (work: (test: EngineUnderTest) => Promise<void>): Promise<void> => {
    await using test = await open([echo, flaky()]);
    await work(test);
  };

  describe(`engine: ${name}`, () => {
    it("starts a run for an event and runs it to its end", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["log", "hello"], ["call", "echo", "1"], ["call", "echo", "2"]);
        const run = await ended(engine, await start(engine));
        assert.equal(run.state, "succeeded");
        assert.equal(run.value, '["1","2"]');
        const texts = (await engine.history(run.id, { after: 0 })).map(({ text }) => text);
        assert.ok(texts.includes("hello"));
        assert.ok(texts.at(-1)!.startsWith("succeeded"));
      }));

    it("knows a redelivered event, also after the definition has changed and after a restart", () =>
      withEngine(async (test) => {
        await define(test.engine, ["log", "a"]);
        const run = await start(test.engine, "same");
        const again = await test.engine.appendEvents([event("same")]);
        assert.deepEqual(again, [{ seq: again[0]!.seq, duplicate: true, runs: [run] }]);
        await ended(test.engine, run);
        await define(test.engine, ["log", "b"]);
        assert.equal((await test.engine.appendEvents([event("same")]))[0]!.duplicate, true);
        await test.reopen();
        const later = await test.engine.appendEvents([event("same"), event("same", "go", {}, "2")]);
        assert.deepEqual(
          later.map(({ duplicate, runs }) => [duplicate, runs.length]),
          [
            [true, 1],
            [false, 1],
          ],
        );
        assert.deepEqual(later[0]!.runs, [run]);
      }));

    it("knows a duplicate within one batch", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["log", "a"]);
        const results = await engine.appendEvents([event("x"), event("x")]);
        assert.deepEqual(
          results.map(({ duplicate }) => duplicate),
          [false, true],
        );
        assert.deepEqual(results[0]!.runs, results[1]!.runs);
      }));

    it("says why an event started nothing", () =>
      withEngine(async ({ engine }) => {
        await put(
          engine,
          toySource({ name: "h", filter: { types: ["go"], fields: [{ path: ["a"], anyOf: [1] }] }, body: [] }),
        );
        await engine.appendEvents([event("1", "other"), event("2", "go", { a: 2 })]);
        assert.match((await engine.findEvent("1"))!.reason!, /no trigger for this type/);
        const second = (await engine.findEvent("2"))!;
        assert.match(second.reason!, /data\.a is 2, wanted 1/);
        assert.equal(second.decisions![0]!.outcome, "filter");
        await engine.setFlag("autoflow_enabled", "1", false);
        const [held] = await engine.appendEvents([event("3", "go", { a: 1 })]);
        assert.equal(held!.heldBy, "autoflow_enabled");
        assert.match((await engine.findEvent("3"))!.reason!, /autoflow_enabled/);
        assert.equal((await engine.listRuns({})).items.length, 0);
      }));

    it("keeps the last good version when a new one does not compile", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["log", "good"]);
        assert.equal((await put(engine, "not json")).problems.length, 1);
        assert.equal((await engine.listDefinitions())[0]!.problems.length, 1);
        assert.equal((await ended(engine, await start(engine))).state, "succeeded");
      }));

    it("runs in flight keep their version; new ones get the new one", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["await", anyOf("more")], ["call", "echo", '"old"']);
        const old = await start(engine, "1");
        await define(engine, ["call", "echo", '"new"']);
        const fresh = await ended(engine, await start(engine, "2"));
        assert.equal(fresh.value, '["\\"new\\""]');
        await engine.appendEvents([event("3", "more")]);
        assert.match((await ended(engine, old)).value!, /old/);
      }));

    it("a trigger and a wait may be for texts that begin with something", () =>
      withEngine(async ({ engine }) => {
        const begins = (type: string, prefix: string): Filter => ({
          types: [type],
          fields: [{ path: ["ref"], anyOf: [], prefixes: [prefix] }],
        });
        const body: Instruction[] = [
          ["await", begins("more", "v")],
          ["log", "heard"],
        ];
        await put(engine, toySource({ name: "h", filter: begins("go", "release/"), body }));
        const sent = await engine.appendEvents([
          event("1", "go", { ref: "main" }),
          event("2", "go", { ref: "release/1" }),
        ]);
        assert.deepEqual(
          sent.map(({ runs }) => runs.length),
          [0, 1],
        );
        assert.match(
          (await engine.findEvent("1"))!.reason!,
          /data\.ref is "main", wanted "release\/" at its beginning/,
        );
        const run = sent[1]!.runs[0]!;
        await engine.appendEvents([event("3", "more", { ref: "main" })]);
        assert.equal(hasEnded((await engine.findRun(run))!.state), false);
        await engine.appendEvents([event("4", "more", { ref: "v1" })]);
        assert.equal((await ended(engine, run)).state, "succeeded");
      }));

    it("sleeps, also over a restart", () =>
      withEngine(async (test) => {
        await define(test.engine, ["sleep", 3000], ["log", "awake"]);
        const run = await start(test.engine);
        const waiting = await until(test.engine, run, ({ state }) => state === "waiting");
        assert.match(waiting.waitingFor!, /^sleep until /);
        await test.reopen();
        assert.equal((await ended(test.engine, run)).state, "succeeded");
      }));

    it("sleeps until a moment between two milliseconds, also over a restart", () =>
      withEngine(async (test) => {
        await define(test.engine, ["sleep", 20.25], ["sleep", 3000.0001]);
        const run = await start(test.engine);
        await until(test.engine, run, ({ state }) => state === "waiting");
        await test.reopen();
        assert.equal((await ended(test.engine, run)).state, "succeeded");
      }));

    it("retries with one key, and gives the failure to the program when it is final", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["call", "flaky", "2"], ["call", "flaky", "9"]);
        const run = await ended(engine, await start(engine));
        assert.equal(run.value, JSON.stringify(['["1","2","3"]', "error HTTP_STATUS"]));
      }));

    it("an unknown action is a failure, not a hang", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["call", "nothing", "1"]);
        assert.equal((await ended(engine, await start(engine))).value, '["error ACTION_UNKNOWN"]');
      }));

    it("delivers an event that comes after the wait, and one that came before it", () =>
      withEngine(async (test) => {
        const filter: Filter = { types: ["more"], fields: [{ path: ["key"], anyOf: ["a"] }] };
        await define(test.engine, ["call", "echo", "1"], ["await", filter], ["sleep", 20], ["await", anyOf("early")]);
        const run = await start(test.engine);
        await until(test.engine, run, ({ waitingFor }) => waitingFor?.startsWith("event") ?? false);
        await test.engine.appendEvents([event("0", "early"), event("1", "more", { key: "b" })]);
        await test.engine.appendEvents([event("2", "more", { key: "a" })]);
        const done = await ended(test.engine, run);
        const events = (JSON.parse(done.value!) as string[]).filter((entry) => entry.startsWith("event"));
        assert.match(events[0]!, /"id":"2"/);
        assert.match(events[1]!, /"id":"0"/);
      }));

    it("an event tells which waiting runs received it", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["await", anyOf("more")]);
        const runs = [await start(engine, "e1"), await start(engine, "e2")];
        for (const run of runs) await until(engine, run, ({ state }) => state === "waiting");
        await engine.appendEvents([event("m", "more"), event("n", "more")]);
        const received = (await engine.findEvent("m"))!;
        assert.deepEqual([received.receivedBy, received.reason], [runs, undefined]);
        const unheard = (await engine.findEvent("n"))!;
        assert.deepEqual(unheard.receivedBy, []);
        for (const run of runs) await ended(engine, run);
        assert.deepEqual((await engine.findEvent("m"))!.receivedBy, runs);
      }));

    it("delivers to a run that waits in the store", () =>
      withEngine(async (test) => {
        await define(test.engine, ["await", anyOf("more")]);
        const run = await start(test.engine);
        await until(test.engine, run, ({ state }) => state === "waiting");
        await test.reopen();
        await test.engine.appendEvents([event("2", "more")]);
        assert.equal((await ended(test.engine, run)).state, "succeeded");
      }));

    it("a wait that lost takes nothing", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["awaitOr", anyOf("more"), 10], ["await", anyOf("more")]);
        const run = await start(engine);
        await until(engine, run, ({ turns }) => turns === 2);
        await engine.appendEvents([event("2", "more")]);
        const done = await ended(engine, run);
        assert.match(done.value!, /\["null","event/);
      }));

    it("signals a run by name, once, in order", () =>
      withEngine(async (test) => {
        await define(test.engine, ["await", anyOf("more")], ["receive", "s"], ["receive", "s"]);
        const run = await start(test.engine);
        assert.equal(await test.engine.signalRun(run, "s", "1"), true);
        assert.equal(await test.engine.signalRun(run, "other", "0"), true);
        assert.equal(await test.engine.signalRun(run, "s", "2"), true);
        await test.reopen();
        await test.engine.appendEvents([event("2", "more")]);
        assert.match((await ended(test.engine, run)).value!, /"signal 1","signal 2"\]$/);
        assert.equal(await test.engine.signalRun(run, "s", "3"), false);
        assert.equal(await test.engine.signalRun("00000000-0000-7000-8000-000000000000", "s", "3"), false);
      }));

    it("tells which signal a run waits for, also over a restart", () =>
      withEngine(async (test) => {
        await define(test.engine, ["receive", "approve"], ["log", "approved"], ["receive", "again"]);
        const run = await start(test.engine);
        const waits = ({ state, waitingFor }: RunSummary) => state === "waiting" && waitingFor === "signal approve";
        await until(test.engine, run, waits);
        await test.reopen();
        assert.equal((await test.engine.findRun(run))!.waitingFor, "signal approve");
        await test.engine.signalRun(run, "approve", "1");
        await until(test.engine, run, ({ waitingFor }) => waitingFor === "signal again");
        await test.engine.signalRun(run, "again", "2");
        assert.equal((await ended(test.engine, run)).waitingFor, undefined);
      }));

    it("tells its health after a drain too", () =>
      withEngine(async (test) => {
        const { engine } = test;
        await define(engine, ["receive", "s"]);
        await until(engine, await start(engine), ({ state }) => state === "waiting");
        assert.equal(engine.health().writable, true);
        await soon(test, () => assert.equal(engine.health().runsByState.waiting, 1));
        await engine.drain();
        const { writable, problem, runsByState } = engine.health();
        assert.deepEqual([writable, problem, runsByState.waiting], [false, "the engine is draining", 1]);
      }));

    it("a run signals another, and hears whether it was there", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["receive", "s"]);
        const target = await start(engine, "1");
        await define(engine, ["signal", target, "s", '"x"'], ["signal", "nobody", "s", "1"]);
        assert.equal((await ended(engine, await start(engine, "2"))).value, '["true","false"]');
        assert.equal((await ended(engine, target)).value, '["signal \\"x\\""]');
      }));

    it("a run signals one of another project, which goes on hearing from its own", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["receive", "s"], ["await", anyOf("next")]);
        const target = await start(engine, "1");
        await define(engine, ["signal", target, "s", "1"]);
        const [sent] = await engine.appendEvents([event("2", "go", {}, "2")]);
        assert.equal((await ended(engine, sent!.runs[0]!)).value, '["true"]');
        await until(engine, target, ({ waitingFor }) => waitingFor === "event next");
        await engine.appendEvents([event("3", "next")]);
        assert.equal((await ended(engine, target)).state, "succeeded");
      }));

    it("emits events that start other runs, and stops a chain of them", () =>
      withEngine(async (test) => {
        const { engine } = test;
        await define(engine, ["emit", "go", "{}"]);
        await start(engine, "1");
        for (let tries = 0; tries < 1000; tries++) {
          const newest = (await engine.listEvents({ limit: 1 })).items[0]!;
          if (newest.decisions![0]?.outcome === "hops") break;
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        assert.match((await engine.listEvents({ limit: 1 })).items[0]!.reason!, /LOOP_HOPS/);
        await soon(test, async () => assert.equal((await engine.listRuns({ limit: 100 })).items.length, 32));
      }));

    it("cancels; a run that has ended cannot be cancelled", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["sleep", 60_000]);
        const run = await start(engine);
        await engine.cancelRun(run, "enough");
        assert.equal((await ended(engine, run)).state, "cancelled");
        await assert.rejects(engine.cancelRun(run, "again"), { code: "RUN_ALREADY_ENDED" });
      }));

    it("a failed run says why", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["fail", "broken"]);
        const run = await ended(engine, await start(engine));
        assert.deepEqual([run.state, run.error!.message], ["failed", "broken"]);
      }));

    it("follows history", () =>
      withEngine(async ({ engine }) => {
        await define(engine, ["log", "one"], ["await", anyOf("more")], ["log", "two"]);
        const run = await start(engine);
        const texts: string[] = [];
        const stop = new AbortController();
        let after = 0;
        while (!texts.some((text) => text.startsWith("succeeded"))) {
          await engine.whenHistoryAfter(run, after, stop.signal);
          for (const entry of await engine.history(run, { after, limit: 2 })) {
            assert.ok(entry.seq > after);
            after = entry.seq;
            texts.push(entry.text);
          }
          if (texts.includes("one") && !texts.includes("two")) await engine.appendEvents([event("m", "more")]);
        }
        assert.equal(texts[0], "started h of toy.json for go e1");
        assert.deepEqual(
          [texts.filter((text) => text === "one").length, texts.filter((text) => text === "two").length],
          [1, 1],
        );
      }));

    it("gives history entry by entry, also where a commit made several or none", () =>
      withEngine(async ({ engine }) => {
        await define(
          engine,
          ["receive", "s"],
          ["log", "one"],
          ["log", "two"],
          ["await", anyOf("more")],
          ["log", "three"],
        );
        const run = await start(engine);
        await engine.signalRun(run, "s", "1");
        await until(engine, run, ({ waitingFor }) => waitingFor?.startsWith("event") ?? false);
        await engine.appendEvents([event("m", "more")]);
        await ended(engine, run);
        const all = await engine.history(run, { after: 0 });
        const stop = AbortSignal.timeout(10_000);
        for (const [at, entry] of all.entries()) {
          const after = at === 0 ? 0 : all[at - 1]!.seq;
          await engine.whenHistoryAfter(run, after, stop);
          assert.deepEqual(await engine.history(run, { after, limit: 1 }), [entry]);
        }
        assert.deepEqual(await engine.history(run, { after: all.at(-1)!.seq, limit: 1 }), []);
      }));

    it("pages runs and events", () =>
      withEngine(async (test) => {
        const { engine } = test;
        await define(engine, ["log", "x"]);
        await engine.appendEvents([event("1"), event("2"), event("3")]);
        const first = await engine.listEvents({ limit: 2 });
        const rest = await engine.listEvents({ limit: 2, cursor: first.next! });
        assert.deepEqual(
          [...first.items, ...rest.items].map(({ attributes }) => attributes.id),
          ["3", "2", "1"],
        );
        assert.equal(rest.next, undefined);
        // Open ones come first in lists, so a page that follows another is known to when nothing changes.
        const ended = async () => (await engine.listRuns({})).items.filter(({ state }) => state === "succeeded").length;
        await soon(test, async () => assert.equal(await ended(), 3));
        const runs = await engine.listRuns({ limit: 2 });
        assert.equal((await engine.listRuns({ limit: 2, cursor: runs.next! })).items.length, 1);
        for (const cursor of ["", "0", "nope", "1e3"]) {
          await assert.rejects(() => engine.listEvents({ cursor }), { code: "REQUEST_INVALID" });
          await assert.rejects(() => engine.listRuns({ cursor }), { code: "REQUEST_INVALID" });
        }
      }));
  });
}
