/** What one would write for Temporal without AutoFlow: three steps, with the activity and the options that runs have. */
import { proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { WireText } from "../../src/core/wire.ts";
import type { Activities } from "../../src/engines/temporal/protocol/activities.ts";

const { perform } = proxyActivities<Pick<Activities, "perform">>({
  startToCloseTimeout: 60_000,
  heartbeatTimeout: 10_000,
  cancellationType: "TRY_CANCEL",
  retry: { initialInterval: "500ms", maximumInterval: "10s" },
});

/** Calls "echo" three times, each with the answer of the one before. */
export async function threeSteps(input: WireText): Promise<WireText> {
  const runId = workflowInfo().workflowId;
  let value = input;
  for (let n = 1; n <= 3; n++) {
    const call = { n, action: "echo", input: value };
    const answer = await perform({ runId, project: "1", call, attempt: 1, epoch: 0 });
    if (answer === "long" || "error" in answer) throw new Error(`step ${n} has failed`);
    value = answer.value;
  }
  return value;
}
