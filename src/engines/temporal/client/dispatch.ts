/** What logs have done outside: local activities, made again with the same ids when in doubt. */
import { isGrpcServiceError, ServiceError, WorkflowNotFoundError } from "@temporalio/client";
import { AutoFlowError } from "../../../core/errors.ts";
import type { EmitEffect } from "../../../core/effect.ts";
import type { NewEvent } from "../../../core/event.ts";
import { effectId } from "../../../core/ids.ts";
import type { Activities, DispatchAnswer, DispatchInput } from "../protocol/activities.ts";
import type { Candidate, LoggedItem } from "../protocol/log.ts";
import { workflowIds } from "../protocol/names.ts";
import { type RunMessage, runSignals } from "../protocol/run.ts";
import type { NewRun, TemporalContext } from "./context.ts";
import { handleOf, hasEnded } from "./executions.ts";
import { lookBack } from "./look-back.ts";
import { sendReports, wakeLog } from "./log-entity.ts";
import { ReportPost } from "./report-post.ts";
import { textOfItem } from "../protocol/logged-item.ts";
import { belongsTo } from "./project-keys.ts";
import { forEachOf, reach } from "./reach.ts";

/** Requests at a time. */
const atATime = 16;

/** The activities of logs, and those of runs that concern logs. `goesOn` is called while something may take long, from within the activity. */
export function dispatching(
  context: TemporalContext,
  goesOn: () => void = () => {},
): Pick<Activities, "wake" | "dispatch" | "whichEnded" | "report" | "emit" | "pause" | "lookBack"> {
  const reports = new ReportPost((project, batch) => sendReports(context, project, batch));
  return {
    wake: (project) => wakeLog(context, project),
    dispatch: (input) => dispatch(context, input),
    whichEnded: (runIds) => whichEnded(context, runIds),
    report: (project, report) => reports.send(project, report),
    emit: (run, effects) => emit(context, run, effects),
    pause: async (pause) => void (await context.registry.change({ kind: "pause", pause })),
    lookBack: (input) => lookBack(context, input, goesOn),
  };
}

/**
 * Starts runs, then tells runs of events: each run in order, different ones side by side. Throws what may go well another time; a
 * run that cannot be started is told.
 */
async function dispatch(context: TemporalContext, input: DispatchInput): Promise<DispatchAnswer> {
  const items = new Map(input.events.map(({ seq, item }) => [seq, item]));
  const started = await forEachOf(input.starts, atATime, (each) =>
    start(context, newRun(input.project, items.get(each.seq), each)),
  );
  const messages = messagesByRun(input, items);
  for (const runId of messages.keys()) belongsTo(context, workflowIds.run(context.taskQueue, runId), input.project);
  const told = await forEachOf([...messages], atATime, async ([runId, list]) =>
    (await tellInOrder(context, runId, list)) ? undefined : runId,
  );
  return {
    gone: [...told, ...started.map(({ gone }) => gone)].filter((runId) => runId !== undefined),
    failed: started.map(({ failed }) => failed).filter((failed) => failed !== undefined),
  };
}

async function whichEnded(context: TemporalContext, runIds: readonly string[]): Promise<string[]> {
  const ended = await forEachOf(runIds, atATime, (runId) => hasEnded(context, runId));
  return runIds.filter((_, at) => ended[at]);
}

/** `gone`: it has been started before, and has ended. Nobody else would tell the log of one that it knows by its key. */
async function start(
  context: TemporalContext,
  run: NewRun,
): Promise<{ gone?: string; failed?: { runId: string; reason: string } }> {
  try {
    const { created } = await context.starts.startRun(run);
    const isGone = !created && run.keyed !== undefined && (await hasEnded(context, run.runId));
    return isGone ? { gone: run.runId } : {};
  } catch (error) {
    if (mayGoWellLater(error)) throw error;
    const code = error instanceof AutoFlowError ? `${error.code}: ` : "";
    return { failed: { runId: run.runId, reason: `${code}${(error as Error).message}` } };
  }
}

