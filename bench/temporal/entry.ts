/** All workflows of AutoFlow, and the one that is written by hand. */
import { images } from "../../src/engines/temporal/sandbox/languages.ts";
import { runWorkflow } from "../../src/engines/temporal/sandbox/run/run.ts";

export { image } from "../../src/engines/temporal/sandbox/image.ts";
export { log } from "../../src/engines/temporal/sandbox/log/log.ts";
export { longCall } from "../../src/engines/temporal/sandbox/long-call.ts";
export { registry } from "../../src/engines/temporal/sandbox/registry/registry.ts";
export { schedule } from "../../src/engines/temporal/sandbox/schedule.ts";
export { threeSteps } from "./hand-written.ts";

export const run = runWorkflow(images);
