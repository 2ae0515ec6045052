/** What every engine does for definitions that are started by name: the contract of the Workflows port, with the toy language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action, SecretSource, VariableSource } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import type { StartWorkflow } from "../../core/workflows.ts";
import { anyOf, echo, ended, type EngineUnderTest, event, until } from "./engine.suite.ts";
import { type Instruction, type ToyWorkflow, toyWorkflow } from "./toy-program.ts";

/** What the engine is opened with, beside actions. */
export interface SuiteHost {
  actions?: Action[];
  variables?: VariableSource;
  secrets?: SecretSource;
}

export async function defineWorkflow(engine: Engine, workflow: ToyWorkflow, project = "1"): Promise<void> {
  const entry = `${workflow.name}-${workflow.version ?? "1.0"}.json`;
  const files = new Map([[entry, toyWorkflow(workflow)]]);
  const { problems } = await engine.putDefinition({ project, language: "toy", sources: { entry, files } });
  assert.deepEqual(problems, []);
}

/** Defines a workflow "w" of project "1" and starts it. */
async function startBody(engine: Engine, ...body: Instruction[]): Promise<ReturnType<Engine["startWorkflow"]>> {
  await defineWorkflow(engine, { name: "w", body });
  return engine.startWorkflow(request());
}

export function request(more: Partial<StartWorkflow> = {}): StartWorkflow {
  return { project: "1", name: "w", input: "{}", ...more };
}

const input: Instruction = ["input"];

