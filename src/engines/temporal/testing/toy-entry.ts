/** All workflows, with the toy language. */
import { runWorkflow } from "../sandbox/run/run.ts";
import { images } from "./toy-languages.ts";

export { image } from "../sandbox/image.ts";
export { log } from "../sandbox/log/log.ts";
export { longCall } from "../sandbox/long-call.ts";
export { registry } from "../sandbox/registry/registry.ts";
export { schedule } from "../sandbox/schedule.ts";

export const run = runWorkflow(images);
