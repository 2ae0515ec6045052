/** What every engine does for definitions that are started by name: the contract of the Workflows port, with the toy language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action, SecretSource, VariableSource } from "../../core/action.ts";
import type { OperatorCommand } from "../../core/arrival.ts";
import type { Engine } from "../../core/engine.ts";
import type { Filter, Scalar } from "../../core/filter.ts";
import type { Diagnostic, WorkflowDescription } from "../../core/program.ts";
import type { StartWorkflow } from "../../core/workflows.ts";
import { encodeWire } from "../../core/wire.ts";
import { anyOf, echo, ended, type EngineUnderTest, event, soon, until } from "./engine.suite.ts";
import { type Instruction, type ToyWorkflow, toyWorkflow } from "./toy-program.ts";

/** What the engine is opened with, beside actions. */
export interface SuiteHost {
  actions?: Action[];
  variables?: VariableSource;
  secrets?: SecretSource;
  checkInput?: (workflow: WorkflowDescription, input: string) => readonly string[];
  checkDefinition?: (workflow: WorkflowDescription, project: string) => readonly Diagnostic[];
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
    it("a version that the host finds an error in does not become the active one; a warning is kept with it", () => {
      const checkDefinition = ({ version }: WorkflowDescription): Diagnostic[] => {
        const severity = version === "2.0" ? "error" : "warning";
        const where = { file: "w.json", line: 2, column: 3 };
        return [{ severity, code: "WORKFLOW_SCHEMA_INVALID", message: `${version} is strange`, where }];
      };
      return withEngine(
        async ({ engine }) => {
          const put = async (version: string) => {
            const files = new Map([["w.json", toyWorkflow({ name: "w", version, body: [] })]]);
            return engine.putDefinition({ project: "1", language: "toy", sources: { entry: "w.json", files } });
          };
          const { imageHash, problems } = await put("1.0");
          assert.ok(imageHash);
          assert.deepEqual(
            problems.map(({ message }) => message),
            ["1.0 is strange"],
          );
          const refused = await put("2.0");
          assert.deepEqual([refused.imageHash, refused.problems[0]!.message], [undefined, "2.0 is strange"]);
          assert.deepEqual(
            engine.activeWorkflows("w").map(({ workflow }) => workflow.version),
            ["1.0"],
          );
          assert.equal((await engine.listDefinitions())[0]!.problems[0]!.message, "2.0 is strange");
        },
        { checkDefinition },
      );
    });

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
        assert.equal([first, second].filter(({ created }) => created).length, 1);
        assert.equal(second.runId, first.runId);
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

    it("opens a failed run again, with what an operator says, also after a restart", () =>
      withEngine(async (test) => {
        const { runId, settled } = await startBody(
          test.engine,
          ["call", "echo", "1"],
          ["need", "cure"],
          ["log", "cured"],
        );
        assert.equal((await settled).state, "failed");
        const failed = (await test.engine.findRun(runId))!;
        assert.deepEqual([failed.repairable, failed.inspection!.nodes![0]!.error], [true, "failed"]);
        assert.equal(failed.data, '{"trace":["1"],"data":null}');
        const useless = await test.engine.commandRun(runId, { name: "retry", payload: "null" });
        assert.equal((await useless.settled).state, "failed");
        const data = await test.engine.commandRun(runId, { name: "data", payload: '"cure"' });
        assert.deepEqual(
          [(await data.settled).state, (await data.settled).data],
          ["failed", '{"trace":["1"],"data":"cure"}'],
        );
        await test.reopen();
        if (test.listsLag !== true) assert.equal(test.engine.health().runsByState.failed, 0);
        const { settled: again } = await test.engine.commandRun(runId, { name: "retry", payload: "null" });
        assert.equal((await again).state, "succeeded");
        const run = (await test.engine.findRun(runId))!;
        assert.deepEqual([run.error, run.repairable, run.state], [undefined, undefined, "succeeded"]);
        const texts = (await test.engine.history(runId, { after: 0 })).map(({ text }) => text);
        assert.equal(texts.filter((text) => text === "opened again by an operator: retry").length, 2);
        assert.ok(texts.includes("cured"));
        await soon(test, () => {
          const counts = test.engine.health().runsByState;
          assert.deepEqual([counts.running, counts.waiting, counts.queued, counts.failed], [0, 0, 0, 0]);
        });
      }));

