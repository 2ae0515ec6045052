import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "@temporalio/client";
import type { History } from "@temporalio/common/lib/proto-utils.js";
import proto from "@temporalio/proto";
import { Worker } from "@temporalio/worker";
import type { Engine } from "../../src/core/engine.ts";
import { silentLog } from "../../src/core/ports.ts";
import { hasEnded } from "../../src/core/run.ts";
import { TemporalImages } from "../../src/engines/temporal/client/images.ts";
import { LiveRegistry } from "../../src/engines/temporal/client/registry-mirror.ts";
import { ClaimCheck } from "../../src/engines/temporal/codec/claim-check.ts";
import { temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { openConnections, type TemporalConnections } from "../../src/engines/temporal/connection/connections.ts";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../src/engines/temporal/testing/test-engine.ts";
import { bundleOnce, type WorkflowCode } from "../../src/engines/temporal/worker/bundle.ts";
import { sdkBundle } from "../../src/engines/temporal/worker/worker.ts";
import { anyOf, echo, event } from "../../src/engines/testing/engine.suite.ts";
import { type Instruction, toySource } from "../../src/engines/testing/toy-program.ts";
import { systemClock } from "../../src/host/clock.ts";

/** A release whose machine computes otherwise takes over under load: no run notices, and no workflow task of any fails. */

const hasServer = (await temporalCli()) !== undefined;
const { WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND: overtaken } = proto.temporal.api.enums.v1.WorkflowTaskFailedCause;

/** What runs do, by the name of their trigger and the type of their event. */
const bodies = {
  loops: [
    ["call", "echo", "1"],
    ["sleep", 30],
    ["log", "round"],
    ["repeat", 50],
  ],
  waits: [
    ["call", "echo", "1"],
    ["sleep", 30],
    ["await", anyOf("more")],
    ["sleep", 30],
  ],
  listens: [
    ["sleep", 30],
    ["receive", "go on"],
    ["sleep", 30],
    ["call", "echo", "1"],
  ],
  naps: [
    ["sleep", 30],
    ["call", "echo", "1"],
    ["sleep", 12_000],
    ["sleep", 30],
  ],
  "is short": [
    ["sleep", 30],
    ["sleep", 30],
    ["call", "echo", "1"],
    ["call", "echo", "2"],
  ],
} satisfies Record<string, Instruction[]>;

type Kind = keyof typeof bodies;

describe("an upgrade under load", { skip: !hasServer }, () => {
  let connections: TemporalConnections;
  let namespace: string;
  let next: WorkflowCode;

  before(async () => {
    const file = (name: string) => fileURLToPath(new URL(`workflows/${name}.ts`, import.meta.url));
    next = await bundleOnce({ entry: file("next-entry") });
    const server = await sharedDevServer();
    ({ namespace } = server);
    connections = await openConnections({ hostPort: server.address, namespace }, { log: silentLog });
  });

  after(() => connections.close());

  it("runs of the old release move while they loop, wait, sleep and listen, and all finish", async () => {
    await using test = await openTestEngine([echo], { versionsEveryMs: 500 });
    const { code: first, temporal } = test.options;
    await define(test.engine);
    const runs = await start(test.engine, "old");
    await pause(1000);
    // The old process is gone when the new one comes: nobody else could serve its runs.
    test.options.code = next;
    await test.reopen();
    runs.push(...(await start(test.engine, "new")));
    await pause(4000);
    await letGo(test.engine, runs);
    for (const { id } of runs) await untilEnded(test.engine, id);

    const { taskQueue } = temporal;
    const client = new Client({
      connection: connections.connection,
      namespace,
      dataConverter: temporalDataConverter({}),
    });
    const outside = { client, namespace, taskQueue, programs: new Map(), clock: systemClock };
    const digests: Pick<LiveRegistry, "digest"> = { digest: (...parts) => registry.digest(...parts) };
    const images = new TemporalImages({ ...outside, registry: digests });
    const registry = await LiveRegistry.begin({ ...outside, images, random: test.options.random, log: silentLog });
    const dataConverter = temporalDataConverter({ before: [new ClaimCheck(images)] });
    const codes = new Map([first!, next].map((code) => [code.buildId, code]));
    for (const { workflowId, histories } of await everything(client, taskQueue)) {
      const kind = runs.find(({ id }) => workflowId.endsWith(id))?.kind;
      for (const history of histories) {
        for (const { workflowTaskFailedEventAttributes: failed } of history.events!)
          assert.ok(!failed || failed.cause === overtaken, `${workflowId}: ${failed?.failure?.message}`);
        const replay = (code: WorkflowCode) =>
          Worker.runReplayHistory({ workflowBundle: sdkBundle(code), dataConverter }, history, workflowId);
        await replay(codes.get(versionOf(history))!);
        // The other release computes otherwise, or all this would prove nothing.
        if (history === histories[0] && kind === "naps" && versionOf(history) === first!.buildId)
          await assert.rejects(replay(next));
      }
      const versions = histories.map(versionOf);
      if (kind !== undefined && kind !== "is short") assert.equal(versions.at(-1), next.buildId, kind);
    }
  });
});

async function define(engine: Engine): Promise<void> {
  const handlers = Object.entries(bodies).map(([name, body]) => ({ name, filter: anyOf(name), body }));
  const sources = { entry: "toy.json", files: new Map([["toy.json", toySource(...handlers)]]) };
  const { problems } = await engine.putDefinition({ project: "*", language: "toy", sources });
  assert.deepEqual(problems, []);
}

interface StartedRun {
  id: string;
  kind: Kind;
}

/** Some of each kind. */
async function start(engine: Engine, prefix: string): Promise<StartedRun[]> {
  const started: StartedRun[] = [];
  for (let n = 0; n < 6; n++) {
    const kinds = Object.keys(bodies) as Kind[];
    const results = await engine.appendEvents(kinds.map((kind) => event(`${prefix}-${kind}-${n}`, kind)));
    for (const [at, { runs }] of results.entries()) started.push({ id: runs[0]!, kind: kinds[at]! });
  }
  return started;
}

async function letGo(engine: Engine, runs: readonly StartedRun[]): Promise<void> {
  await engine.appendEvents([event("more", "more")]);
  for (const { id, kind } of runs) if (kind === "listens") assert.ok(await engine.signalRun(id, "go on", "1"));
}

async function untilEnded(engine: Engine, id: string): Promise<void> {
  for (const giveUpAt = Date.now() + 60_000; ; await pause(100)) {
    const run = (await engine.findRun(id))!;
    if (hasEnded(run.state)) return assert.equal(run.state, "succeeded", run.error?.message);
    assert.ok(Date.now() < giveUpAt, `${run.trigger} does not end: ${run.state} ${run.waitingFor}`);
  }
}

/** The workflows of an instance that a worker has computed, with the histories of all their executions, the first one first. */
async function everything(client: Client, taskQueue: string): Promise<{ workflowId: string; histories: History[] }[]> {
  const found = new Map<string, { runId: string; startedAt: number }[]>();
  for await (const { workflowId, runId, startTime, type } of client.workflow.list({
    query: `TaskQueue = '${taskQueue}'`,
  })) {
    if (type === "image") continue;
    found.set(workflowId, [...(found.get(workflowId) ?? []), { runId, startedAt: startTime.getTime() }]);
  }
  const all: { workflowId: string; histories: History[] }[] = [];
  for (const [workflowId, executions] of found) {
    const histories: History[] = [];
    for (const { runId } of executions.toSorted((a, b) => a.startedAt - b.startedAt))
      histories.push(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    all.push({ workflowId, histories });
  }
  return all;
}

/** The version that computed an execution. */
function versionOf({ events }: History): string {
  const completed = events!.map((each) => each.workflowTaskCompletedEventAttributes).filter((each) => !!each);
  return completed.at(-1)!.deploymentVersion!.buildId!;
}
