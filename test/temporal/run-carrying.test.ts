import assert from "node:assert/strict";
import { WorkflowUpdateFailedError } from "@temporalio/client";
import { describe, it } from "node:test";
import type { Action } from "../../src/core/action.ts";
import { encodeWire } from "../../src/core/wire.ts";
import type { GivenAnswer } from "../../src/core/task.ts";
import { labelsAttribute, stateAttribute, taskLabels } from "../../src/engines/temporal/protocol/names.ts";
import { type NumberedTask, runQueries, runSignals, runUpdates } from "../../src/engines/temporal/protocol/run.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { anyOf, echo } from "../../src/engines/testing/engine.suite.ts";
import { starlark } from "../../src/languages/starlark/program.ts";
import { eventually } from "../support/eventually.ts";
import { type HostedRunHandle, RunHost, valueOf } from "./run-host/harness.ts";
import { eventTypes } from "./support/replay.ts";

/** Runs that continue in further executions of their workflow, on a real server. */

const hasServer = (await temporalCli()) !== undefined;

async function withHost(work: (host: RunHost) => Promise<void>, actions: readonly Action[] = [echo]): Promise<void> {
  await using host = await RunHost.open(actions);
  await work(host);
}

/** Answers when it is told to. */
function held(timeoutMs: number): { action: Action; release: () => void; attempts: () => number } {
  const released = Promise.withResolvers<void>();
  let attempts = 0;
  const action: Action = {
    ...echo,
    name: "held",
    timeoutMs,
    async perform({ input }) {
      attempts++;
      await released.promise;
      return { value: input };
    },
  };
  return { action, release: released.resolve, attempts: () => attempts };
}

async function labelsOf(run: HostedRunHandle): Promise<unknown> {
  const { typedSearchAttributes } = await run.workflow.describe();
  return typedSearchAttributes.getAll().find(({ key }) => key.name === labelsAttribute)?.value;
}

async function lengthsOf(run: HostedRunHandle): Promise<number[]> {
  const recorded = await run.histories();
  return recorded.map(({ history }) => history.events!.length);
}

