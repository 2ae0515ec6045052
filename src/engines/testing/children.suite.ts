/** What every engine does for runs that come of other runs: children, and those that take over. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Engine } from "../../core/engine.ts";
import type { RunDetails } from "../../core/run.ts";
import { anyOf, echo, ended, type EngineUnderTest, event, soon, until } from "./engine.suite.ts";
import type { Instruction } from "./toy-program.ts";
import { defineWorkflow, request, type SuiteHost } from "./workflows.suite.ts";

/** Defines the workflow "w" and starts it. */
async function startParent(engine: Engine, ...body: Instruction[]): Promise<ReturnType<Engine["startWorkflow"]>> {
  await defineWorkflow(engine, { name: "w", body });
  return engine.startWorkflow(request({ starter: { identity: "me" } }));
}

async function defineChild(engine: Engine, ...body: Instruction[]): Promise<void> {
  await defineWorkflow(engine, { name: "child", body });
}

/** The only run of the workflow "child". */
async function findChild(test: EngineUnderTest): Promise<RunDetails> {
  let id = "";
  await soon(test, async () => {
    const { items } = await test.engine.listRuns({ definition: "child-1.0.json" });
    assert.equal(items.length, 1);
    id = items[0]!.id;
  });
  return (await test.engine.findRun(id))!;
}

const spawn: Instruction = ["spawn", "child", '{"a":1}'];

