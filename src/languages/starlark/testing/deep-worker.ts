/** Runs the deep programs in a thread that the test gave a small stack. */
import { parentPort } from "node:worker_threads";
import { deepOutcomes } from "./deep-programs.ts";

const port = parentPort!;
port.postMessage(deepOutcomes());