describe("runs that are carried over", { skip: !hasServer }, () => {
  it("a loop of 110 calls has short histories, one numbering of what it did, and its result", () =>
    withHost(async (host) => {
      const run = await host.startToy([
        ["call", "echo", "1"],
        ["repeat", 109],
      ]);
      const value = JSON.parse(valueOf(await run.ended())) as unknown[];
      assert.equal(value.length, 110);
      const recorded = await run.histories();
      assert.ok(recorded.length >= 3);
      const { entries, first, executions } = await run.history();
      assert.equal(executions.length, recorded.length - 1);
      assert.deepEqual(
        executions.map(({ runId }) => runId),
        recorded.slice(0, -1).map(({ runId }) => runId),
      );
      assert.ok(first > 150);
      assert.equal(entries.at(-1)!.kind, "ended");
      for (const { history } of recorded) assert.ok(history.events!.length < 400);
    }));

  it("also with something always in flight: what is new waits until it may continue", () =>
    withHost(async (host) => {
      const script = `
def one(n):
    for i in range(40):
        run("echo", {"n": n})
    return n
print(sum_of(parallel([lambda: one(1), lambda: one(2), lambda: one(3)])))
`.replace("sum_of", "len");
      const run = await host.start(host.compile(starlark, "m.star", script, "driver"));
      await run.ended();
      assert.equal((await run.view()).state, "succeeded");
      const lengths = await lengthsOf(run);
      assert.ok(lengths.length >= 2 && lengths.every((length) => length < 700), String(lengths));
    }));

  it("many calls at once are begun in portions", () =>
    withHost(async (host) => {
      const script = `print(len(parallel([lambda: run("echo", {}) for i in range(200)])))`;
      const run = await host.start(host.compile(starlark, "m.star", script, "driver"));
      await run.ended();
      assert.equal((await run.view()).state, "succeeded");
      const lengths = await lengthsOf(run);
      assert.ok(lengths.length >= 3 && lengths.every((length) => length < 1000), String(lengths));
    }));

  it("continues before a long park when its history is not short, and not when it is", () =>
    withHost(async (host) => {
      const brief = await host.startToy([["await", anyOf("more")]]);
      await brief.until(({ state }) => state === "waiting");
      assert.equal((await lengthsOf(brief)).length, 1);
      const calls = Array.from({ length: 6 }, () => ["call", "echo", "1"] as ["call", string, string]);
      const run = await host.startToy([...calls, ["await", anyOf("more")]]);
      await run.untilExecutions(2);
      const standing = await run.until(({ state }) => state === "waiting");
      assert.match(standing.waitingFor!, /^event more/);
      assert.equal((await lengthsOf(run)).length, 2);
      await run.tell({ kind: "event", id: "1", effect: 7, event: '{"id":"e"}', position: 5 });
      assert.match(valueOf(await run.ended()), /event \{\\"id\\":\\"e\\"\}"\]$/);
    }));

  it("does not continue before it has noted what came of a signal that it sent, and of a child that it started", () =>
    withHost(async (host) => {
      host.children.set("child", host.compileToy([["log", "born"]]));
      const nobody = "00000000-0000-4000-8000-000000000000";
      const calls = Array.from({ length: 6 }, () => ["call", "echo", "1"] as ["call", string, string]);
      const run = await host.startToy([
        ...calls,
        ["signal", nobody, "s", "1"],
        ...calls,
        ["spawn", "child", "null", { awaited: false }],
      ]);
      const trace = JSON.parse(valueOf(await run.ended())) as string[];
      assert.deepEqual(
        trace.filter((value) => value !== "1"),
        ["false", JSON.stringify(host.outside.spawned[0]!.runId)],
      );
    }));

  it("what lists tell of a run stays when it continues", () =>
    withHost(async (host) => {
      const run = await host.startToy([["await", anyOf("more")]]);
      const isTold = async () => (await run.workflow.describe()).memo?.["live"] !== undefined;
      await eventually("it is told that it waits", isTold);
      const before = await run.workflow.describe();
      await run.workflow.signal(runSignals.renew);
      await run.untilExecutions(2);
      const after = await run.workflow.describe();
      assert.notEqual(after.runId, before.runId);
      const [attributes, earlier] = [after, before].map(({ typedSearchAttributes }) =>
        typedSearchAttributes.getAll().toSorted((a, b) => a.key.name.localeCompare(b.key.name)),
      );
      assert.deepEqual([after.memo, attributes], [before.memo, earlier]);
      assert.equal(attributes!.find(({ key }) => key.name === stateAttribute)?.value, "waiting");
    }));

  it("messages that came before are known after, and those that could not be taken are taken along", () =>
    withHost(async (host) => {
      const run = await host.startToy([
        ["await", anyOf("more")],
        ["receive", "s"],
        ["receive", "s"],
      ]);
      await run.until(({ state }) => state === "waiting");
      const payload = JSON.stringify("a".repeat(200_000));
      for (const id of ["1", "2", "3"]) await run.tell({ kind: "signal", id, name: "s", payload });
      await run.workflow.signal(runSignals.renew);
      await run.untilExecutions(2);
      await run.tell({ kind: "signal", id: "1", name: "s", payload: '"again"' });
      await run.tell({ kind: "event", id: "e", effect: 1, event: "{}", position: 1 });
      const value = JSON.parse(valueOf(await run.ended())) as string[];
      assert.deepEqual(
        value.map((each) => each.length),
        [8, payload.length + 7, payload.length + 7],
      );
      await run.histories();
    }));

  it("tasks and the answers to them are taken along, and lists find them as before", () =>
    withHost(async (host) => {
      const run = await host.startToy([
        ["ask", { quorum: 2 }],
        ["ask", { title: "Next?" }],
      ]);
      await run.until(({ state }) => state === "waiting");
      const answer = (effect: number, by: string): Promise<unknown> =>
        run.workflow.executeUpdate(runUpdates.answer, {
          args: [effect, { action: "approve", by, at: 1, via: "api" }] as [number, GivenAnswer],
        });
      await answer(1, "ada");
      await run.workflow.signal(runSignals.renew);
      await run.untilExecutions(2);
      await answer(1, "ben");
      await run.until(({ waitingFor }) => waitingFor === 'task "Next?"');
      await run.workflow.signal(runSignals.renew);
      await run.untilExecutions(3);
      const tasks = await run.workflow.query<NumberedTask[]>(runQueries.tasks);
      assert.deepEqual(
        tasks.map(({ task: { state, answers } }) => [state, answers.map(({ by }) => by)]),
        [
          ["answered", ["ada", "ben"]],
          ["open", []],
        ],
      );
      assert.deepEqual(await labelsOf(run), [taskLabels.asked, taskLabels.open]);
      await assert.rejects(answer(1, "cy"), WorkflowUpdateFailedError);
      await answer(2, "ada");
      assert.match(valueOf(await run.ended()), /"by\\":\\"ada/);
      await run.histories();
    }));

  it("is asked to continue while an attempt is under way, and waits for that", async () => {
    const { action, release, attempts } = held(20_000);
    await withHost(
      async (host) => {
        const run = await host.startToy([
          ["call", "held", "1"],
          ["call", "echo", "2"],
        ]);
        while (attempts() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        await run.workflow.signal(runSignals.renew);
        release();
        assert.equal(valueOf(await run.ended()), '["1","2"]');
        assert.equal((await lengthsOf(run)).length, 2);
        assert.equal(attempts(), 1);
      },
      [action, echo],
    );
  });

  it("a long call goes on meanwhile, also where only the action knows that it is long", async () => {
    const { action, release, attempts } = held(120_000);
    await withHost(
      async (host) => {
        const run = await host.startToy([
          ["call", "held", "1"],
          ["call", "echo", "2"],
        ]);
        while (attempts() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        await run.workflow.signal(runSignals.renew);
        await run.untilExecutions(2);
        release();
        assert.equal(valueOf(await run.ended()), '["1","2"]');
        assert.equal(attempts(), 1);
        await run.histories();
      },
      [action, echo],
    );
  });

  it("a long call that fails is made again as its policy says", async () => {
    let attempts = 0;
    const flaky: Action = {
      ...echo,
      name: "flaky",
      timeoutMs: 120_000,
      retry: { maxAttempts: 3, initialMs: 1, factor: 1, maxMs: 1 },
      async perform({ attempt }) {
        attempts++;
        if (attempt < 3) return { error: { type: "t", code: "HTTP_STATUS", message: "not yet", retryable: true } };
        return { value: encodeWire(attempt) };
      },
    };
    await withHost(
      async (host) => {
        const run = await host.startToy([["call", "flaky", "1"]]);
        assert.equal(valueOf(await run.ended()), '["3"]');
        assert.equal(attempts, 3);
        await run.histories();
      },
      [flaky],
    );
  });

  it("a run fails, and not its workflow task, when it is too large to be carried over", () =>
    withHost(async (host) => {
      const run = await host.startToy([["receive", "never"]]);
      const payload = JSON.stringify("a".repeat(190_000));
      for (let id = 0; id < 9; id++) await run.tell({ kind: "signal", id: `${id}`, name: "s", payload });
      await run.workflow.signal(runSignals.renew);
      const result = await run.ended();
      assert.equal(result!.view.state, "failed");
      assert.ok(result!.outcome.kind === "failed" && result!.outcome.error.code === "LIMIT_STATE");
      const [recorded] = await run.histories();
      assert.ok(!eventTypes(recorded!).includes("WORKFLOW_TASK_FAILED"));
    }));
});