export function childrenSuite(name: string, open: (host: SuiteHost) => Promise<EngineUnderTest>): void {
  const withEngine = async (work: (test: EngineUnderTest) => Promise<void>, host: SuiteHost = {}): Promise<void> => {
    await using test = await open({ actions: [echo], ...host });
    await work(test);
  };

  describe(`runs that come of other runs: ${name}`, () => {
    it("a parent hears the value of its child, which knows its input and its parent", () =>
      withEngine(async (test) => {
        const { engine } = test;
        await defineChild(engine, ["input"], ["call", "echo", "1"]);
        const { runId, settled } = await startParent(engine, spawn, ["call", "echo", "2"]);
        assert.equal((await settled).state, "succeeded");
        const parent = (await engine.findRun(runId))!;
        const [value, last] = JSON.parse(parent.value!) as string[];
        const [seen, answer] = JSON.parse(value!) as string[];
        const { input, starter } = JSON.parse(seen!) as { input: string; starter: object };
        assert.deepEqual([input, answer, last], ['{"a":1}', "1", "2"]);
        assert.deepEqual(starter, { identity: "me", parent: { runId, definition: "w-1.0.json" } });
        assert.deepEqual((await findChild(test)).parent, { runId, effect: 1 });
      }));

    it("a parent hears of the failure of its child, and of what it cannot start", () =>
      withEngine(
        async ({ engine }) => {
          await defineChild(engine, ["fail", "why"]);
          const refused: Instruction = ["spawn", "child", '"refused"'];
          const { settled } = await startParent(engine, spawn, ["spawn", "nobody", "{}"], refused);
          const { trace } = JSON.parse((await settled).data!) as { trace: string[] };
          assert.deepEqual(trace, ["error RUN_FAILED", "error NOT_FOUND", "error WORKFLOW_INPUT_INVALID"]);
        },
        { checkInput: (workflow, input) => (input.includes("refused") ? [`${workflow.name} refuses`] : []) },
      ));

    it("a parent that does not wait hears the id of its child, which may outlive it", () =>
      withEngine(async (test) => {
        await defineChild(test.engine, ["await", anyOf("more")]);
        const options = { awaited: false, onParentEnd: "continue" as const };
        const { settled } = await startParent(test.engine, ["spawn", "child", "{}", options]);
        const { trace } = JSON.parse((await settled).data!) as { trace: string[] };
        const child = await findChild(test);
        assert.deepEqual(trace, [JSON.stringify(child.id)]);
        await test.engine.appendEvents([event("m", "more")]);
        assert.equal((await ended(test.engine, child.id)).state, "succeeded");
      }));

    it("a child that is not to outlive its parent is cancelled with it, also one that is not waited for", () =>
      withEngine(async (test) => {
        await defineChild(test.engine, ["sleep", 60_000]);
        const { settled } = await startParent(test.engine, ["spawn", "child", "{}", { awaited: false }]);
        assert.equal((await settled).state, "succeeded");
        const child = await ended(test.engine, (await findChild(test)).id);
        assert.equal(child.state, "cancelled");
      }));

    it("cancelling goes down, through every run that is not to outlive its parent", () =>
      withEngine(async (test) => {
        await defineWorkflow(test.engine, { name: "leaf", body: [["receive", "s"]] });
        await defineChild(test.engine, ["spawn", "leaf", "{}"]);
        const { runId, settled } = await startParent(test.engine, spawn);
        assert.equal((await settled).state, "waiting");
        assert.equal((await test.engine.findRun(runId))!.waitingFor, "run of child");
        await test.reopen();
        await test.engine.cancelRun(runId, "enough");
        let ids: string[] = [];
        await soon(test, async () => {
          ids = (await test.engine.listRuns({})).items.map(({ id }) => id);
          assert.equal(ids.length, 3);
        });
        for (const id of ids) assert.equal((await ended(test.engine, id)).state, "cancelled");
      }));

    it("the end of a child reaches a parent that waits in the store", () =>
      withEngine(async (test) => {
        await defineChild(test.engine, ["await", anyOf("more")]);
        const { runId, settled } = await startParent(test.engine, spawn, ["log", "after"]);
        assert.equal((await settled).state, "waiting");
        await test.reopen();
        await test.engine.appendEvents([event("m", "more")]);
        assert.match((await ended(test.engine, runId)).value!, /event/);
      }));

    it("a child that is cancelled is a failure for its parent", () =>
      withEngine(async (test) => {
        const { engine } = test;
        await defineChild(engine, ["sleep", 60_000]);
        const { runId, settled } = await startParent(engine, spawn);
        await settled;
        await engine.cancelRun((await findChild(test)).id, "enough");
        assert.equal((await ended(engine, runId)).value, '["error RUN_CANCELLED"]');
      }));

    it("a wait that has lost against a timer gives its child up", () =>
      withEngine(async (test) => {
        const { engine } = test;
        await defineChild(engine, ["sleep", 60_000]);
        const { runId } = await startParent(engine, ["spawnOr", "child", "{}", 5], ["sleep", 60_000]);
        await until(engine, runId, ({ turns }) => turns === 2);
        assert.equal((await ended(engine, (await findChild(test)).id)).state, "cancelled");
        assert.equal((await engine.findRun(runId))!.state, "waiting");
      }));

    it("ends a chain of runs that spawn each other", () =>
      withEngine(async (test) => {
        const { engine } = test;
        const { runId } = await startParent(engine, ["spawn", "w", "{}", { awaited: false, onParentEnd: "continue" }]);
        let deepest = await ended(engine, runId);
        for (let depth = 1; depth <= 32; depth++) {
          const [child] = JSON.parse(deepest.value!) as [string];
          deepest = await ended(engine, JSON.parse(child) as string);
        }
        assert.equal(deepest.value, '["error LIMIT_CHILD_DEPTH"]');
        await soon(test, async () => assert.equal((await engine.listRuns({ limit: 100 })).items.length, 33));
      }));

    it("another run takes over, and both know of each other", () =>
      withEngine(async ({ engine }) => {
        await defineWorkflow(engine, { name: "next", body: [["input"]] });
        const { runId, settled } = await startParent(engine, ["call", "echo", "1"], ["continue", "next", '{"b":2}']);
        assert.equal((await settled).state, "succeeded");
        const { continuedAs } = (await engine.findRun(runId))!;
        const next = await ended(engine, continuedAs!);
        assert.deepEqual([next.continuedFrom, next.chain, next.input], [runId, 1, '{"b":2}']);
        assert.deepEqual(next.starter, { identity: "me" });
      }));

    it("the run that takes over has the timeout that it is given, also when it is loaded", () =>
      withEngine(async (test) => {
        const timeout = { ms: 60_000, text: "PT1M", interrupt: true, runBefore: "last" };
        await defineWorkflow(test.engine, { name: "next", body: [["await", anyOf("more")], ["input"]] });
        const { runId } = await startParent(test.engine, ["continue", "next", "{}", timeout]);
        await ended(test.engine, runId);
        const next = (await test.engine.findRun(runId))!.continuedAs!;
        await until(test.engine, next, ({ state }) => state === "waiting");
        await test.engine.appendEvents([event("m", "more")]);
        const [, seen] = JSON.parse((await ended(test.engine, next)).value!) as string[];
        assert.deepEqual((JSON.parse(seen!) as { timeout: unknown }).timeout, timeout);
      }));

    it("a parent waits for the last of those that take over from its child", () =>
      withEngine(async ({ engine }) => {
        await defineWorkflow(engine, { name: "next", body: [["call", "echo", "3"]] });
        await defineChild(engine, ["continue", "next", "{}"]);
        const { settled, runId } = await startParent(engine, spawn);
        assert.equal((await settled).state, "succeeded");
        assert.equal((await engine.findRun(runId))!.value, JSON.stringify(['["3"]']));
      }));

    it("a run that cannot continue has failed", () =>
      withEngine(async ({ engine }) => {
        const { settled } = await startParent(engine, ["continue", "nobody", "{}"]);
        const { state, error } = await settled;
        assert.deepEqual([state, error!.code], ["failed", "NOT_FOUND"]);
      }));
  });
}
