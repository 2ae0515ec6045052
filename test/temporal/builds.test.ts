import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { silentLog, silentObserver } from "../../src/core/ports.ts";
import { held, hold, isHeld } from "../../src/engines/temporal/client/holders.ts";
import { TemporalKeys } from "../../src/engines/temporal/codec/keys.ts";
import { temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { openConnections, type TemporalConnections } from "../../src/engines/temporal/connection/connections.ts";
import { workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import { type DevServer, startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { Builds, type BuildsOptions } from "../../src/engines/temporal/worker/builds.ts";
import { bundleOnce, type WorkflowCode, workflowCode } from "../../src/engines/temporal/worker/bundle.ts";
import { keepCode, readCode } from "../../src/engines/temporal/worker/kept-code.ts";
import { countPinned, listVersions } from "../../src/engines/temporal/worker/deployment.ts";
import { runSinks } from "../../src/engines/temporal/worker/run-sinks.ts";
import { sdkBundle } from "../../src/engines/temporal/worker/worker.ts";
import { installRuntime } from "../../src/engines/temporal/worker/runtime.ts";

/** Releases of the workers' code, on a real server: what one leaves behind, another one finishes. */

const hasServer = (await temporalCli()) !== undefined;

describe("releases of the workers' code", { skip: !hasServer }, () => {
  let server: DevServer;
  let connections: TemporalConnections;
  let first: WorkflowCode;
  let second: WorkflowCode;

  before(async () => {
    installRuntime(silentLog);
    // The server finds out within seconds, in place of minutes, that no workflow needs a version.
    const soon = ["RefreshInterval", "VisibilityGracePeriod"].map(
      (name) => `--dynamic-config-value=matching.wv.VersionDrainageStatus${name}="1s"`,
    );
    server = await startDevServer({ args: soon });
    connections = await openConnections({ hostPort: server.address, namespace: server.namespace }, { log: silentLog });
    const file = (name: string) => fileURLToPath(new URL(`workflows/${name}.ts`, import.meta.url));
    first = await bundleOnce({ entry: file("rounds") });
    second = workflowCode(first.text.replace('order = "as it was"', 'order = "another"'));
    assert.notEqual(first.buildId, second.buildId);
  });

  after(async () => {
    await connections.close();
    await server.stop();
  });

  const optionsFor = (taskQueue: string): BuildsOptions => ({
    connections,
    client: new Client({ connection: connections.connection, dataConverter: temporalDataConverter({}) }),
    namespace: server.namespace,
    taskQueue,
    activities: {},
    sinks: runSinks(undefined, silentObserver),
    dataConverter: temporalDataConverter({}),
    tuning: {
      maxConcurrentWorkflowTasks: undefined,
      maxConcurrentActivities: undefined,
      maxCachedWorkflows: undefined,
    },
    drainGraceMs: 1000,
    log: silentLog,
    checkMs: 300,
  });

  const begin = async ({ client, taskQueue }: BuildsOptions, count: number, left: number, naps: number) => {
    const handles = [];
    for (let n = 0; n < count; n++) {
      const options = { taskQueue, workflowId: `${taskQueue}/${n}`, args: [left, naps] };
      handles.push(await client.workflow.start("rounds", options));
    }
    return handles;
  };

  /** Histories of all executions of a workflow, the last first, none of which has a failed workflow task. */
  const historiesOf = async ({ client }: BuildsOptions, workflowId: string) => {
    const histories = [];
    for (let runId: string | undefined; ;) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      for (const event of history.events!)
        assert.equal(event.workflowTaskFailedEventAttributes ?? undefined, undefined);
      histories.push(history);
      runId = history.events![0]!.workflowExecutionStartedEventAttributes!.continuedExecutionRunId || undefined;
      if (runId === undefined) return histories;
    }
  };

  const until = async (isSo: () => Promise<boolean>) => {
    for (const giveUpAt = Date.now() + 60_000; !(await isSo());) {
      assert.ok(Date.now() < giveUpAt, "it never comes to that");
      await pause(100);
    }
  };

  it("workflows that an ended process left behind go on with their own code, move, and finish", async () => {
    const options = optionsFor(randomUUID());
    const old = await Builds.start(first, options);
    const handles = await begin(options, 12, 1, 3);
    await until(async () => (await countPinned(options, first.buildId)) === handles.length);
    await old.drain();
    const builds = await Builds.start(second, options);
    try {
      // The only ones that ask them to move are the workers; afterwards they are at the end of their rounds.
      await until(async () => (await countPinned(options, second.buildId)) === handles.length);
      for (const handle of handles) await handle.signal("renew");
      for (const handle of handles) assert.deepEqual(await handle.result(), [first.buildId, second.buildId]);
      for (const { workflowId } of handles) {
        const histories = await historiesOf(options, workflowId);
        assert.equal(histories.length, 2);
        // Neither version could have computed what the other one has.
        const replay = (code: WorkflowCode, at: number) =>
          Worker.runReplayHistory({ workflowBundle: sdkBundle(code) }, histories[at]!, workflowId);
        await replay(first, 1);
        await assert.rejects(replay(second, 1));
        await replay(second, 0);
      }
      const codeIsKept = () => isHeld(options, workflowIds.bundle(options.taskQueue, first.buildId));
      await until(async () => !(await codeIsKept()));
      assert.ok(await isHeld(options, workflowIds.bundle(options.taskQueue, second.buildId)));
    } finally {
      await builds.drain();
    }
  });

  it("an older release that starts again becomes the current one, and serves what the newer one began", async () => {
    const options = optionsFor(randomUUID());
    for (const code of [first, second]) await (await Builds.start(code, options)).drain();
    const newer = await Builds.start(second, options);
    const [handle] = await begin(options, 1, 1, 1);
    await until(async () => (await countPinned(options, second.buildId)) === 1);
    await newer.drain();
    const older = await Builds.start(first, options);
    try {
      const current = (await listVersions(options)).find(({ isCurrent }) => isCurrent);
      assert.equal(current!.buildId, first.buildId);
      await until(async () => (await countPinned(options, first.buildId)) === 1);
      await handle!.signal("renew");
      assert.deepEqual(await handle!.result(), [second.buildId, first.buildId]);
    } finally {
      await older.drain();
    }
  });

  it("with keys, code that none of them has signed is not executed, and gives way to what is", async () => {
    const plain = optionsFor(randomUUID());
    const keys = new TemporalKeys([{ id: "k", key: randomBytes(32) }]);
    const dataConverter = temporalDataConverter({ keys });
    const sealed = { ...plain, keys, client: new Client({ connection: connections.connection, dataConverter }) };
    await keepCode(plain, first);
    assert.equal((await readCode(plain, first.buildId))!.text, first.text);
    assert.equal(await readCode(sealed, first.buildId), undefined);
    await keepCode(sealed, first);
    assert.equal((await readCode(sealed, first.buildId))!.text, first.text);
    const remote = { ...plain, connections: { isLocal: false } };
    assert.equal(await readCode(remote, first.buildId), undefined);
    await keepCode(remote, second);
    assert.equal(await readCode(remote, second.buildId), undefined);
    assert.equal((await readCode(plain, second.buildId))!.text, second.text);
    const others = new TemporalKeys([{ id: "k", key: randomBytes(32) }]);
    assert.equal(await readCode({ ...plain, keys: others }, first.buildId).catch(() => undefined), undefined);
    const never = workflowCode("never kept");
    assert.equal(await readCode(plain, never.buildId), undefined);
    // Another key takes over: the code is signed and encrypted with it.
    const [k, next] = [
      { id: "k2", key: randomBytes(32) },
      { id: "k3", key: randomBytes(32) },
    ];
    const keyed = (both: TemporalKeys) => ({
      ...plain,
      keys: both,
      client: new Client({
        connection: connections.connection,
        dataConverter: temporalDataConverter({ keys: both }),
      }),
    });
    await keepCode(keyed(new TemporalKeys([k])), first);
    await keepCode(keyed(new TemporalKeys([next, k])), first);
    assert.equal((await readCode(keyed(new TemporalKeys([next])), first.buildId))!.text, first.text);
    assert.equal(await readCode(keyed(new TemporalKeys([k])), first.buildId), undefined);
  });

  it("code in whose place somebody has put something else gives way to what is signed, whatever it is", async () => {
    const plain = optionsFor(randomUUID());
    const keys = new TemporalKeys([{ id: "k", key: randomBytes(32) }]);
    const client = new Client({
      connection: connections.connection,
      dataConverter: temporalDataConverter({ keys }),
    });
    const sealed = { ...plain, keys, client };
    const id = workflowIds.bundle(plain.taskQueue, first.buildId);
    await keepCode(sealed, first);
    const { about, bytes } = (await held(sealed, id))!;
    const garbage = randomBytes(100);
    for (const [otherAbout, otherBytes] of [
      [about, garbage],
      [null, bytes],
      [{ ...(about as object), keyId: 5 }, bytes],
      [{ ...(about as object), signature: ["a"] }, bytes],
    ] as const) {
      await hold(sealed, id, otherAbout, otherBytes, { anew: true });
      assert.equal(await readCode(sealed, first.buildId), undefined);
      await keepCode(sealed, first);
      assert.equal((await readCode(sealed, first.buildId))!.text, first.text);
    }
  });

  it("a process serves the current version also where it is another's", async () => {
    const options = optionsFor(randomUUID());
    const older = await Builds.start(first, options);
    try {
      await (await Builds.start(second, options)).drain();
      const [handle] = await begin(options, 1, 0, 1);
      await handle!.signal("renew");
      assert.deepEqual(await handle!.result(), [second.buildId]);
    } finally {
      await older.drain();
    }
  });
});
