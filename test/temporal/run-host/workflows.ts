import { proxyActivities } from "@temporalio/workflow";
import type { Activities, PerformInput } from "../../../src/engines/temporal/protocol/activities.ts";
import { runWorkflow } from "../../../src/engines/temporal/sandbox/run/run.ts";
import { images } from "./languages.ts";

export { longCall } from "../../../src/engines/temporal/sandbox/long-call.ts";

export const run = runWorkflow(images);

const { perform } = proxyActivities<Activities>({ startToCloseTimeout: "60s", heartbeatTimeout: "10s" });

/** The same calls one after the other, as somebody would write it who uses the SDK alone. */
export async function byHand(inputs: PerformInput[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const input of inputs) answers.push(await perform(input));
  return answers;
}
