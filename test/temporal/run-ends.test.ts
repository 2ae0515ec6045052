import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action } from "../../src/core/action.ts";
import type { OperatorCommand } from "../../src/core/arrival.ts";
import { defaultLimits } from "../../src/core/program.ts";
import type { RunInput, RunResult } from "../../src/engines/temporal/protocol/run.ts";
import { runUpdates } from "../../src/engines/temporal/protocol/run.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { anyOf, echo } from "../../src/engines/testing/engine.suite.ts";
import { starlark } from "../../src/languages/starlark/program.ts";
import { type HostedRunHandle, RunHost, valueOf } from "./run-host/harness.ts";
import { stubbornImage } from "./run-host/stubborn-program.ts";
import { eventTypes } from "./support/replay.ts";

/** How runs end, and how they are asked to, on a real server. */

const hasServer = (await temporalCli()) !== undefined;

async function withHost(work: (host: RunHost) => Promise<void>, actions: readonly Action[] = [echo]): Promise<void> {
  await using host = await RunHost.open(actions);
  await work(host);
}

function errorOf(result: RunResult | undefined): string {
  assert.ok(result?.outcome.kind === "failed", JSON.stringify(result));
  return result.outcome.error.code;
}

/** No workflow task has failed. */
async function assertClean(run: HostedRunHandle): Promise<string[]> {
  const types = (await run.histories()).flatMap(eventTypes);
  assert.ok(!types.includes("WORKFLOW_TASK_FAILED") && !types.includes("WORKFLOW_TASK_TIMED_OUT"));
  return types;
}

