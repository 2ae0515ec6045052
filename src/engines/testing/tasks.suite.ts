/** What every engine does with tasks: what runs ask people, with the toy language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError, type ErrorCode } from "../../core/errors.ts";
import type { GivenAnswer, TaskView } from "../../core/task.ts";
import { define, echo, ended, type EngineUnderTest, event, soon, start, until } from "./engine.suite.ts";
import type { Instruction, ToyTask } from "./toy-program.ts";
import { defineWorkflow } from "./workflows.suite.ts";

const byAda: GivenAnswer = { action: "approve", by: "ada", at: 1000, via: "api" };
const byBen: GivenAnswer = { action: "approve", by: "ben", at: 2000, via: "cli", comment: "fine" };

/** Starts a run that asks, for an event that a user caused. */
async function ask(engine: Engine, request: ToyTask, ...before: Instruction[]): Promise<string> {
  return asked(engine, ...before, ["ask", request]);
}

/** The id of the only task of a run of this body. */
async function asked(engine: Engine, ...body: Instruction[]): Promise<string> {
  await define(engine, ...body);
  const runId = await start(engine, crypto.randomUUID(), { user: { username: "eve" } });
  const run = await until(engine, runId, ({ openEffects }) => openEffects.some(({ kind }) => kind === "ask"));
  return `${runId}.${run.openEffects.find(({ kind }) => kind === "ask")!.n}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function runOf(task: string): string {
  return task.slice(0, task.lastIndexOf("."));
}

async function find(engine: Engine, id: string): Promise<TaskView> {
  return (await engine.findTask(id))!;
}

function refusal(code: ErrorCode, pattern = /./): (error: unknown) => boolean {
  return (error) => error instanceof AutoFlowError && error.code === code && pattern.test(error.message);
}

/** What the run was answered. */
async function decision(engine: Engine, task: string): Promise<{ action: string; answers: unknown[] }> {
  const { value } = await ended(engine, runOf(task));
  return JSON.parse((JSON.parse(value!) as string[]).at(-1)!) as { action: string; answers: unknown[] };
}

/** Tells the run something about its task, and waits until it has heard. */
async function tell(engine: Engine, task: string, data: object): Promise<void> {
  const { turns } = (await engine.findRun(runOf(task)))!;
  await engine.appendEvents([event(crypto.randomUUID(), "task", data)]);
  await until(engine, runOf(task), (run) => run.turns > turns && run.state !== "running");
}

export function tasksSuite(name: string, open: (actions: Action[]) => Promise<EngineUnderTest>): void {
  const withEngine = async (work: (test: EngineUnderTest) => Promise<void>): Promise<void> => {
    await using test = await open([echo]);
    await work(test);
  };

  describe(`tasks: ${name}`, () => {
    it("a run waits for an answer, whose decision it hears", () =>
      withEngine(async ({ engine }) => {
        const id = await ask(engine, { title: "Deploy?", body: "to **production**", form: '{"type":"object"}' });
        assert.equal((await engine.findRun(runOf(id)))!.waitingFor, 'task "Deploy?"');
        const open = await find(engine, id);
        assert.deepEqual([open.state, open.runId, open.project, open.definition], ["open", runOf(id), "1", "toy.json"]);
        assert.deepEqual([open.request.body, open.request.actions], ["to **production**", ["approve", "deny"]]);
        const answered = await engine.answerTask(id, { ...byBen, values: '{"when":[1,"$now"]}' });
        assert.deepEqual([answered.state, answered.closedAt, answered.answers.length], ["answered", 2000, 1]);
        const answer = {
          action: "approve",
          values: { when: [1, "$now"] },
          comment: "fine",
          by: "ben",
          at: 2000,
          via: "cli",
        };
        assert.deepEqual(await decision(engine, id), { ...answer, answers: [answer] });
        assert.deepEqual(await find(engine, id), answered);
      }));

    it("is listed, although its time was over when it was asked", () =>
      withEngine(async (test) => {
        await define(test.engine, ["askOr", {}, 0]);
        const runId = await start(test.engine);
        assert.equal((await ended(test.engine, runId)).state, "succeeded");
        await soon(test, async () => {
          const { items } = await test.engine.listTasks({});
          assert.deepEqual(
            items.map((task) => [task.runId, task.state]),
            [[runId, "cancelled"]],
          );
        });
      }));

    it("waits through restarts, and keeps the answers it has", () =>
      withEngine(async (test) => {
        const id = await ask(test.engine, { quorum: 2 });
        await test.reopen();
        assert.equal((await test.engine.answerTask(id, byAda)).state, "open");
        await test.reopen();
        assert.deepEqual((await find(test.engine, id)).answers, [
          { action: "approve", by: "ada", at: 1000, via: "api" },
        ]);
        assert.equal((await test.engine.answerTask(id, byBen)).state, "answered");
        await test.reopen();
        const { action, answers } = await decision(test.engine, id);
        assert.deepEqual([action, answers.length], ["approve", 2]);
        const texts = (await test.engine.history(runOf(id), { after: 0 })).map(({ text }) => text);
        assert.ok(texts.includes('ada answers "Well?" by api: approve (1 of 2)'), texts.join("\n"));
      }));

    it("one person counts once, and one who refuses decides", () =>
      withEngine(async ({ engine }) => {
        const id = await ask(engine, { quorum: 2 });
        await engine.answerTask(id, byAda);
        const again = await engine.answerTask(id, { ...byAda, by: "Ada", at: 1500 });
        assert.deepEqual([again.state, again.answers.map(({ at }) => at)], ["open", [1500]]);
        assert.equal((await engine.answerTask(id, { ...byBen, action: "deny" })).state, "answered");
        assert.equal((await decision(engine, id)).action, "deny");
      }));

    it("refuses what does not fit and who may not, and takes what comes then", () =>
      withEngine(async ({ engine }) => {
        const id = await ask(engine, { assignees: ["ada"], groups: ["a/b"] });
        const refused = async (answer: Partial<GivenAnswer>, code: ErrorCode, pattern: RegExp): Promise<void> =>
          assert.rejects(engine.answerTask(id, { ...byAda, ...answer }), refusal(code, pattern));
        await refused({ action: "perhaps" }, "TASK_ANSWER_INVALID", /no action "perhaps"/);
        await refused({ values: "{}" }, "TASK_ANSWER_INVALID", /has no form/);
        await refused({ by: "ben" }, "TASK_NOT_ALLOWED", /for ada, members of a\/b; ben is not/);
        await refused({ by: "eve", memberOf: ["a/b"] }, "TASK_NOT_ALLOWED", /eve started the run/);
        assert.equal((await find(engine, id)).state, "open");
        assert.equal((await engine.answerTask(id, { ...byBen, memberOf: ["A/B"] })).state, "answered");
        await assert.rejects(engine.answerTask(id, byAda), refusal("TASK_CLOSED", /it was answered with approve/));
      }));

    it("who started the run answers where that is allowed, and an agreement to a form needs its values", () =>
      withEngine(async ({ engine }) => {
        const id = await ask(engine, { allowSelf: true, form: "{}" });
        const answer = { ...byAda, by: "eve" };
        await assert.rejects(engine.answerTask(id, answer), refusal("TASK_ANSWER_INVALID", /needs the values/));
        assert.equal((await engine.answerTask(id, { ...answer, action: "deny" })).state, "answered");
      }));

    it("who started a run may not answer for its child either", () =>
      withEngine(async ({ engine }) => {
        await defineWorkflow(engine, { name: "child", body: [["ask", {}]] });
        await define(engine, ["spawn", "child", "{}"]);
        const parent = await start(engine, "e", { user: { username: "eve" } });
        await until(engine, parent, ({ waitingFor }) => waitingFor === "run of child");
        let task: TaskView | undefined;
        for (; task === undefined; await pause(5)) [task] = (await engine.listTasks({ state: "open" })).items;
        await assert.rejects(engine.answerTask(task.id, { ...byAda, by: "eve" }), refusal("TASK_NOT_ALLOWED"));
        assert.equal((await engine.answerTask(task.id, byAda)).state, "answered");
      }));

    it("knows no task that there is not", () =>
      withEngine(async ({ engine }) => {
        const id = await ask(engine, {});
        for (const other of ["x", "1.1", `${runOf(id)}.99`, `${crypto.randomUUID()}.1`]) {
          assert.equal(await engine.findTask(other), undefined);
          await assert.rejects(engine.answerTask(other, byAda), refusal("TASK_NOT_FOUND"));
        }
      }));

    it("a task is closed with the wait for it, and with its run", () =>
      withEngine(async ({ engine }) => {
        const lost = await asked(engine, ["askOr", {}, 2500], ["ask", { title: "other" }]);
        await until(engine, runOf(lost), ({ waitingFor }) => waitingFor === 'task "other"');
        assert.equal((await find(engine, lost)).state, "cancelled");
        await assert.rejects(engine.answerTask(lost, byAda), refusal("TASK_CLOSED"));
        const { items } = await engine.listTasks({ runId: runOf(lost) });
        const other = items.find(({ state }) => state === "open")!;
        await engine.cancelRun(runOf(lost), "enough");
        await ended(engine, runOf(lost));
        assert.equal((await find(engine, other.id)).state, "cancelled");
        await assert.rejects(engine.answerTask(other.id, byAda), refusal("TASK_CLOSED"));
      }));

    it("a run adds people and notes to its task, answers it, and ends it", () =>
      withEngine(async (test) => {
        const { engine } = test;
        const id = await asked(engine, ["askAndHear", { assignees: ["ada"] }]);
        await tell(engine, id, { assignees: ["ada", "cy"], groups: ["g"], note: "reminded" });
        const { request, notes } = await find(engine, id);
        assert.deepEqual([request.assignees, request.groups], [["ada", "cy"], ["g"]]);
        assert.deepEqual(
          notes.map(({ text }) => text),
          ["reminded"],
        );
        await tell(engine, id, { action: "approve", by: "dan", at: 5, via: "comment" });
        assert.equal((await find(engine, id)).state, "open");
        const texts = (await engine.history(runOf(id), { after: 0 })).map(({ text }) => text);
        assert.match(texts.join("\n"), /the answer is not taken: .*dan is not among them/);
        await test.reopen();
        await test.engine.appendEvents([
          event(crypto.randomUUID(), "task", { action: "approve", by: "cy", at: 6, via: "comment" }),
        ]);
        assert.equal((await decision(test.engine, id)).action, "approve");
        assert.deepEqual(
          (await find(test.engine, id)).answers.map(({ by, via }) => [by, via]),
          [["cy", "comment"]],
        );
      }));

    it("a task whose time is over takes no more answers", () =>
      withEngine(async ({ engine }) => {
        const id = await asked(engine, ["askAndHear", {}], ["receive", "end"]);
        await tell(engine, id, { expired: true });
        assert.equal((await find(engine, id)).state, "expired");
        await assert.rejects(engine.answerTask(id, byAda), refusal("TASK_CLOSED", /expired/));
        await engine.signalRun(runOf(id), "end", "null");
        await ended(engine, runOf(id));
        assert.equal((await find(engine, id)).state, "expired");
      }));

    it("lists tasks by project, state, assignee and run, the newest first, in pages", () =>
      withEngine(async (test) => {
        const { engine } = test;
        const ids: string[] = [];
        for (const assignees of [["ada"], ["Ben", "ada"], []]) ids.unshift(await ask(engine, { assignees }));
        await engine.answerTask(ids[0]!, byAda);
        const listed = async (query: Parameters<Engine["listTasks"]>[0]): Promise<string[]> =>
          (await engine.listTasks(query)).items.map(({ id }) => id);
        await soon(test, async () => assert.deepEqual(await listed({ state: "open" }), ids.slice(1)));
        await soon(test, async () => assert.deepEqual(await listed({ state: "open", project: "1" }), ids.slice(1)));
        assert.deepEqual(await listed({ state: "open", project: "2" }), []);
        assert.deepEqual(await listed({ state: "open", assignee: "ben" }), [ids[1]]);
        assert.deepEqual(await listed({ state: "open", assignee: "eve" }), []);
        assert.deepEqual(await listed({ runId: runOf(ids[0]!) }), [ids[0]]);
        assert.deepEqual(await listed({ runId: runOf(ids[0]!), state: "open" }), []);
        assert.deepEqual(await listed({ runId: crypto.randomUUID() }), []);
        const first = await engine.listTasks({ state: "open", limit: 1 });
        const second = await engine.listTasks({ state: "open", limit: 1, cursor: first.next! });
        assert.deepEqual([first.items[0]!.id, second.items[0]!.id], [ids[1], ids[2]]);
        await soon(test, () => assert.equal(engine.health().openTasks, 2));
      }));
  });
}
