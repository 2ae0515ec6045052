/**
 * A worker for the workflow that is written by hand, as one would have it without AutoFlow: a bundle of that workflow alone, the SDK's
 * own settings, on a queue of its own. Codec, activity and what it does at a time are as AutoFlow's worker has them.
 */
import { fileURLToPath } from "node:url";
import { NativeConnection, Worker } from "@temporalio/worker";
import { echoAction } from "../../src/actions/echo.ts";
import { silentLog, silentObserver } from "../../src/core/ports.ts";
import { performing } from "../../src/engines/temporal/worker/perform.ts";
import type { Instance } from "./instance.ts";

export interface HandWorker extends AsyncDisposable {
  readonly taskQueue: string;
}

export async function startHandWorker({ client, address, namespace, ...instance }: Instance): Promise<HandWorker> {
  const taskQueue = `${instance.taskQueue}/by-hand`;
  const connection = await NativeConnection.connect({ address });
  const actions = new Map([[echoAction.name, echoAction]]);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL("hand-written.ts", import.meta.url)),
    activities: { perform: performing({ actions, log: silentLog, observer: silentObserver }) },
    dataConverter: client.options.dataConverter,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentActivityTaskExecutions: 200,
    maxCachedWorkflows: 1000,
  });
  const ended = worker.run();
  return {
    taskQueue,
    async [Symbol.asyncDispose]() {
      worker.shutdown();
      await ended;
      await connection.close();
    },
  };
}
