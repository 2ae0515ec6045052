import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { Client, Connection } from "@temporalio/client";
import type { Engine, StartDriver } from "../../src/core/engine.ts";
import type { HistoryEntry } from "../../src/core/run.ts";
import { openTemporalEngine } from "../../src/engines/temporal/open.ts";
import { workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine, type TemporalUnderTest } from "../../src/engines/temporal/testing/test-engine.ts";
import { anyOf, echo, ended, event, soon, until } from "../../src/engines/testing/engine.suite.ts";
import { type Instruction, toySource } from "../../src/engines/testing/toy-program.ts";
import { defineWorkflow, request } from "../../src/engines/testing/workflows.suite.ts";

/** What is particular to runs on Temporal; what every engine does is in the contract. */

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

const wait: Instruction = ["await", anyOf("more")];

async function withEngine(work: (test: TemporalUnderTest) => Promise<void>): Promise<void> {
  await using test = await openTestEngine([echo]);
  await work(test);
}

/** Another server of the instance, without a worker. */
async function openServer({ options }: TemporalUnderTest): Promise<Engine & AsyncDisposable> {
  const engine = await openTemporalEngine({ ...options, works: false });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.drain() });
}

async function startBody(engine: Engine, ...body: Instruction[]): Promise<string> {
  await defineWorkflow(engine, { name: "w", body });
  return (await engine.startWorkflow(request())).runId;
}

function driver(body: Instruction[], onChange?: StartDriver["onChange"]): StartDriver {
  const files = new Map([["d.json", toySource({ name: "d", filter: anyOf("none"), body })]]);
  const definition = { project: "1", language: "toy", sources: { entry: "d.json", files } };
  return { definition, identity: "me", ...(onChange !== undefined && { onChange }) };
}

async function wholeHistory(engine: Engine, runId: string, limit: number): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (;;) {
    const page = await engine.history(runId, { after: entries.at(-1)?.seq ?? 0, limit });
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}

/** Temporal itself, as its operators see it. */
async function withTemporal<T>(
  { options: { temporal } }: TemporalUnderTest,
  work: (client: Client, workflowId: (runId: string) => string) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: temporal.hostPort });
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    return await work(client, (runId) => workflowIds.run(temporal.taskQueue, runId));
  } finally {
    await connection.close();
  }
}

