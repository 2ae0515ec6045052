/** The worker thread that writes: takes batches, answers each with nothing or with the code of its failure. */
import { parentPort, workerData } from "node:worker_threads";
import { AutoFlowError } from "../../../core/errors.ts";
import type { SqlValue } from "./statement.ts";
import { openWorkerExecutor, type WorkerAnswer, type WorkerData, type WorkerExecutor } from "./writer.ts";

const port = parentPort!;

function answer(work: () => void): void {
  const result: WorkerAnswer = {};
  try {
    work();
  } catch (error) {
    result.code = error instanceof AutoFlowError ? error.code : "STORE_FAILED";
    result.message = error instanceof Error ? error.message : String(error);
  }
  port.postMessage(result);
}

let opened: WorkerExecutor | undefined;
answer(() => {
  opened = openWorkerExecutor(workerData as WorkerData);
});

port.on("message", (message: SqlValue[] | "close") => {
  if (message === "close") {
    opened?.close();
    port.close();
    return;
  }
  answer(() => opened!.executor.execute(message));
  opened!.tidy();
});
