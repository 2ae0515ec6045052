/** All workflows, by their types. */
import { images } from "./languages.ts";
import { runWorkflow } from "./run/run.ts";

export { image } from "./image.ts";
export { log } from "./log/log.ts";
export { longCall } from "./long-call.ts";
export { registry } from "./registry/registry.ts";
export { schedule } from "./schedule.ts";

export const run = runWorkflow(images);
