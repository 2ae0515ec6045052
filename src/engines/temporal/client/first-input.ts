/** What a workflow began with. It is read with no worker, also when the workflow has ended. */
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from "@temporalio/client";
import { decodeArrayFromPayloads } from "@temporalio/common/lib/internal-non-workflow/codec-helpers.js";
import { reach } from "./reach.ts";

const grpcNotFound = 5;

/** The arguments of the newest execution of a workflow; undefined when there is none. */
export async function firstInput(
  { client, namespace }: { readonly client: Client; readonly namespace: string },
  workflowId: string,
): Promise<unknown[] | undefined> {
  const request = { namespace, execution: { workflowId }, maximumPageSize: 1 };
  const page = await unlessGone(() => client.workflowService.getWorkflowExecutionHistory(request), client);
  const input = page?.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  if (!input) return undefined;
  const context = { type: "workflow" as const, namespace, workflowId };
  return decodeArrayFromPayloads(client.options.loadedDataConverter, input.payloads ?? [], context);
}

/** What a request answers; undefined where the workflow that it is about is not there, or not open where it has to be. */
export async function unlessGone<T>(work: () => Promise<T>, client: Client): Promise<T | undefined> {
  try {
    return await reach(client, work);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && (cause.code as number) === grpcNotFound;
}