    it("a run that was skipped past its failure waits and goes on as any other", () =>
      withEngine(async (test) => {
        const { runId } = await startBody(
          test.engine,
          ["need", "cure"],
          ["await", anyOf("more")],
          ["call", "echo", "2"],
        );
        await ended(test.engine, runId);
        const { settled } = await test.engine.commandRun(runId, { name: "skip", payload: "null" });
        assert.equal((await settled).state, "waiting");
        const waiting = (await test.engine.findRun(runId))!;
        assert.deepEqual([waiting.state, waiting.endedAt, waiting.error], ["waiting", undefined, undefined]);
        await test.reopen();
        await test.engine.appendEvents([event("m", "more")]);
        assert.match((await ended(test.engine, runId)).value!, /"2"\]$/);
      }));

    it("commands reach a run that waits, and are refused where there is nothing to do", () =>
      withEngine(async (test) => {
        const { runId, settled } = await startBody(test.engine, ["await", anyOf("more")]);
        await settled;
        await test.reopen();
        const told = await test.engine.commandRun(runId, { name: "data", payload: '{"a":1}' });
        assert.deepEqual((await told.settled).data, '{"trace":[],"data":{"a":1}}');
        await assert.rejects(test.engine.commandRun(runId, { name: "data", payload: "{" }), {
          code: "REQUEST_JSON_MALFORMED",
        });
        await test.engine.appendEvents([event("m", "more")]);
        assert.equal((await ended(test.engine, runId)).state, "succeeded");
        const retry = { name: "retry" as const, payload: "null" };
        await assert.rejects(test.engine.commandRun(runId, retry), { code: "RUN_ALREADY_ENDED" });
        const failed = await startBody(test.engine, ["fail", "for good"]);
        await failed.settled;
        await assert.rejects(test.engine.commandRun(failed.runId, retry), { code: "RUN_NOT_REPAIRABLE" });
        const unknown = "00000000-0000-7000-8000-000000000000";
        await assert.rejects(async () => test.engine.commandRun(unknown, retry), { code: "NOT_FOUND" });
      }));

    it("a command for a node that the run is not in is refused, and leaves a failed run as it is", () =>
      withEngine(async (test) => {
        const { runId } = await startBody(test.engine, ["need", "cure"], ["await", anyOf("more")]);
        await ended(test.engine, runId);
        const refused = async (name: OperatorCommand["name"], node: string, hint: RegExp) => {
          const asked = test.engine.commandRun(runId, { name, node, payload: "null" });
          await assert.rejects(asked, { code: "NOT_FOUND", message: new RegExp(`"${node}"`), hint });
          assert.equal((await test.engine.findRun(runId))!.state, "failed");
        };
        for (const name of ["retry", "skip", "leave"] as const) await refused(name, "nix", /failed at "need"/);
        await refused("enter", "nix", /no nodes/);
        await test.reopen();
        await refused("retry", "nix", /failed at "need"/);
        const { settled } = await test.engine.commandRun(runId, { name: "skip", node: "need", payload: "null" });
        assert.equal((await settled).state, "waiting");
        const asked = test.engine.commandRun(runId, { name: "skip", node: "need", payload: "null" });
        await assert.rejects(asked, { code: "NOT_FOUND", hint: /is in "await"/ });
      }));

    it("the failed node of a run that only waits is neither repeated nor skipped", () =>
      withEngine(async (test) => {
        const { runId, settled } = await startBody(test.engine, ["await", anyOf("more")]);
        await settled;
        const refused = async () => {
          for (const name of ["retry", "skip"] as const) {
            const asked = test.engine.commandRun(runId, { name, payload: "null" });
            await assert.rejects(asked, { code: "RUN_NOT_FAILED", hint: /"await"/ });
          }
        };
        await refused();
        await test.reopen();
        await refused();
        await test.engine.commandRun(runId, { name: "retry", node: "await", payload: "null" });
        await test.engine.appendEvents([event("m", "more")]);
        assert.equal((await ended(test.engine, runId)).state, "succeeded");
      }));

    it("two operators at once open one run", () =>
      withEngine(async (test) => {
        const { engine } = test;
        const { runId } = await startBody(engine, ["need", "cure"], ["await", anyOf("more")]);
        await ended(engine, runId);
        const command = { name: "retry" as const, payload: '"cure"' };
        const settled = await Promise.all([engine.commandRun(runId, command), engine.commandRun(runId, command)]);
        for (const each of settled) assert.equal((await each.settled).state, "waiting");
        await soon(test, () => assert.equal(engine.health().runsByState.waiting, 1));
      }));

    it("tells the nodes that a run has left, and those that it is in or failed at", () =>
      withEngine(async (test) => {
        const { runId, settled } = await startBody(
          test.engine,
          ["node", "a"],
          ["await", anyOf("more")],
          ["node", "b"],
          ["need", "cure"],
        );
        await settled;
        const nodes = async () =>
          (await test.engine.nodesOf(runId)).map(({ node, ...rest }) => [node, "left" in rest, rest.error]);
        assert.deepEqual(await nodes(), [
          ["a", true, undefined],
          ["await", false, undefined],
        ]);
        const texts = (await test.engine.history(runId, { after: 0 })).map(({ text }) => text);
        assert.ok(texts.includes("toy a"));
        await test.reopen();
        await test.engine.appendEvents([event("m", "more")]);
        await ended(test.engine, runId);
        assert.deepEqual(await nodes(), [
          ["a", true, undefined],
          ["b", true, undefined],
          ["need", false, "failed"],
        ]);
      }));

    it("a call that repeats an earlier one carries its idempotency key", () =>
      withEngine(
        async ({ engine }) => {
          const { runId, settled } = await startBody(
            engine,
            ["call", "key", "1"],
            ["again", "key", "1", 1],
            ["call", "key", "1"],
          );
          const { trace } = JSON.parse((await settled).data!) as { trace: string[] };
          assert.deepEqual(trace, [`"${runId}:1"`, `"${runId}:1"`, `"${runId}:3"`]);
        },
        {
          actions: [{ ...echo, name: "key", perform: ({ idempotencyKey }) => ({ value: encodeWire(idempotencyKey) }) }],
        },
      ));

    it("keeps the data of a run that was cancelled", () =>
      withEngine(async ({ engine }) => {
        const { runId, settled } = await startBody(engine, ["call", "echo", "1"], ["sleep", 60_000]);
        await settled;
        await engine.cancelRun(runId, "enough");
        const run = await ended(engine, runId);
        assert.deepEqual([run.state, run.data], ["cancelled", '{"trace":["1"],"data":null}']);
      }));

    it("waits for events with an attribute, a number or a text, also over a restart and looking back", () =>
      withEngine(async (test) => {
        const wanted = (value: Scalar): Instruction => {
          const filter: Filter = { types: ["more"], fields: [], attributes: [{ name: "corr", anyOf: [value] }] };
          return ["await", filter];
        };
        const { runId, settled } = await startBody(test.engine, wanted("a"), wanted(5), wanted("early"));
        await settled;
        const send = async (id: string, corr: string | number) => {
          const sent = event(id, "more");
          return test.engine.appendEvents([{ ...sent, attributes: { ...sent.attributes, extensions: { corr } } }]);
        };
        await send("0", "early");
        await send("1", "b");
        await send("2", "a");
        await until(test.engine, runId, ({ turns }) => turns === 2);
        await until(test.engine, runId, ({ state }) => state === "waiting");
        await test.reopen();
        await test.engine.appendEvents([event("3", "more")]);
        await send("4", 5);
        const run = await ended(test.engine, runId);
        const ids = (JSON.parse(run.value!) as string[]).map((each) => /"id":"(\d)"/.exec(each)![1]);
        assert.deepEqual(ids, ["2", "4", "0"]);
      }));

    it("starts a run for an event with an attribute, and tells why it starts none", () =>
      withEngine(async ({ engine }) => {
        const filter: Filter = { types: ["go"], fields: [], attributes: [{ name: "source", anyOf: ["test"] }] };
        await defineWorkflow(engine, { name: "w", body: [], triggers: [{ name: "onGo", filter }] });
        const other = event("2");
        const sent = [event("1"), { ...other, attributes: { ...other.attributes, source: "else" } }];
        const results = await engine.appendEvents(sent);
        assert.deepEqual(
          results.map(({ runs }) => runs.length),
          [1, 0],
        );
        assert.match((await engine.findEvent("2"))!.reason!, /attribute source is "else", wanted "test"/);
      }));

    it("an event that names a run goes to that run only, whatever its wait correlates", () =>
      withEngine(async ({ engine }) => {
        const filter: Filter = { types: ["more"], fields: [{ path: ["key"], anyOf: ["never"] }] };
        const triggers = [{ name: "onMore", filter: anyOf("more") }];
        await defineWorkflow(engine, { name: "w", body: [["await", filter]], triggers });
        const [first, second] = [await engine.startWorkflow(request()), await engine.startWorkflow(request())];
        await Promise.all([first.settled, second.settled]);
        const send = async (id: string, run: string) => {
          const sent = event(id, "more");
          const extensions = { kogitoprocrefid: run };
          const results = await engine.appendEvents([{ ...sent, attributes: { ...sent.attributes, extensions } }]);
          assert.deepEqual(results[0]!.runs, []);
        };
        await send("1", second.runId);
        assert.match((await ended(engine, second.runId)).value!, /id\\":\\"1/);
        assert.deepEqual((await engine.findEvent("1"))!.receivedBy, [second.runId]);
        assert.equal((await engine.findRun(first.runId))!.state, "waiting");
        await send("2", second.runId);
        assert.match((await engine.findEvent("2"))!.reason!, /does not wait for it/);
        await send("3", "nonsense");
        assert.equal((await engine.findRun(first.runId))!.state, "waiting");
      }));

    it("emits events with a source and extension attributes", () =>
      withEngine(async ({ engine }) => {
        const { runId, settled } = await startBody(engine, [
          "emit",
          "made",
          "{}",
          { source: "mine", extensions: { a: "b", n: 1 } },
        ]);
        await settled;
        const { attributes } = (await engine.findEvent(`${runId}:1`))!;
        assert.deepEqual([attributes.source, attributes.extensions], ["mine", { a: "b", n: 1 }]);
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
          secrets: {
            names: (_, environment = []) => (environment.includes("TOKEN") ? ["TOKEN"] : []),
            value: () => "t",
          },
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
