/** Events of a log, read from the histories of its executions, newest first. No worker is needed for that. */
import type { temporal } from "@temporalio/proto";
import { decodeArrayFromPayloads } from "@temporalio/common/lib/internal-non-workflow/codec-helpers.js";
import type { EventDecision, EventView } from "../../../core/engine.ts";
import { type AppendItem, type AppendOutcome, type LogMemo, logMemoKey } from "../protocol/log.ts";
import { eventOf } from "../protocol/logged-item.ts";
import type { TemporalContext } from "./context.ts";
import { unlessGone } from "./first-input.ts";
import { logId } from "./log-entity.ts";

export type HistoryContext = Pick<TemporalContext, "client" | "namespace" | "taskQueue" | "registry">;

/** An event with what became of it. */
export interface PastEvent {
  project: string;
  seq: number;
  receivedAt: number;
  item: AppendItem;
  outcome: AppendOutcome;
}

/** What is to be read: events before a position, or not after a time (epoch ms). */
export interface Before {
  seq?: number;
  time?: number;
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Events of Temporal in a page; an append is some six of them. */
const pageSize = 100;

/** Events that have been dispatched, newest first. What is gone with the namespace's retention is left out. */
export async function* eventsBackwards(
  context: HistoryContext,
  project: string,
  before: Before,
): AsyncGenerator<PastEvent, void, undefined> {
  const { seq = Infinity, time = Infinity } = before;
  for await (const execution of executionsBackwards(context, project)) {
    // It begins after what is wanted.
    if (execution.after >= seq - 1 || execution.since > time) continue;
    for await (const event of eventsOf(context, project, execution.id)) {
      if (event.seq < seq && event.receivedAt <= time) yield event;
    }
  }
}

interface LogExecution {
  id: string;
  after: number;
  since: number;
}

/** Each execution tells of some before it. */
async function* executionsBackwards(
  context: HistoryContext,
  project: string,
): AsyncGenerator<LogExecution, void, undefined> {
  let current = await describe(context, project, undefined);
  if (current !== undefined) yield { id: current.id, after: current.memo.after, since: current.memo.since };
  while (current !== undefined) {
    const { earlier }: LogMemo = current.memo;
    for (const [id, after, since] of earlier.toReversed()) yield { id, after, since };
    const oldest = earlier[0];
    current = oldest === undefined ? undefined : await describe(context, project, oldest[0]);
  }
}

async function describe(
  context: HistoryContext,
  project: string,
  id: string | undefined,
): Promise<{ id: string; memo: LogMemo } | undefined> {
  const { client } = context;
  const handle = client.workflow.getHandle(logId(context, project), id);
  const found = await unlessGone(() => handle.describe(), client);
  const memo = found?.memo?.[logMemoKey] as LogMemo | undefined;
  return found === undefined || memo === undefined ? undefined : { id: found.runId, memo };
}

/** Answers come before what they answer, since it is read backwards. */
async function* eventsOf(
  context: HistoryContext,
  project: string,
  runId: string,
): AsyncGenerator<PastEvent, void, undefined> {
  const answers = new Map<string, HistoryEvent>();
  for await (const event of historyBackwards(context, logId(context, project), runId)) {
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    if (completed) answers.set(String(completed.acceptedEventId), event);
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (!accepted) continue;
    const answer = answers.get(String(event.eventId))?.workflowExecutionUpdateCompletedEventAttributes?.outcome;
    answers.delete(String(event.eventId));
    const [items] = await decode(context, project, accepted.acceptedRequest?.input?.args?.payloads);
    const [outcomes] = await decode(context, project, answer?.success?.payloads);
    if (Array.isArray(items) && Array.isArray(outcomes)) yield* pastEvents(project, items, outcomes);
  }
}

function* pastEvents(
  project: string,
  items: readonly AppendItem[],
  outcomes: readonly AppendOutcome[],
): Generator<PastEvent> {
  for (const [at, outcome] of [...outcomes.entries()].toReversed()) {
    const { seq, receivedAt, duplicate } = outcome;
    if (!duplicate) yield { project, seq, receivedAt, item: items[at]!, outcome };
  }
}

async function* historyBackwards(
  { client, namespace }: HistoryContext,
  workflowId: string,
  runId: string,
): AsyncGenerator<HistoryEvent, void, undefined> {
  let nextPageToken: Uint8Array | undefined;
  do {
    const request = {
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: pageSize,
      ...(nextPageToken !== undefined && { nextPageToken }),
    };
    const page = await unlessGone(() => client.workflowService.getWorkflowExecutionHistoryReverse(request), client);
    if (page === undefined) return;
    yield* page.history?.events ?? [];
    nextPageToken = page.nextPageToken ?? undefined;
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
}

function decode(
  context: HistoryContext,
  project: string,
  payloads: temporal.api.common.v1.IPayload[] | null | undefined,
): Promise<unknown[]> {
  const { client, namespace } = context;
  const scope = { type: "workflow" as const, namespace, workflowId: logId(context, project) };
  return decodeArrayFromPayloads(client.options.loadedDataConverter, payloads ?? [], scope);
}

/** As people and tools see it. */
export function eventView({ project, seq, receivedAt, item, outcome }: PastEvent): EventView {
  const isStarted = ({ outcome: became }: EventDecision): boolean => became === "started";
  const decisions = [
    ...outcome.decisions.filter(isStarted),
    ...item.nearMisses.filter(() => outcome.heldBy === undefined && item.named === undefined),
    ...outcome.decisions.filter((decision) => !isStarted(decision)),
  ];
  return {
    ...eventOf(project, item),
    seq,
    receivedAt,
    ...(outcome.heldBy !== undefined && { heldBy: outcome.heldBy }),
    decisions,
    receivedBy: outcome.receivedBy,
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
  };
}
