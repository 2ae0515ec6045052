/** Runs as people and tools see them, put together of what lists, memos, answers of workers and results tell. */
import type { Failure } from "../../../core/failure.ts";
import { hasEnded, type HistoryEntry, type RunDetails, type RunSummary } from "../../../core/run.ts";
import type { Settled } from "../../../core/workflows.ts";
import { startText } from "../../run/start-text.ts";
import type { RunMemo, RunView } from "../protocol/run.ts";
import type { Execution } from "./executions.ts";

/** What is in a list. `view` is that of an ended one's result, or an answer about an open one. */
export function runSummary(execution: Execution, view?: RunView): RunSummary {
  const { runId, about, live, startedAt } = execution;
  const endedAt = execution.endedAt ?? (view && hasEnded(view.state) ? (view.endedAt ?? view.updatedAt) : undefined);
  const summary: RunSummary = {
    id: runId,
    project: about.project,
    definition: about.definition,
    trigger: about.trigger,
    // Of an execution that ended, Temporal has the last word: its worker may not know that it was terminated.
    state: execution.endedAt === undefined ? (view?.state ?? execution.state) : execution.state,
    imageHash: about.imageHash,
    createdAt: about.createdAt,
    updatedAt: endedAt ?? view?.updatedAt ?? live?.updatedAt ?? startedAt,
  };
  if (about.eventId !== undefined) summary.eventId = about.eventId;
  if (about.eventSource !== undefined) summary.eventSource = about.eventSource;
  const error = view?.error ?? failureOfBroken(execution);
  if (error !== undefined) summary.error = error;
  if (endedAt !== undefined) return { ...summary, endedAt };
  const waitingFor = view === undefined ? live?.waitingFor : view.waitingFor;
  return waitingFor === undefined ? summary : { ...summary, waitingFor };
}

/** An execution that failed or was ended without the run's doing. */
function failureOfBroken({ state, broken }: Execution): Failure | undefined {
  if (broken === undefined || state !== "failed") return undefined;
  return { type: "engine", code: "RUN_FAILED", message: broken, retryable: false };
}

/** `input`: where the memo does not hold it. */
export function runDetails(execution: Execution, view: RunView | undefined, input?: string): RunDetails {
  const { about } = execution;
  const summary = runSummary(execution, view);
  const ended = hasEnded(summary.state);
  const details: RunDetails = {
    ...summary,
    turns: view?.turns ?? 0,
    stateBytes: view?.stateBytes ?? 0,
    openEffects: ended ? [] : (view?.openEffects ?? []),
  };
  if (about.commit !== undefined) details.commit = about.commit;
  if (about.author !== undefined) details.author = about.author;
  if (about.workflow !== undefined) details.workflow = about.workflow;
  if ((about.input ?? input) !== undefined) details.input = (about.input ?? input)!;
  if (about.starter !== undefined) details.starter = about.starter;
  addKin(about, details);
  if (view === undefined) return details;
  if (summary.state === "succeeded" && view.value !== undefined) details.value = view.value;
  if (summary.state === "failed" && view.repairable === true) details.repairable = true;
  if (view.continuedAs !== undefined) details.continuedAs = view.continuedAs;
  if (view.inspection !== undefined && (!ended || details.repairable === true)) details.inspection = view.inspection;
  if (view.data !== undefined && about.workflow !== undefined) details.data = view.data;
  return details;
}

/** The runs that it came of. */
function addKin({ kin }: RunMemo, details: RunDetails): void {
  if (kin?.parent !== undefined) details.parent = { runId: kin.parent.runId, effect: kin.parent.effect };
  if (kin?.continues === undefined) return;
  details.continuedFrom = kin.continues;
  details.chain = kin.chain;
}

/** How a run stands, in short. */
export function settledOf(execution: Pick<Execution, "state">, view: RunView | undefined): Settled {
  const result: Settled = { state: view?.state ?? execution.state };
  const data = view?.data ?? (result.state === "succeeded" ? view?.value : undefined);
  if (data !== undefined) result.data = data;
  if (result.state === "failed" && view?.error !== undefined) result.error = view.error;
  return result;
}

/** The first entry of its history. */
export function startEntry(about: RunMemo): HistoryEntry {
  const { definition: path, trigger, eventId: id, eventType: type, kin, starter, createdAt } = about;
  const event = id === undefined || type === undefined ? undefined : { id, type };
  const text = startText({ path, trigger, event, continues: kin?.continues, parent: starter?.parent?.runId });
  return { seq: 1, time: createdAt, kind: "started", text };
}
