/** Evaluates programs in a thread beside this one, and goes on with a new one when that hangs or dies. */
import { Worker } from "node:worker_threads";
import type { Examined } from "../../src/languages/starlark/testing/fuzz/examine.ts";

const hangMs = 30_000;

export class Examiner {
  #worker: Worker | undefined;

  /** Never rejects: what goes wrong is a fault of the program's examination. */
  async examine(source: string, seed: number): Promise<Examined> {
    const worker = (this.#worker ??= new Worker(new URL("worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    }));
    const broken = (text: string): Examined => {
      this.#worker = undefined;
      void worker.terminate();
      return { answer: { text, status: "broken", steps: 0 }, fault: text };
    };
    return new Promise((resolve) => {
      const finish = (examined: Examined) => {
        clearTimeout(timer);
        worker.off("message", finish).off("error", failed).off("exit", ended);
        resolve(examined);
      };
      const failed = (error: unknown) => finish(broken(`it ends the thread: ${String(error)}`));
      const ended = (code: number) => finish(broken(`it ends the thread with status ${code}`));
      const hung = () => finish(broken(`it hangs: no answer within ${hangMs / 1000} s`));
      const timer = setTimeout(hung, hangMs);
      worker.on("message", finish).on("error", failed).on("exit", ended);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage({ source, seed });
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
