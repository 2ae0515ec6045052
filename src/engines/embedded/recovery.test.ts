/** What the embedded engine does when the process, the disk or a release lets it down. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DatabaseSync } from "node:sqlite";
import type { Action } from "../../core/action.ts";
import type { RunDetails } from "../../core/run.ts";
import { anyOf, define, echo, ended, event, start, until } from "../testing/engine.suite.ts";
import { toyProgram, toySource } from "../testing/toy-program.ts";
import { defineWorkflow, request } from "../testing/workflows.suite.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { openEmbeddedEngine } from "./open.ts";
import { type EmbeddedUnderTest, openTestEngine } from "./testing.ts";

/** Takes the state away from every open run, as if the process had died before it was written. */
function forgetStates(test: EmbeddedUnderTest): void {
  const db = new DatabaseSync(join(test.folder, "autoflow.db"));
  db.exec(
    "UPDATE runs SET state = NULL, ledger = NULL, entry = 2, status = 1 WHERE status < 5; DELETE FROM timers; DELETE FROM waits",
  );
  db.close();
}

/** Ends the engine, does something to what it left, opens it again. */
async function between(test: EmbeddedUnderTest, work: () => void): Promise<void> {
  await test.engine.drain();
  work();
  test.engine = await openEmbeddedEngine(test.options);
}

