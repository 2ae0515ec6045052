/** Attempts that may take long: each is a workflow of its own, which answers its run by a message. */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from "@temporalio/client";
import type { Activities } from "../protocol/activities.ts";
import { workflowIds, workflowTypes } from "../protocol/names.ts";
import type { TemporalContext } from "./context.ts";
import { reach } from "./reach.ts";

/** The activities `beginLongCall` and `endLongCall`. */
export function longCalling({
  client,
  taskQueue,
}: Pick<TemporalContext, "client" | "taskQueue">): Pick<Activities, "beginLongCall" | "endLongCall"> {
  return {
    async beginLongCall(input) {
      const { runId, call, attempt } = input;
      const options = {
        workflowId: workflowIds.longCall(taskQueue, runId, call.n, attempt),
        taskQueue,
        args: [input],
        workflowIdReusePolicy: "REJECT_DUPLICATE" as const,
      };
      try {
        await reach(client, () => client.workflow.start(workflowTypes.longCall, options));
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    async endLongCall({ runId, effect, attempt }) {
      const id = workflowIds.longCall(taskQueue, runId, effect, attempt);
      try {
        await reach(client, () => client.workflow.getHandle(id).cancel());
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
