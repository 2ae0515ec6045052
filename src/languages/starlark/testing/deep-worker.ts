/** Runs the deep programs in a thread that the test gave a small stack. */
import { parentPort } from "node:worker_threads";
import { deepOutcomes } from "./deep-programs.ts";

parentPort!.postMessage(deepOutcomes());