describe("embedded engine: recovery", () => {
  it("recomputes from the journal what no state contains", async () => {
    await using test = await openTestEngine([echo]);
    await define(
      test.engine,
      ["call", "echo", "1"],
      ["call", "echo", "2"],
      ["await", anyOf("more")],
      ["call", "echo", "3"],
    );
    const run = await start(test.engine);
    const atTheEvent = ({ state, turns }: RunDetails) => state === "waiting" && turns === 3;
    await until(test.engine, run, atTheEvent);
    await between(test, () => forgetStates(test));
    await until(test.engine, run, atTheEvent);
    await test.engine.appendEvents([event("m", "more")]);
    assert.match((await ended(test.engine, run)).value!, /^\["1","2","event .*,"3"\]$/);
  });

  it("recomputes the first turn of a run that was held, at the time of its release", async () => {
    await using test = await openTestEngine([]);
    const concurrency = { by: [], mode: "queue" as const };
    const text = toySource({
      name: "h",
      filter: anyOf("go"),
      concurrency,
      body: [
        ["sleep", 200],
        ["receive", "end"],
      ],
    });
    const sources = { entry: "toy.json", files: new Map([["toy.json", text]]) };
    await test.engine.putDefinition({ project: "*", language: "toy", sources });
    const [first, second] = [await start(test.engine, "1"), await start(test.engine, "2")];
    for (const id of [first, second]) await test.engine.signalRun(id, "end", "null");
    await ended(test.engine, first);
    await until(test.engine, second, ({ turns }) => turns > 0);
    await between(test, () => forgetStates(test));
    const { state, error } = await ended(test.engine, second);
    assert.equal(state, "succeeded", JSON.stringify(error));
  });

  it("ends a run whose clean-up is too long, also when the process has ended meanwhile", async () => {
    const clock = new VirtualClock();
    await using test = await openTestEngine([], { clock, programs: new Map([["starlark", starlark]]) });
    const text = 'def h(w, ev):\n    w.defer(w.sleep, hours=1)\n    w.sleep(days=1)\non_event(type="go", handler=h)\n';
    const sources = { entry: "main.star", files: new Map([["main.star", text]]) };
    await test.engine.putDefinition({ project: "1", language: "starlark", sources });
    const minutes = (n: number): Promise<void> => clock.advance(n * 60_000);
    const cleaningUp = async (id: string): Promise<string> => {
      await until(test.engine, id, ({ state }) => state === "waiting");
      await test.engine.cancelRun(id, "enough");
      await until(test.engine, id, ({ openEffects }) => openEffects.length === 1);
      await minutes(4);
      return id;
    };
    const first = await cleaningUp(await start(test.engine, "1"));
    assert.equal((await test.engine.findRun(first))!.state, "cancelling");
    await minutes(2);
    assert.equal((await ended(test.engine, first)).state, "cancelled");
    const second = await cleaningUp(await start(test.engine, "2"));
    await between(test, () => {});
    assert.equal((await test.engine.findRun(second))!.state, "cancelling");
    await minutes(6);
    assert.equal((await ended(test.engine, second)).state, "cancelled");
  });

  it("fails a run whose recomputation differs, and performs nothing", async () => {
    let calls = 0;
    const counted: Action = {
      ...echo,
      perform(call) {
        calls++;
        return echo.perform(call);
      },
    };
    await using test = await openTestEngine([counted]);
    await define(test.engine, ["log", "a"], ["call", "echo", "1"], ["await", anyOf("more")]);
    const run = await start(test.engine);
    await until(test.engine, run, ({ state }) => state === "waiting");
    test.options.programs = new Map([["toy", toyProgram(" changed")]]);
    await between(test, () => forgetStates(test));
    const failed = await ended(test.engine, run);
    assert.equal(failed.error!.code, "RUN_DIVERGED");
    assert.match(failed.error!.message, /version 1 of the language's machine computed it then, and version 2 does now/);
    assert.equal(calls, 1);
  });

  it("makes an attempt again that was under way, with the same key", async () => {
    const keys: string[] = [];
    let release = (): void => {};
    const slow = {
      ...echo,
      name: "slow",
      perform: async ({ idempotencyKey, attempt, signal }: Parameters<typeof echo.perform>[0]) => {
        keys.push(`${idempotencyKey} ${attempt}`);
        if (keys.length === 1) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        release();
        return { value: '"done"' as never };
      },
    };
    await using test = await openTestEngine([slow], { drainGraceMs: 20 });
    await define(test.engine, ["call", "slow", "1"]);
    const run = await start(test.engine);
    await until(test.engine, run, () => keys.length === 1);
    await test.engine.drain();
    const finished = new Promise<void>((resolve) => (release = resolve));
    test.engine = await openEmbeddedEngine(test.options);
    await finished;
    assert.equal((await ended(test.engine, run)).value, '["\\"done\\""]');
    assert.deepEqual(keys, [`${run}:1 1`, `${run}:1 2`]);
  });

  it("suspends a run that was being computed at three deaths, lets it be resumed, and runs the others", async () => {
    await using test = await openTestEngine([echo]);
    await define(test.engine, ["await", anyOf("more")]);
    const [bad, good] = [await start(test.engine, "1"), await start(test.engine, "2")];
    await until(test.engine, bad, ({ state }) => state === "waiting");
    const note = Buffer.alloc(8);
    note.writeDoubleLE(1);
    await between(test, () => {
      writeFileSync(join(test.folder, "computing"), note);
      const db = new DatabaseSync(join(test.folder, "autoflow.db"));
      db.exec("UPDATE runs SET status = 1, deaths = 2 WHERE id = 1");
      db.close();
    });
    const suspended = await until(test.engine, bad, ({ state }) => state === "suspended");
    assert.equal(suspended.error!.code, "RUN_SUSPENDED");
    await test.engine.appendEvents([event("m", "more")]);
    assert.equal((await ended(test.engine, good)).state, "succeeded");
    assert.equal((await test.engine.findRun(bad))!.state, "suspended");
    await test.engine.resumeRun(bad);
    assert.equal((await ended(test.engine, bad)).state, "succeeded");
  });

  it("takes nothing up while it is held, until a driver is started or found", async () => {
    const driver = (text: string) => ({
      identity: "d",
      definition: {
        project: "1",
        language: "toy",
        sources: {
          entry: "d.json",
          files: new Map([
            [
              "d.json",
              toySource({
                name: "d",
                filter: anyOf("-"),
                body: [
                  ["sleep", 20],
                  ["log", text],
                ],
              }),
            ],
          ]),
        },
      },
    });
    await using test = await openTestEngine([echo]);
    const { runId } = await test.engine.startDriver(driver("a"));
    await until(test.engine, runId, ({ state }) => state === "waiting");
    test.options.held = true;
    await between(test, () => {});
    await assert.rejects(test.engine.startDriver(driver("b")), { code: "RUN_DEFINITION_CHANGED" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal((await test.engine.findRun(runId))!.turns, 1);
    const again = await test.engine.startDriver({ ...driver("b"), onChange: "resume" });
    assert.deepEqual(again, { runId, created: false });
    assert.equal((await ended(test.engine, runId)).state, "succeeded");
  });

  it("obeys a command that was accepted and not computed when the process ended", async () => {
    await using test = await openTestEngine([echo]);
    await defineWorkflow(test.engine, { name: "w", body: [["need", "cure"]] });
    const { runId, settled } = await test.engine.startWorkflow(request());
    assert.equal((await settled).state, "failed");
    await between(test, () => {
      const db = new DatabaseSync(join(test.folder, "autoflow.db"));
      db.exec("UPDATE runs SET status = 1, ended_at = NULL, outcome = NULL");
      const message = JSON.stringify({ kind: "command", command: { name: "retry", payload: '"cure"' } });
      db.prepare("INSERT INTO inbox (run, n, body) VALUES (1, 1, ?)").run(message);
      db.close();
    });
    assert.equal((await ended(test.engine, runId)).state, "succeeded");
  });

  it("refuses a folder that is in use", async () => {
    await using test = await openTestEngine([echo]);
    await assert.rejects(openEmbeddedEngine(test.options), { code: "STORE_LOCKED" });
  });

  it("refuses a database of a newer release", async () => {
    await using test = await openTestEngine([echo]);
    await test.engine.drain();
    const db = new DatabaseSync(join(test.folder, "autoflow.db"));
    db.exec("INSERT INTO migrations VALUES ('9999_later.sql', 'x')");
    await assert.rejects(openEmbeddedEngine(test.options), { code: "STORE_NEWER" });
    db.exec("DELETE FROM migrations WHERE name = '9999_later.sql'");
    db.close();
    test.engine = await openEmbeddedEngine(test.options);
  });

  it("a store that refuses keeps what was accepted, takes nothing new, and goes on when it can", async () => {
    const clock = new VirtualClock();
    await using test = await openTestEngine([echo], { clock });
    await define(test.engine, ["await", anyOf("more")]);
    const run = await start(test.engine, "kept");
    const other = new DatabaseSync(join(test.folder, "autoflow.db"));
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(test.engine.appendEvents([event("refused")]), { code: "STORE_FAILED" });
    assert.equal(test.engine.health().writable, false);
    await assert.rejects(test.engine.appendEvents([event("refused too")]), { code: "STORE_FAILED" });
    other.close();
    await clock.advance(1500);
    await until(test.engine, run, () => test.engine.health().writable);
    assert.equal(await test.engine.findEvent("refused"), undefined);
    const [again] = await test.engine.appendEvents([event("refused"), event("m", "more")]);
    assert.equal(again!.duplicate, false);
    assert.equal((await ended(test.engine, run)).state, "succeeded");
  });
});

describe("embedded engine: time", () => {
  it("a sleep of days ends when its time has come, also beyond what the host can arm at once", async () => {
    const clock = new VirtualClock();
    await using test = await openTestEngine([echo], { clock });
    const days = 86_400_000;
    await define(test.engine, ["sleep", 40 * days]);
    const run = await start(test.engine);
    await until(test.engine, run, ({ state }) => state === "waiting");
    await clock.advance(days);
    assert.equal((await test.engine.findRun(run))!.state, "waiting");
    await test.engine.drain();
    await clock.advance(38 * days);
    test.engine = await openEmbeddedEngine(test.options);
    assert.equal((await test.engine.findRun(run))!.state, "waiting");
    await clock.advance(days);
    assert.equal((await ended(test.engine, run)).state, "succeeded");
  });

  it("fires timers that were due while it was down, in chunks, and none twice", async () => {
    const clock = new VirtualClock();
    await using test = await openTestEngine([echo], { clock });
    await define(test.engine, ["sleep", 1000], ["call", "echo", "1"]);
    const results = await test.engine.appendEvents(Array.from({ length: 1200 }, (_, i) => event(`e${i}`)));
    const runs = results.map((result) => result.runs[0]!);
    for (const run of runs) await until(test.engine, run, ({ state }) => state === "waiting");
    await test.engine.drain();
    await clock.advance(5000);
    test.engine = await openEmbeddedEngine(test.options);
    await clock.advance(10);
    for (const run of runs) {
      assert.equal((await ended(test.engine, run)).value, '["null","1"]');
      await clock.advance(0);
    }
  });

  it("removes what is older than the retention, and nothing an open run refers to", async () => {
    const clock = new VirtualClock();
    const day = 86_400_000;
    await using test = await openTestEngine([echo], { clock });
    await define(test.engine, ["ask", {}]);
    const quick = await start(test.engine, "1");
    await until(test.engine, quick, ({ state }) => state === "waiting");
    await test.engine.answerTask(`${quick}.1`, { action: "approve", at: 1, via: "api" });
    await ended(test.engine, quick);
    await define(test.engine, ["sleep", 60 * day]);
    const long = await start(test.engine, "2");
    await until(test.engine, long, ({ state }) => state === "waiting");
    await clock.advance(3_600_000);
    await test.engine.drain();
    await clock.advance(32 * day);
    test.engine = await openEmbeddedEngine(test.options);
    for (let i = 0; i < 200 && (await test.engine.findRun(quick)) !== undefined; i++) await clock.advance(60_000);
    assert.equal(await test.engine.findRun(quick), undefined);
    assert.equal(await test.engine.findEvent("1"), undefined);
    assert.deepEqual(await test.engine.listTasks({}), { items: [] });
    assert.equal((await test.engine.findRun(long))!.eventId, "2");
    for (let i = 0; i < 60 && (await test.engine.findRun(long))!.state === "waiting"; i++) await clock.advance(day);
    assert.equal((await ended(test.engine, long)).state, "succeeded");
  });
});

describe("embedded engine: many", () => {
  it("delivers one event to more waiting runs than one commit takes", async () => {
    await using test = await openTestEngine([echo]);
    await define(test.engine, ["await", anyOf("more")]);
    const results = await test.engine.appendEvents(Array.from({ length: 1300 }, (_, i) => event(`e${i}`)));
    for (const { runs } of results) await until(test.engine, runs[0]!, ({ state }) => state === "waiting");
    await test.engine.appendEvents([event("m", "more")]);
    for (const { runs } of results) assert.equal((await ended(test.engine, runs[0]!)).state, "succeeded");
  });

  it("admits more runs than it keeps in memory", async () => {
    await using test = await openTestEngine([echo]);
    await define(test.engine, ["call", "echo", "1"]);
    const results = await test.engine.appendEvents(Array.from({ length: 12_000 }, (_, i) => event(`e${i}`)));
    for (const { runs } of results) assert.equal((await ended(test.engine, runs[0]!)).state, "succeeded");
  });
});

describe("embedded engine: encryption at rest", () => {
  const canary = "canary-5f1d";

  async function fill(test: EmbeddedUnderTest): Promise<string> {
    await define(
      test.engine,
      ["log", canary],
      ["call", "echo", `"${canary}"`],
      ["ask", { title: canary, assignees: [canary] }],
      ["receive", "s"],
      ["await", anyOf("more")],
    );
    const run = await start(test.engine, "1", { text: canary });
    await until(test.engine, run, ({ waitingFor }) => waitingFor === `task "${canary}"`);
    await test.engine.answerTask(`${run}.3`, { action: "deny", by: canary, comment: canary, at: 1, via: "api" });
    await test.engine.signalRun(run, "s", `"${canary}"`);
    await until(test.engine, run, ({ waitingFor }) => waitingFor === "event more");
    await test.engine.drain();
    return run;
  }

  function filesWith(folder: string): string[] {
    return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(canary));
  }

  it("leaves nothing of the user's readable in the folder; without a key it is there", async () => {
    await using plain = await openTestEngine([echo]);
    await fill(plain);
    assert.notDeepEqual(filesWith(plain.folder), []);
    plain.engine = await openEmbeddedEngine(plain.options);
    await using sealed = await openTestEngine([echo], { encryptionKeys: [{ id: "a", key: randomBytes(32) }] });
    await fill(sealed);
    assert.deepEqual(filesWith(sealed.folder), []);
    sealed.engine = await openEmbeddedEngine(sealed.options);
  });

  it("goes on with a new key while the old one is still known, and says which key is missing", async () => {
    const old = { id: "old", key: randomBytes(32) };
    const fresh = { id: "fresh", key: randomBytes(32) };
    await using test = await openTestEngine([echo], { encryptionKeys: [old] });
    const run = await fill(test);
    test.options.encryptionKeys = [fresh, old];
    test.engine = await openEmbeddedEngine(test.options);
    await test.engine.appendEvents([event("m", "more")]);
    assert.equal((await ended(test.engine, run)).state, "succeeded");
    await test.engine.drain();
    await assert.rejects(openEmbeddedEngine({ ...test.options, encryptionKeys: [fresh] }), {
      code: "STORE_KEY_MISSING",
      message: /"old"/,
    });
    test.engine = await openEmbeddedEngine(test.options);
  });
});