describe("runs on Temporal", { skip }, () => {
  it("a driver has one open run, until it has ended or is started anew", () =>
    withEngine(async (test) => {
      const { engine } = test;
      const first = await engine.startDriver(driver([wait]));
      assert.deepEqual(await engine.startDriver(driver([wait])), { ...first, created: false });
      const other: Instruction[] = [["log", "x"], wait];
      await assert.rejects(engine.startDriver(driver(other)), { code: "RUN_DEFINITION_CHANGED" });
      assert.equal((await engine.startDriver(driver(other, "resume"))).runId, first.runId);
      const second = await engine.startDriver(driver(other, "new"));
      assert.equal(second.created, true);
      assert.equal((await ended(engine, first.runId)).state, "cancelled");
      assert.deepEqual(await engine.startDriver(driver(other)), { ...second, created: false });
      await engine.cancelRun(second.runId, "enough");
      await ended(engine, second.runId);
      const third = await engine.startDriver(driver([["input"]]));
      assert.deepEqual([third.created, new Set([first.runId, second.runId, third.runId]).size], [true, 3]);
      await ended(engine, third.runId);
      await soon(test, async () => {
        const { items } = await engine.listRuns({ definition: "d.json" });
        assert.deepEqual(items.map(({ state }) => state).toSorted(), ["cancelled", "cancelled", "succeeded"]);
      });
    }));

  it("servers that start one driver, or one key, at once start one run", () =>
    withEngine(async (test) => {
      await using server = await openServer(test);
      await defineWorkflow(test.engine, { name: "w", body: [wait] });
      const engines = [test.engine, server, test.engine, server];
      const drivers = await Promise.all(engines.map((engine) => engine.startDriver(driver([wait]))));
      const keyed = await Promise.all(engines.map((engine) => engine.startWorkflow(request({ key: "k" }))));
      for (const started of [drivers, keyed]) {
        assert.equal(started.filter(({ created }) => created).length, 1);
        assert.equal(new Set(started.map(({ runId }) => runId)).size, 1);
      }
    }));

  it("tells the history of all executions; what Temporal keeps no longer is told as a gap", () =>
    withEngine(async (test) => {
      const { engine } = test;
      const runId = await startBody(engine, ["node", "a"], ["call", "echo", "1"], ["repeat", 70]);
      await ended(engine, runId);
      const entries = await wholeHistory(engine, runId, 100);
      assert.deepEqual([entries[0]!.seq, entries[0]!.kind, entries.at(-1)!.kind], [1, "started", "ended"]);
      for (const [at, entry] of entries.entries()) if (at > 0) assert.ok(entry.seq > entries[at - 1]!.seq);
      assert.equal(entries.filter(({ text }) => text.startsWith("answer to")).length, 71);
      assert.deepEqual(await wholeHistory(engine, runId, 29), entries);
      assert.equal((await engine.nodesOf(runId)).filter((node) => "left" in node).length, 71);
      await withTemporal(test, async (client, workflowId) => {
        const { raw } = await client.workflow.getHandle(workflowId(runId)).describe();
        const first = raw.workflowExecutionInfo!.firstRunId!;
        const workflowExecution = { workflowId: workflowId(runId), runId: first };
        const { namespace } = test.options.temporal;
        await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
        const isGone = () =>
          client.workflow
            .getHandle(workflowId(runId), first)
            .describe()
            .then(
              () => false,
              () => true,
            );
        await eventually("the first execution is gone", isGone);
      });
      const left = await wholeHistory(engine, runId, 100);
      assert.deepEqual([left[0], left[1]!.kind], [entries[0], "note"]);
      assert.match(left[1]!.text, /^entries 2 to \d+ are gone/);
      assert.deepEqual(
        left.slice(2),
        entries.filter(({ seq }) => seq > left[1]!.seq),
      );
      assert.ok(left.length < entries.length);
      assert.deepEqual(await wholeHistory(engine, runId, 29), left);
      assert.ok((await engine.nodesOf(runId)).length > 0);
    }));

  it("a failed run that could be repaired is given up, and is in lists once", () =>
    withEngine(async (test) => {
      const { engine } = test;
      const runId = await startBody(engine, ["need", "cure"], wait);
      await ended(engine, runId);
      const { settled } = await engine.commandRun(runId, { name: "retry", payload: "null" });
      assert.equal((await settled).state, "failed");
      await engine.cancelRun(runId, "enough");
      assert.equal((await until(engine, runId, ({ state }) => state === "cancelled")).repairable, undefined);
      await assert.rejects(engine.cancelRun(runId, "again"), { code: "RUN_ALREADY_ENDED" });
      await soon(test, async () => {
        const { items } = await engine.listRuns({});
        assert.deepEqual(
          items.map(({ id, state }) => [id, state]),
          [[runId, "cancelled"]],
        );
        assert.deepEqual((await engine.listRuns({ states: ["failed"] })).items, []);
        const [statistics] = await engine.workflowStatistics("1");
        assert.deepEqual(statistics!.runsByState, { cancelled: 1 });
      });
      const texts = (await engine.history(runId, { after: 0 })).map(({ text }) => text);
      assert.deepEqual(
        texts.filter((text) => text.startsWith("opened again")),
        ["opened again by an operator: retry", "opened again by an operator: cancel"],
      );
    }));

  it("while no worker answers, a run is what its memo tells, and can be told things", () =>
    withEngine(async (test) => {
      await using server = await openServer(test);
      const runId = await startBody(test.engine, wait, ["call", "echo", "1"]);
      await until(test.engine, runId, ({ state }) => state === "waiting");
      await soon(test, async () => {
        const { items } = await server.listRuns({ states: ["waiting"] });
        assert.equal(items[0]?.waitingFor, "event more");
      });
      await test.engine.drain();
      const run = (await server.findRun(runId))!;
      assert.deepEqual([run.state, run.waitingFor, run.input], ["waiting", "event more", "{}"]);
      await assert.rejects(server.history(runId, { after: 0 }), { code: "TEMPORAL_UNAVAILABLE", hint: /worker/ });
      await server.cancelRun(runId, "enough");
      await test.reopen();
      assert.equal((await ended(server, runId)).state, "cancelled");
    }));

  it("a run that Temporal's operators terminate is cancelled; an id that is none finds nothing", () =>
    withEngine(async (test) => {
      const { engine } = test;
      const runId = await startBody(engine, wait);
      const { settled } = await engine.commandRun(runId, { name: "data", payload: "1" });
      assert.equal((await settled).state, "waiting");
      await withTemporal(test, (client, workflowId) => client.workflow.getHandle(workflowId(runId)).terminate("away"));
      const run = await ended(engine, runId);
      assert.deepEqual([run.state, run.openEffects, run.data], ["cancelled", [], '{"trace":[],"data":1}']);
      assert.equal(await engine.signalRun(runId, "s", "1"), false);
      for (const id of ["nonsense", "00000000-0000-7000-8000-000000000000"]) {
        assert.equal(await engine.findRun(id), undefined);
        await assert.rejects(engine.history(id, { after: 0 }), { code: "NOT_FOUND" });
        await assert.rejects(engine.whenHistoryAfter(id, 5, AbortSignal.timeout(10_000)), { code: "NOT_FOUND" });
        await assert.rejects(engine.cancelRun(id, "x"), { code: "NOT_FOUND" });
        await assert.rejects(engine.resumeRun(id), { code: "NOT_FOUND" });
        await assert.rejects(engine.nodesOf(id), { code: "NOT_FOUND" });
        assert.equal(await engine.signalRun(id, "s", "1"), false);
      }
    }));

  it("a long input is told in whole, and found runs page by page", () =>
    withEngine(async (test) => {
      const { engine } = test;
      await defineWorkflow(engine, { name: "w", body: [wait] });
      const input = JSON.stringify({ text: "x".repeat(20_000) });
      const { runId } = await engine.startWorkflow(request({ input }));
      assert.equal((await engine.findRun(runId))!.input, input);
      for (let i = 0; i < 4; i++) await engine.startWorkflow(request());
      await soon(test, async () => assert.equal((await engine.listRuns({})).items.length, 5));
      const seen: string[] = [];
      for (let cursor: string | undefined, more = true; more;) {
        const page = await engine.listRuns({ project: "1", limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
        more = cursor !== undefined;
      }
      assert.equal(new Set(seen).size, 5);
      assert.equal(seen.length, 5);
      const { next } = await engine.listRuns({ project: "1", limit: 2 });
      await assert.rejects(engine.listRuns({ limit: 2, cursor: next! }), { code: "REQUEST_INVALID" });
      await engine.appendEvents([event("m", "more")]);
    }));

  it("the newest of very many are found", () =>
    withEngine(async (test) => {
      const { engine } = test;
      const first = await startBody(engine, wait);
      const many = 1005;
      await withTemporal(test, async (client, workflowId) => {
        const { taskQueue } = test.options.temporal;
        const { memo, typedSearchAttributes } = await client.workflow.getHandle(workflowId(first)).describe();
        // They never begin: only lists look at them.
        const start = async (): Promise<void> => {
          const options = { workflowId: workflowId(randomUUID()), taskQueue, startDelay: "1 day" } as const;
          const about = { ...(memo!["about"] as object), createdAt: Date.now() };
          await client.workflow.start("run", { ...options, memo: { about }, typedSearchAttributes });
        };
        for (let i = 0; i < many; i += 15) await Promise.all(Array.from({ length: 15 }, start));
      });
      const last = (await engine.startWorkflow(request())).runId;
      await soon(test, async () => assert.equal((await engine.searchRuns({ limit: 0 })).total, many + 2));
      const newest = await engine.searchRuns({ limit: 1 });
      assert.deepEqual([newest.runs.map(({ id }) => id), newest.total], [[last], many + 2]);
      const oldest = await engine.searchRuns({ offset: many + 1 });
      assert.deepEqual([oldest.runs.map(({ id }) => id), oldest.total], [[first], many + 2]);
      const ascending = await engine.searchRuns({ orderBy: { field: "createdAt", descending: false }, limit: 1 });
      assert.deepEqual([ascending.runs[0]!.id, ascending.total], [first, many + 2]);
    }));
});
