/**
 * Has what is open encrypted with the first key, so that others can be removed: what runs continues in a new execution, and what is
 * only held is held anew. What has ended stays as it is until the namespace's retention is over.
 */
import type { Payload } from "@temporalio/common";
import { encodeToPayloads } from "@temporalio/common/lib/internal-non-workflow/codec-helpers.js";
import type proto from "@temporalio/proto";
import { keyIdOf } from "../codec/encryption.ts";
import { splitKeyId } from "../codec/keys.ts";
import { workflowIds, workflowTypes } from "../protocol/names.ts";
import { runSignals } from "../protocol/run.ts";
import type { TemporalContext } from "./context.ts";
import { unlessGone } from "./first-input.ts";
import { pause, reach } from "./reach.ts";

export type ResealingContext = Pick<TemporalContext, "client" | "namespace" | "taskQueue" | "images">;

const pageSize = 200;
/** There is no hurry, and others have work to do. */
const pauseMs = 10;

type Listed = proto.temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** Answers how many workflows it has told, or held anew; none without keys. */
export async function reseal(context: ResealingContext, signal: AbortSignal): Promise<number> {
  const { client, namespace, taskQueue } = context;
  const wanted = await firstKey(context);
  if (wanted === undefined) return 0;
  const query = `TaskQueue = ${JSON.stringify(taskQueue)} AND ExecutionStatus = "Running"`;
  let count = 0;
  for (let nextPageToken: Uint8Array | undefined; !signal.aborted;) {
    const request = { namespace, query, pageSize, ...(nextPageToken && { nextPageToken }) };
    const page = await reach(client, () => client.workflowService.listWorkflowExecutions(request));
    for (const listed of page.executions) {
      if (signal.aborted) return count;
      if ((await isSealedWith(context, listed, wanted)) || !(await renew(context, listed, wanted))) continue;
      count++;
      await pause(pauseMs, signal);
    }
    nextPageToken = page.nextPageToken;
    if (nextPageToken.length === 0) break;
  }
  return count;
}

/** The id of the key that payloads are encrypted with now. */
async function firstKey({ client }: ResealingContext): Promise<string | undefined> {
  const [payload] = (await encodeToPayloads(client.options.loadedDataConverter, "")) ?? [];
  return mainKey(payload);
}

/** By its memo, which lists tell and whose fields may have been written at different times, or else by its input. */
async function isSealedWith({ client, namespace }: ResealingContext, listed: Listed, key: string): Promise<boolean> {
  const noted = Object.values(listed.memo?.fields ?? {});
  if (noted.length > 0) return noted.every((payload) => mainKey(payload) === key);
  const request = { namespace, execution: listed.execution ?? {}, maximumPageSize: 1 };
  const page = await unlessGone(() => client.workflowService.getWorkflowExecutionHistory(request), client);
  const input = page?.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  return mainKey(input?.payloads?.[0]) === key;
}

function mainKey(payload: Payload | undefined): string | undefined {
  const id = payload && keyIdOf(payload);
  return id === undefined ? undefined : splitKeyId(id).main;
}

/** False for what takes care of itself: long calls end, and code is kept by the workers. */
async function renew(context: ResealingContext, { execution, type }: Listed, key: string): Promise<boolean> {
  const { client, namespace, taskQueue, images } = context;
  const id = execution?.workflowId ?? "";
  if (type?.name === workflowTypes.longCall || id.startsWith(workflowIds.bundle(taskQueue, ""))) return false;
  if (id.startsWith(workflowIds.image(taskQueue, ""))) {
    await images.renew(id);
    return true;
  }
  const { identity } = client.options;
  const signal = { signalName: runSignals.renew, requestId: `${runSignals.renew} ${key}`, identity };
  const request = { namespace, workflowExecution: { workflowId: id }, ...signal };
  await unlessGone(() => client.workflowService.signalWorkflowExecution(request), client);
  return true;
}
