/** AutoFlow on a Temporal server of its own: compressed and encrypted, with a worker that can be exchanged. */
import { randomBytes, randomUUID } from "node:crypto";
import { Client, Connection } from "@temporalio/client";
import { echoAction } from "../../src/actions/echo.ts";
import type { Action, ActionCall } from "../../src/core/action.ts";
import type { Engine } from "../../src/core/engine.ts";
import { silentLog, silentObserver } from "../../src/core/ports.ts";
import { defaultLimits } from "../../src/core/program.ts";
import { temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { TemporalKeys } from "../../src/engines/temporal/codec/keys.ts";
import {
  openTemporalEngine,
  startTemporalWorker,
  type TemporalOptions,
  type TemporalWorker,
} from "../../src/engines/temporal/open.ts";
import { type DevServer, startDevServer } from "../../src/engines/temporal/testing/dev-server.ts";
import { systemClock } from "../../src/host/clock.ts";
import { createSystemRandom } from "../../src/host/random.ts";
import { starlark } from "../../src/languages/starlark/program.ts";

export interface Instance extends AsyncDisposable {
  readonly engine: Engine;
  /** Of its own connection, with the codec of the instance. */
  readonly client: Client;
  /** Host and port of the Temporal server. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Ends the worker, if there is one. */
  endWorker(): Promise<void>;
  startWorker(): Promise<void>;
}

/** `onEcho` hears of each call of the action "echo". */
export async function openInstance(onEcho: (call: ActionCall) => void): Promise<Instance> {
  await using undo = new AsyncDisposableStack();
  const server = undo.use(await startDevServer());
  const options = optionsFor(server, onEcho);
  const { namespace, taskQueue, encryptionKeys } = options.temporal;
  let worker: TemporalWorker | undefined;
  const startWorker = async (): Promise<void> => void (worker = await startTemporalWorker(options));
  const endWorker = async (): Promise<void> => {
    await worker?.drain();
    worker = undefined;
  };
  undo.defer(endWorker);
  await startWorker();
  const engine = await openTemporalEngine({ ...options, works: false });
  undo.defer(() => engine.drain());
  const connection = await Connection.connect({ address: server.address });
  undo.defer(() => connection.close());
  const dataConverter = temporalDataConverter({ keys: new TemporalKeys(encryptionKeys) });
  const client = new Client({ connection, namespace, dataConverter });
  const parts = undo.move();
  const dispose = (): Promise<void> => parts.disposeAsync();
  const { address } = server;
  return { engine, client, address, namespace, taskQueue, startWorker, endWorker, [Symbol.asyncDispose]: dispose };
}

function listenedTo(onEcho: (call: ActionCall) => void): Action {
  return {
    ...echoAction,
    perform(call) {
      onEcho(call);
      return echoAction.perform(call);
    },
  };
}

function optionsFor(server: DevServer, onEcho: (call: ActionCall) => void): TemporalOptions {
  return {
    temporal: {
      hostPort: server.address,
      namespace: server.namespace,
      taskQueue: randomUUID(),
      tls: undefined,
      apiKey: undefined,
      encryptionKeys: [{ id: "bench", key: randomBytes(32) }],
      keyPerProject: false,
      allowPlaintext: false,
      worker: {
        maxConcurrentWorkflowTasks: undefined,
        maxConcurrentActivities: undefined,
        maxCachedWorkflows: undefined,
      },
    },
    actions: [listenedTo(onEcho)],
    programs: new Map([[starlark.language, starlark]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: silentObserver,
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
    drainGraceMs: 1000,
  };
}
