/** What an execution of a run was started with: the first event of its history. */
import { decodeArrayFromPayloads } from "@temporalio/common/lib/internal-non-workflow/index.js";
import { workflowIds } from "../protocol/names.ts";
import type { RunInput } from "../protocol/run.ts";
import type { Execution, ExecutionsContext } from "./executions.ts";
import { reach } from "./reach.ts";

/** The input of an execution; undefined when it is gone. */
export async function inputOf(
  { client, namespace, taskQueue }: ExecutionsContext,
  { runId, executionId }: Pick<Execution, "runId" | "executionId">,
): Promise<RunInput | undefined> {
  const workflowId = workflowIds.run(taskQueue, runId);
  const { workflowService, options } = client.workflow;
  const { history } = await reach(client, () =>
    workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId: executionId },
      maximumPageSize: 1,
    }),
  );
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  // Only the input: the image beside it may be large.
  const context = { type: "workflow" as const, namespace, workflowId };
  const [input] = await decodeArrayFromPayloads(options.loadedDataConverter, payloads?.slice(0, 1), context);
  return input as RunInput | undefined;
}
