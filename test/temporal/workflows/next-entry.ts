/** All workflows, with the toy language of a later release. */
import { runWorkflow } from "../../../src/engines/temporal/sandbox/run/run.ts";
import { images } from "./next-languages.ts";

export { image } from "../../../src/engines/temporal/sandbox/image.ts";
export { log } from "../../../src/engines/temporal/sandbox/log/log.ts";
export { longCall } from "../../../src/engines/temporal/sandbox/long-call.ts";
export { registry } from "../../../src/engines/temporal/sandbox/registry/registry.ts";
export { schedule } from "../../../src/engines/temporal/sandbox/schedule.ts";

export const run = runWorkflow(images);
