/** An instance on Temporal as far as definitions go: processes that know the registry, and workers for its entities. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Client, Connection } from "@temporalio/client";
import { bundleWorkflowCode, NativeConnection, Worker } from "@temporalio/worker";
import { silentLog, silentObserver } from "../../../src/core/ports.ts";
import { defaultLimits } from "../../../src/core/program.ts";
import type { Events } from "../../../src/engines/temporal/client/context.ts";
import { Definitions, type DefinitionsContext } from "../../../src/engines/temporal/client/definitions.ts";
import { TemporalImages } from "../../../src/engines/temporal/client/images.ts";
import { LiveRegistry } from "../../../src/engines/temporal/client/registry-mirror.ts";
import { armSchedules, type SchedulesContext, startScheduled } from "../../../src/engines/temporal/client/schedules.ts";
import { RunStarts } from "../../../src/engines/temporal/client/starts.ts";
import type { UpkeepContext } from "../../../src/engines/temporal/client/upkeep.ts";
import { ClaimCheck } from "../../../src/engines/temporal/codec/claim-check.ts";
import { temporalDataConverter } from "../../../src/engines/temporal/codec/data-converter.ts";
import { TemporalKeys } from "../../../src/engines/temporal/codec/keys.ts";
import type { Activities } from "../../../src/engines/temporal/protocol/activities.ts";
import { deploymentName } from "../../../src/engines/temporal/protocol/names.ts";
import { type DevServer, sharedDevServer } from "../../../src/engines/temporal/testing/dev-server.ts";
import { makeCurrent } from "../../../src/engines/temporal/worker/deployment.ts";
import { installRuntime } from "../../../src/engines/temporal/worker/runtime.ts";
import { toyProgram } from "../../../src/engines/testing/toy-program.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { createSystemRandom } from "../../../src/host/random.ts";

const codec = { keys: new TemporalKeys([{ id: "k", key: new Uint8Array(32).fill(7) }]) };
const random = createSystemRandom();
const programs = new Map([["toy", toyProgram()]]);

const buildId = "test";

let bundle: Promise<{ code: string }> | undefined;

function workflowCode(): Promise<{ code: string }> {
  const { payloadConverterPath, failureConverterPath } = temporalDataConverter(codec);
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL("workflows.ts", import.meta.url)),
    payloadConverterPath: payloadConverterPath!,
    failureConverterPath: failureConverterPath!,
    logger: {
      log() {},
      trace() {},
      debug() {},
      info() {},
      warn() {},
      error: (text) => void process.stderr.write(text),
    },
  });
  return bundle;
}

/** What one process has of it. */
export interface Process {
  context: UpkeepContext & DefinitionsContext & SchedulesContext & { images: TemporalImages };
  registry: LiveRegistry;
  images: TemporalImages;
  definitions: Definitions;
}

export interface Instance extends AsyncDisposable {
  server: DevServer;
  client: Client;
  taskQueue: string;
  /** Another process, which knows the registry. */
  join(): Promise<Process>;
  /** Ends the worker, or has another one begin. */
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
}

/** A new instance, with a worker. */
export async function openInstance(): Promise<Instance> {
  installRuntime(silentLog);
  const server = await sharedDevServer();
  const { namespace } = server;
  const taskQueue = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection, namespace, dataConverter: temporalDataConverter(codec) });
  const outside = {
    client,
    namespace,
    taskQueue,
    programs,
    clock: systemClock,
    random,
    log: silentLog,
    limits: defaultLimits,
  };
  const processes: Process[] = [];
  const join = async (): Promise<Process> => {
    const digests: Pick<LiveRegistry, "digest"> = { digest: (...parts) => registry.digest(...parts) };
    const images = new TemporalImages({ ...outside, registry: digests });
    const registry = await LiveRegistry.begin({ ...outside, images });
    await registry.open();
    const settings = { variables: { values: () => ({}) }, secrets: { names: () => [], value: () => undefined } };
    const starts = new RunStarts({ ...outside, ...settings, observer: silentObserver, registry, images });
    const context = { ...outside, images, registry, starts, events: noEvents };
    const process = { context, registry, images, definitions: new Definitions(context) };
    processes.push(process);
    return process;
  };
  let known: Promise<Process> | undefined;
  const activities: Pick<Activities, "armSchedules" | "startScheduled"> = {
    armSchedules: async (triggers) => armSchedules((await (known ??= join())).context, triggers),
    startScheduled: async (input) => startScheduled((await (known ??= join())).context, input),
  };
  let stop = async (): Promise<void> => {};
  const startWorker = async (): Promise<void> => {
    const registry: Pick<LiveRegistry, "digest"> = { digest: (...parts) => processes[0]!.registry.digest(...parts) };
    const images = new TemporalImages({ ...outside, registry });
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue,
      workflowBundle: await workflowCode(),
      activities,
      shutdownGraceTime: 500,
      shutdownForceTime: 5000,
      dataConverter: temporalDataConverter({ ...codec, before: [new ClaimCheck(images)] }),
      workerDeploymentOptions: {
        useWorkerVersioning: true,
        version: { deploymentName: deploymentName(taskQueue), buildId },
        defaultVersioningBehavior: "PINNED",
      },
    });
    const running = worker.run();
    await makeCurrent({ client, namespace, taskQueue }, buildId);
    stop = async () => {
      worker.shutdown();
      await running;
      stop = async () => {};
    };
  };
  await startWorker();
  return {
    server,
    client,
    taskQueue,
    join,
    startWorker,
    stopWorker: () => stop(),
    async [Symbol.asyncDispose]() {
      for (const { registry } of processes) await registry.close();
      await stop();
      await connection.close();
      await native.close();
    },
  };
}

/** Nothing was ever appended. */
const noEvents: Events = {
  append: () => Promise.resolve([]),
  keep: () => Promise.resolve(),
  find: () => Promise.resolve(undefined),
  list: () => Promise.resolve({ items: [] }),
  end: () => Promise.resolve(0),
};