describe("ends of runs on Temporal", { skip: !hasServer }, () => {
  it("a machine that throws fails its run, and not the workflow task", () =>
    withHost(async (host) => {
      const run = await host.startToy([["throw"]]);
      assert.equal(errorOf(await run.ended()), "RUN_FAILED");
      await assertClean(run);
    }));

  it("a state or an image that cannot be read fails its run", () =>
    withHost(async (host) => {
      const image = host.compileToy([["log", "x"]]);
      const carry: RunInput["carry"] = {
        ledger: "[0,1,0,3,[]]",
        inbox: [],
        seen: [],
        subscribed: [],
        reports: 0,
        heard: 0,
        long: [],
        children: [],
        executions: [],
      };
      const damaged = await host.start(image, { carry }, new Uint8Array([1, 2]));
      assert.equal(errorOf(await damaged.ended()), "STATE_DAMAGED");
      const unreadable = host.keep({ hash: "unreadable", language: "starlark", bytes: new Uint8Array([9, 9, 9]) });
      assert.equal(errorOf(await (await host.start(unreadable)).ended()), "STATE_DAMAGED");
    }));

  it("a run that computes for long completes its workflow tasks in between, up to its limit", () =>
    withHost(async (host) => {
      const script = "n = 0\nfor i in range(10000000):\n    n += i % 7\nprint(n)\n";
      const image = host.compile(starlark, "m.star", script, "driver");
      const limits = { ...defaultLimits, stepsPerTurn: 1_000_000_000 };
      const run = await host.start(image, { start: { limits } });
      assert.equal((await run.ended())?.outcome.kind, "succeeded");
      assert.ok((await assertClean(run)).includes("TIMER_FIRED"));
      const limited = await host.start(image);
      assert.equal(errorOf(await limited.ended()), "LIMIT_STEPS");
      await assertClean(limited);
    }));

  it("a run that is cancelled ends as cancelled, and its attempt is aborted", async () => {
    const aborted = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const slow: Action = {
      ...echo,
      name: "slow",
      timeoutMs: 40_000,
      perform: ({ signal }) => {
        began.resolve();
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted.resolve();
            resolve({ error: { type: "cancelled", code: "RUN_CANCELLED", message: "aborted", retryable: true } });
          });
        });
      },
    };
    await withHost(
      async (host) => {
        const run = await host.startToy([["call", "slow", "1"]]);
        await began.promise;
        await run.tell({ kind: "cancel", id: "c", reason: "enough" });
        assert.equal(await run.ended(), undefined);
        assert.equal((await run.workflow.describe()).status.name, "CANCELLED");
        const view = await run.view();
        assert.deepEqual([view.state, view.openEffects, view.data], ["cancelled", [], '{"trace":[],"data":null}']);
        await aborted.promise;
        assert.ok((await run.history()).entries.some(({ text }) => text === "cancelled: enough"));
        await assertClean(run);
      },
      [slow],
    );
  });

  it("unwinds when it is asked to end by a message or by Temporal; a second request ends it at once", () =>
    withHost(async (host) => {
      const cancels: ((run: HostedRunHandle) => Promise<unknown>)[] = [
        (run) => run.tell({ kind: "cancel", id: "1", reason: "enough" }),
        (run) => run.workflow.cancel(),
      ];
      for (const cancel of cancels) {
        const run = await host.start(stubbornImage);
        await run.until(({ state }) => state === "waiting");
        await cancel(run);
        await run.until(({ state, turns }) => state === "cancelling" && turns === 2);
        await run.tell({ kind: "cancel", id: "kin", reason: "the parent too", kin: true });
        await run.tell({ kind: "signal", id: "2", name: "s", payload: "1" });
        await run.until(({ turns }) => turns === 3);
        await run.tell({ kind: "cancel", id: "3", reason: "now" });
        assert.equal(await run.ended(), undefined);
        assert.equal((await run.history()).entries.at(-1)!.text, "cancelled: now");
        await assertClean(run);
      }
      const unwound = await host.start(stubbornImage);
      await unwound.until(({ state }) => state === "waiting");
      await unwound.workflow.cancel();
      await unwound.tell({ kind: "signal", id: "2", name: "s", payload: '"reason"' });
      assert.equal(await unwound.ended(), undefined);
      assert.equal((await unwound.history()).entries.at(-1)!.text, "cancelled: unwound");
    }));

  it("at the deadline it ends without unwinding", () =>
    withHost(async (host) => {
      const run = await host.start(stubbornImage);
      await run.until(({ state }) => state === "waiting");
      await run.tell({ kind: "cancel", id: "1", reason: "enough" });
      const { openEffects } = await run.until(({ turns }) => turns === 2);
      assert.deepEqual(
        openEffects.map(({ kind }) => kind),
        ["sleep", "sleep"],
      );
      const types = (await run.histories()).flatMap(eventTypes);
      // The timer for the deadline has taken the place of the one for the sleep, which is due later.
      assert.deepEqual(
        types.filter((type) => type.startsWith("TIMER")),
        ["TIMER_STARTED", "TIMER_STARTED", "TIMER_CANCELED"],
      );
      await run.workflow.terminate();
    }));

  it("a failed run that can be repaired goes on in another execution, with one history", () =>
    withHost(async (host) => {
      const image = host.compileToy([
        ["call", "echo", "1"],
        ["need", "cure"],
        ["log", "cured"],
      ]);
      const run = await host.start(image);
      const { result, state } = await run.failure();
      assert.equal(result.outcome.kind === "failed" && result.outcome.repairable, true);
      const command: OperatorCommand = { name: "retry", payload: '"cure"' };
      const again = await host.start(image, { start: { runId: run.runId }, carry: result.carry!, command }, state);
      assert.equal(valueOf(await again.ended()), '["1"]');
      const { entries, first, executions } = await again.history();
      assert.equal(first, result.carry!.executions.length === 1 ? entries[0]!.seq : 0);
      assert.equal(executions.length, 1);
      assert.deepEqual(
        entries.map(({ text }) => text),
        ["opened again by an operator: retry", "operator: retry", "cured", 'succeeded: ["1"]'],
      );
      const before = await host.client.workflow
        .getHandle(again.workflow.workflowId, executions[0]!.runId)
        .query<{ next: number }, [{ after: number; limit: number }]>("history", { after: 0, limit: 1 });
      assert.equal(before.next, first);
    }));

  it("commands are checked before they change anything", () =>
    withHost(async (host) => {
      const run = await host.startToy([["await", anyOf("more")]]);
      await run.until(({ state }) => state === "waiting");
      const update = (command: OperatorCommand) =>
        run.workflow.executeUpdate<void, [OperatorCommand]>(runUpdates.command, { args: [command] });
      const refused = (command: OperatorCommand, type: string) =>
        assert.rejects(update(command), (error: Error) => (error.cause as { type?: string }).type === type);
      await refused({ name: "data", payload: "{" }, "REQUEST_JSON_MALFORMED");
      await refused({ name: "retry", payload: "null" }, "RUN_NOT_FAILED");
      await refused({ name: "enter", node: "x", payload: "null" }, "NOT_FOUND");
      await update({ name: "data", payload: '{"a":1}' });
      assert.equal((await run.view()).data, '{"trace":[],"data":{"a":1}}');
      await run.tell({ kind: "event", id: "e", effect: 1, event: "{}", position: 1 });
      await run.ended();
      await assertClean(run);
    }));
});