export function workflowsSuite(name: string, open: (host: SuiteHost) => Promise<EngineUnderTest>): void {
  const withEngine = async (work: (test: EngineUnderTest) => Promise<void>, host: SuiteHost = {}): Promise<void> => {
    await using test = await open({ actions: [echo], ...host });
    await work(test);
  };

  describe(`workflows started by name: ${name}`, () => {
    it("starts a run with its input and who asked, and tells how it ended", () =>
      withEngine(async ({ engine }) => {
        await defineWorkflow(engine, { name: "w", body: [input] });
        const starter = {
          identity: "me",
          headers: { "x-a": "1" },
          businessKey: "k",
          initiatorEntity: "user:default/me",
        };
        const { runId, created, settled } = await engine.startWorkflow(request({ input: '{"a":1}', starter }));
        assert.equal(created, true);
        const { state, data, error } = await settled;
        assert.deepEqual([state, error], ["succeeded", undefined]);
        const [seen] = (JSON.parse(data!) as { trace: string[] }).trace;
        const expected = { input: '{"a":1}', starter, vars: {}, secrets: [], trigger: "" };
        assert.deepEqual(JSON.parse(seen!), expected);
        const run = (await engine.findRun(runId))!;
        assert.deepEqual([run.state, run.project, run.trigger, run.definition], ["succeeded", "1", "", "w-1.0.json"]);
      }));

    it("settles where the run waits for the first time, and has the same run go on after a restart", () =>
      withEngine(async (test) => {
        const { runId, settled } = await startBody(test.engine, input, ["await", anyOf("more")]);
        const { state, data } = await settled;
        assert.equal(state, "waiting");
        assert.equal((JSON.parse(data!) as { trace: string[] }).trace.length, 1);
        await test.reopen();
        await test.engine.appendEvents([event("m", "more")]);
        assert.match((await ended(test.engine, runId)).value!, /"event/);
      }));

    it("settles after calls, and also where the machine throws or fails", () =>
      withEngine(async ({ engine }) => {
        const called = await (await startBody(engine, ["call", "echo", "7"])).settled;
        assert.deepEqual([called.state, JSON.parse(called.data!)], ["succeeded", { trace: ["7"], data: null }]);
        const thrown = await (await startBody(engine, ["throw"])).settled;
        assert.deepEqual([thrown.state, thrown.error!.code], ["failed", "RUN_FAILED"]);
        const failed = await (await startBody(engine, ["fail", "why"])).settled;
        assert.deepEqual([failed.state, failed.error!.message], ["failed", "why"]);
      }));

    it("takes the newest version, or the one that is named; refuses what is not there", () =>
      withEngine(async ({ engine }) => {
        for (const version of ["1.9", "1.10", "1.10-rc1"]) {
          await defineWorkflow(engine, { name: "w", version, body: [["log", version]] });
        }
        const startedOf = async (version?: string): Promise<string> => {
          const { runId } = await engine.startWorkflow(request(version === undefined ? {} : { version }));
          return (await engine.findRun(runId))!.definition;
        };
        assert.equal(await startedOf(), "w-1.10.json");
        assert.equal(await startedOf("1.9"), "w-1.9.json");
        await assert.rejects(engine.startWorkflow(request({ version: "2" })), {
          code: "NOT_FOUND",
          hint: /1\.9, 1\.10-rc1, 1\.10\./,
        });
        await assert.rejects(engine.startWorkflow(request({ name: "x" })), { code: "NOT_FOUND", hint: /: w\./ });
        await assert.rejects(engine.startWorkflow(request({ project: "2" })), { code: "NOT_FOUND" });
        await engine.removeDefinition("1", "w-1.10.json");
        assert.equal(await startedOf(), "w-1.10-rc1.json");
      }));

    it("a definition for every project is started in the project that asks", () =>
      withEngine(async ({ engine }) => {
        await defineWorkflow(engine, { name: "w", body: [] }, "*");
        const { runId } = await engine.startWorkflow(request({ project: "7" }));
        assert.equal((await engine.findRun(runId))!.project, "7");
      }));

    it("starts once with one key, also at the same time, after the end and after a restart", () =>
      withEngine(async (test) => {
        await defineWorkflow(test.engine, { name: "w", body: [["await", anyOf("more")]] });
        const start = () => test.engine.startWorkflow(request({ key: "k" }));
        const [first, second] = await Promise.all([start(), start()]);
        assert.deepEqual([first.created, second.created, second.runId], [true, false, first.runId]);
        assert.deepEqual([(await first.settled).state, (await second.settled).state], ["waiting", "waiting"]);
        await test.reopen();
        const third = await start();
        assert.deepEqual([third.created, third.runId, (await third.settled).state], [false, first.runId, "waiting"]);
        await test.engine.appendEvents([event("m", "more")]);
        await ended(test.engine, first.runId);
        const { runId, settled } = await start();
        const { state, data } = await settled;
        assert.deepEqual([runId, state], [first.runId, "succeeded"]);
        assert.match(data!, /event/);
        const other = await test.engine.startWorkflow(request({ key: "other" }));
        assert.equal(other.created, true);
      }));

    it("gives a run of the environment what the definition asks for and the host allows", () =>
      withEngine(
        async ({ engine }) => {
          await defineWorkflow(engine, { name: "w", environment: ["URL", "TOKEN", "HOME"], body: [input] });
          const { settled } = await engine.startWorkflow(request());
          const [seen] = (JSON.parse((await settled).data!) as { trace: string[] }).trace;
          const { vars, secrets } = JSON.parse(seen!) as { vars: object; secrets: string[] };
          assert.deepEqual([vars, secrets], [{ URL: "here" }, ["TOKEN"]]);
        },
        {
          variables: { values: (_, environment = []) => (environment.includes("URL") ? { URL: "here" } : {}) },
          secrets: { names: (_, environment = []) => environment.filter((each) => each === "TOKEN"), value: () => "t" },
        },
      ));

    it("tells what is started by name, and those who wait at a drain how their runs stand", () =>
      withEngine(async ({ engine }) => {
        await defineWorkflow(engine, { name: "w", version: "3", body: [["receive", "s"]] });
        const [view] = await engine.listDefinitions("1");
        assert.deepEqual([view!.workflow!.name, view!.workflow!.version], ["w", "3"]);
        const { settled } = await engine.startWorkflow(request());
        await engine.drain();
        assert.equal((await settled).state, "waiting");
        await assert.rejects(engine.startWorkflow(request()), { code: "SHUTTING_DOWN" });
      }));

    it("starts by an event what is also started by name", () =>
      withEngine(async ({ engine }) => {
        const triggers = [{ name: "onGo", filter: anyOf("go") }];
        await defineWorkflow(engine, { name: "w", body: [input], triggers });
        const [result] = await engine.appendEvents([event("e1")]);
        const run = await ended(engine, result!.runs[0]!);
        assert.deepEqual([run.trigger, run.eventId], ["onGo", "e1"]);
        await until(engine, (await engine.startWorkflow(request())).runId, ({ trigger }) => trigger === "");
      }));
  });
}
