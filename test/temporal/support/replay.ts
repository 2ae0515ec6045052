/** Histories computed again from their first event: a workflow that does anything else then than it did before fails. */
import assert from "node:assert/strict";
import type { Client } from "@temporalio/client";
import type { DataConverter } from "@temporalio/common";
import proto from "@temporalio/proto";
import { Worker } from "@temporalio/worker";
import type { WorkflowCode } from "../../../src/engines/temporal/worker/bundle.ts";
import { sdkBundle } from "../../../src/engines/temporal/worker/worker.ts";

type History = proto.temporal.api.history.v1.IHistory;

const { EventType } = proto.temporal.api.enums.v1;

/** One execution of a workflow. */
export interface Recorded {
  workflowId: string;
  runId: string;
  history: History;
}

/** The executions of a workflow, from a first one on, each of which continued in the next. */
export async function historiesOf(client: Client, workflowId: string, firstRunId?: string): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const { firstExecutionRunId } = await firstOf(client, workflowId, firstRunId);
  for (let runId: string | null | undefined = firstExecutionRunId; runId;) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    recorded.push({ workflowId, runId, history });
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return recorded;
}

async function firstOf(client: Client, workflowId: string, runId?: string): Promise<{ firstExecutionRunId: string }> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { firstExecutionRunId } = events![0]!.workflowExecutionStartedEventAttributes!;
  return { firstExecutionRunId: firstExecutionRunId! };
}

/** Fails when one of the histories does not replay. */
export async function replay(
  code: Pick<WorkflowCode, "text">,
  dataConverter: DataConverter,
  recorded: readonly Recorded[],
): Promise<void> {
  const results = Worker.runReplayHistories(
    { workflowBundle: sdkBundle(code), dataConverter, replayName: "again" },
    recorded.map(({ workflowId, history }) => ({ workflowId, history })),
  );
  for await (const { error, workflowId, runId } of results) {
    assert.ifError(error && new Error(`${workflowId} ${runId} does not replay: ${error.message}`));
  }
}

/** The types of a history's events, in order. */
export function eventTypes({ history }: Recorded): string[] {
  return (history.events ?? []).map(({ eventType }) => EventType[eventType!].replace("EVENT_TYPE_", ""));
}
