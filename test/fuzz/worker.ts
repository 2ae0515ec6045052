/** The thread in which programs are evaluated, so that one that never ends, or takes all memory, ends only this thread. */
import { parentPort } from "node:worker_threads";
import { examine } from "../../src/languages/starlark/testing/fuzz/examine.ts";

parentPort!.on("message", ({ source, seed }: { source: string; seed: number }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort!.postMessage(examine(source, seed));
});
