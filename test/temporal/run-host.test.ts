import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import type { Action } from "../../src/core/action.ts";
import { processSecretName } from "../../src/core/process-secret.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { sdkBundle } from "../../src/engines/temporal/worker/worker.ts";
import { anyOf, echo } from "../../src/engines/testing/engine.suite.ts";
import type { Instruction } from "../../src/engines/testing/toy-program.ts";
import { starlark } from "../../src/languages/starlark/program.ts";
import { RunHost, valueOf } from "./run-host/harness.ts";
import { eventTypes } from "./support/replay.ts";

const hasServer = (await temporalCli()) !== undefined;

async function withHost(work: (host: RunHost) => Promise<void>, actions: readonly Action[] = [echo]): Promise<void> {
  await using host = await RunHost.open(actions);
  await work(host);
}

const threeCalls: Instruction[] = [
  ["call", "echo", "1"],
  ["call", "echo", "2"],
  ["call", "echo", "3"],
];

describe("the workflow that drives runs", { skip: !hasServer }, () => {
  it("three calls cost the history that a workflow written by hand has", () =>
    withHost(async (host) => {
      const run = await host.startToy(threeCalls);
      assert.equal(valueOf(await run.ended()), '["1","2","3"]');
      const inputs = [1, 2, 3].map((n) => ({
        runId: run.runId,
        project: "1",
        call: { n, action: "echo", input: String(n) },
        attempt: 1,
        epoch: 0,
      }));
      const other = await host.client.workflow.start("byHand", {
        workflowId: `${host.taskQueue}/hand`,
        taskQueue: host.taskQueue,
        args: [inputs],
      });
      await other.result();
      const { events } = await other.fetchHistory();
      const [recorded] = await run.histories();
      assert.deepEqual(eventTypes(recorded!), eventTypes({ ...recorded!, history: { events: events! } }));
    }));

  it("sleeps and takes signals, each once", () =>
    withHost(async (host) => {
      const run = await host.startToy([
        ["sleep", 100],
        ["receive", "s"],
        ["receive", "s"],
      ]);
      await run.until(({ waitingFor }) => waitingFor === "signal s");
      for (const id of ["a", "a", "b"]) await run.tell({ kind: "signal", id, name: "s", payload: `"${id}"` });
      assert.equal(valueOf(await run.ended()), '["null","signal \\"a\\"","signal \\"b\\""]');
      await run.histories();
    }));

  it("each thread has a secret of its own for where values lie, and computes the same", () =>
    withHost(async (host) => {
      const secrets = Array.from({ length: 4 }, () => {
        const context = createContext({});
        runInContext(sdkBundle({ text: "Math.random = undefined;" }).code, context);
        return context[processSecretName] as number;
      });
      assert.equal(new Set(secrets).size, secrets.length);
      const script = `
keys = [5, 3, 900, -7, 1 << 40, "a", (1, 2), 1.5, True]
values = {key: 1 for key in keys}
values.pop(3)
values[3] = 1
for key in values:
    run("echo", {"key": str(key)})
parallel([lambda key=key: run("echo", {"key": key}) for key in set([9, 1, 70, 4])])
`;
      const run = await host.start(host.compile(starlark, "m.star", script, "driver"));
      const result = await run.ended();
      assert.equal(result?.outcome.kind, "succeeded", JSON.stringify(result));
      // Computed again in another thread.
      await run.histories();
    }));

  it("waits again and again for a moment, and is carried over though something is always under way", () =>
    withHost(async (host) => {
      // Longer than a wait: there is always one to be told of.
      host.changes.report = () => new Promise((resolve) => setTimeout(resolve, 40));
      await host.stopWorker();
      await host.startWorker();
      const script = `
lost = 0
while lost < 120:
    if wait_for_event(type = "never", timeout = "10ms") == None:
        lost += 1
print(lost)
`;
      const run = await host.start(host.compile(starlark, "m.star", script, "driver"));
      await run.ended();
      const recorded = await run.histories();
      assert.ok(recorded.length > 1);
      for (const { history } of recorded) assert.ok(history.events!.length < 350, String(history.events!.length));
    }));

  it("an event that comes when its wait is over is for who waits for the same again, or begins to", () =>
    withHost(async (host) => {
      const late = { kind: "event", id: "1", effect: 1, event: '{"id":"late"}', position: 5 } as const;
      const waiting = await host.startToy([
        ["awaitOr", anyOf("e"), 50],
        ["awaitOr", anyOf("e"), 60_000],
      ]);
      await waiting.until(({ turns }) => turns === 2);
      await waiting.tell(late);
      assert.match(valueOf(await waiting.ended()), /late/);
      const busy = await host.startToy([
        ["awaitOr", anyOf("e"), 50],
        ["receive", "go"],
        ["awaitOr", anyOf("e"), 60_000],
      ]);
      await busy.until(({ turns }) => turns === 2);
      await busy.tell(late);
      await busy.tell({ kind: "signal", id: "2", name: "go", payload: "1" });
      assert.match(valueOf(await busy.ended()), /late/);
      const other = await host.startToy([
        ["awaitOr", anyOf("e"), 50],
        ["awaitOr", anyOf("other"), 2000],
      ]);
      await other.until(({ turns }) => turns === 2);
      await other.tell(late);
      assert.doesNotMatch(valueOf(await other.ended()), /late/);
    }));
});