/** The run that a log has decided on. `item`: the event, unless the clock starts it. */
export function newRun(
  project: string,
  item: LoggedItem | undefined,
  { seq, candidate, waits }: DispatchInput["starts"][number],
): NewRun {
  const { imageHash, language, commit, author, workflow } = candidate.start;
  return {
    runId: candidate.runId,
    project,
    definition: candidate.definition,
    definitionProject: candidate.project,
    trigger: candidate.trigger,
    image: { hash: imageHash, language },
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    ...(workflow !== undefined && { workflow }),
    ...beginning(candidate, item),
    position: seq,
    ...(candidate.unlessReceived !== undefined && { correlated: true as const }),
    ...(candidate.keyed !== undefined && { keyed: { waits: waits === true } }),
  };
}

/** What it begins with. */
function beginning(
  { start: { scheduled } }: Candidate,
  item: LoggedItem | undefined,
): Pick<NewRun, "by" | "hops" | "event" | "input"> {
  if (scheduled !== undefined) return { by: "schedule", hops: 0, ...scheduled };
  const { attributes, cause } = item!;
  const { id, source, type } = attributes;
  return { by: "event", hops: cause?.hops ?? 0, event: { id, source, type, text: textOfItem(item!) } };
}

function messagesByRun(input: DispatchInput, items: ReadonlyMap<number, LoggedItem>): Map<string, RunMessage[]> {
  const messages = new Map<string, RunMessage[]>();
  const add = (runId: string, message: RunMessage): void => {
    const list = messages.get(runId);
    if (list === undefined) messages.set(runId, [message]);
    else list.push(message);
  };
  const texts = new Map<number, string>();
  for (const { runId, effect, seq } of input.deliveries) {
    let text = texts.get(seq);
    if (text === undefined) texts.set(seq, (text = textOfItem(items.get(seq)!)));
    add(runId, { kind: "event", id: `${seq}/${effect}`, effect, event: text, position: seq });
  }
  for (const { runId, effect } of input.refusals) {
    const message = "the log of the project holds as many waits for events as it can";
    const error = { type: "limit", code: "LIMIT_WAITS", message, retryable: false };
    add(runId, { kind: "answer", id: `full/${effect}`, effect, error });
  }
  for (const { runId, message } of input.messages) add(runId, message);
  return messages;
}

/** False when the run is not open. */
async function tellInOrder(context: TemporalContext, runId: string, messages: readonly RunMessage[]): Promise<boolean> {
  try {
    for (const message of messages) {
      await reach(context.client, () => handleOf(context, runId).signal(runSignals.message, message));
    }
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Events that a run emits: known by the ids of its effects, so that each is in the log once. Resolves when they are durable. */
async function emit(
  { events, clock }: Pick<TemporalContext, "events" | "clock">,
  run: { runId: string; project: string; hops: number },
  effects: readonly EmitEffect[],
): Promise<void> {
  await events.keep(effects.map((effect) => emittedEvent(run, effect, clock.now())));
}

function emittedEvent(
  { runId, project, hops }: { runId: string; project: string; hops: number },
  { n, type, data, subject, source, extensions }: EmitEffect,
  time: number,
): NewEvent {
  return {
    project,
    attributes: {
      id: effectId(runId, n),
      source: source ?? `autoflow/runs/${runId}`,
      type,
      time: new Date(time).toISOString(),
      datacontenttype: "application/json",
      ...(subject !== undefined && { subject }),
      ...(extensions !== undefined && { extensions }),
    },
    body: new TextEncoder().encode(data),
    overlay: "",
    cause: { runId, hops: hops + 1 },
  };
}

/** gRPC: invalid argument, and what Temporal says of too much at once. */
const invalidArgument = 3;

function mayGoWellLater(error: unknown): boolean {
  if (error instanceof AutoFlowError && error.httpStatus < 500) return false;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return (cause.code as number) !== invalidArgument && !isTooLarge(cause.details);
  }
  return error instanceof ServiceError || error instanceof AutoFlowError;
}

function isTooLarge(details: string): boolean {
  return /exceeds size limit|larger than max|too large/i.test(details);
}
