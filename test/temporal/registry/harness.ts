/** An instance on Temporal as far as definitions go: processes that know the registry, and workers for its entities. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Client, Connection } from "@temporalio/client";
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { silentLog } from "../../../src/core/ports.ts";
import { TemporalImages } from "../../../src/engines/temporal/client/images.ts";
import { LiveRegistry } from "../../../src/engines/temporal/client/registry-mirror.ts";
import { ClaimCheck } from "../../../src/engines/temporal/codec/claim-check.ts";
import { temporalDataConverter } from "../../../src/engines/temporal/codec/data-converter.ts";
import { TemporalKeys } from "../../../src/engines/temporal/codec/keys.ts";
import { type DevServer, sharedDevServer } from "../../../src/engines/temporal/testing/dev-server.ts";
import { toyProgram } from "../../../src/engines/testing/toy-program.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { createSystemRandom } from "../../../src/host/random.ts";

const codec = { keys: new TemporalKeys([{ id: "k", key: new Uint8Array(32).fill(7) }]) };
const random = createSystemRandom();
const programs = new Map([["toy", toyProgram()]]);

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
  client: Client;
  taskQueue: string;
  namespace: string;
  images: TemporalImages;
  clock: typeof systemClock;
  random: typeof random;
  log: typeof silentLog;
}

export interface Instance extends AsyncDisposable {
  server: DevServer;
  taskQueue: string;
  /** Another process. */
  join(): Process;
  /** The same with what it knows of the registry. */
  know(): Promise<{ process: Process; registry: LiveRegistry }>;
}

/** A new instance, with a worker. */
export async function openInstance(): Promise<Instance> {
  try {
    Runtime.install({ logger: { ...silentLog, log() {}, trace() {} }, shutdownSignals: [] });
  } catch {
    // Another test of this process has done it.
  }
  const server = await sharedDevServer();
  const taskQueue = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection, namespace: server.namespace, dataConverter: temporalDataConverter(codec) });
  const registries: LiveRegistry[] = [];
  const join = (): Process => {
    const { namespace } = server;
    const images = new TemporalImages({ client, namespace, taskQueue, programs, clock: systemClock });
    return { client, namespace, taskQueue, images, clock: systemClock, random, log: silentLog };
  };
  const know = async (): Promise<{ process: Process; registry: LiveRegistry }> => {
    const process = join();
    const registry = await LiveRegistry.open(process);
    registries.push(registry);
    return { process, registry };
  };
  const worker = await Worker.create({
    connection: native,
    namespace: server.namespace,
    taskQueue,
    workflowBundle: await workflowCode(),
    activities: { async armSchedules() {} },
    dataConverter: temporalDataConverter({ ...codec, before: [new ClaimCheck(join().images)] }),
  });
  const running = worker.run();
  return {
    server,
    taskQueue,
    join,
    know,
    async [Symbol.asyncDispose]() {
      for (const registry of registries) registry.close();
      worker.shutdown();
      await running;
      await connection.close();
      await native.close();
    },
  };
}
