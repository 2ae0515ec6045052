/** Tells the worker's process what a run prints and how it ends, at once: for people who watch. Nothing depends on it. */
import { proxySinks, workflowInfo } from "@temporalio/workflow";
import type { Outcome, RunStart } from "../../../../core/program.ts";
import { type HistoryRow, toEntries } from "../../../run/history-text.ts";
import type { JournalItem } from "../../../run/journal-item.ts";
import type { RunInput } from "../../protocol/run.ts";
import type { RunOfEntries, RunSinks } from "../../protocol/run-sinks.ts";

const { autoflow } = proxySinks<RunSinks>();

/** Not again when a history is computed again. */
export function tellEntries(
  { definition, start }: RunInput,
  row: HistoryRow & { items: readonly [JournalItem] },
): void {
  const [item] = row.items;
  if (!isWorthTelling(item) || workflowInfo().unsafe.isReplaying) return;
  autoflow.entries(runOf(definition, start), toEntries(row).filter(isWatched));
  const outcome = outcomeOf(item);
  if (outcome === undefined) return;
  const state = outcome.kind === "continued" ? "succeeded" : outcome.kind;
  autoflow.ended(definition, state, row.time - start.time);
}

function runOf(definition: string, { runId: id, project, trigger }: RunStart): RunOfEntries {
  return { id, project, definition, trigger };
}

/** Looked at for every item: without making its texts. */
function isWorthTelling(item: JournalItem): boolean {
  return outcomeOf(item) !== undefined || ("turn" in item && item.turn.effects.some(({ kind }) => kind === "log"));
}

function outcomeOf(item: JournalItem): Outcome | undefined {
  if ("note" in item) return item.note.outcome;
  return "turn" in item ? item.turn.outcome : undefined;
}

function isWatched({ kind, effect }: ReturnType<typeof toEntries>[number]): boolean {
  return kind === "ended" || effect?.kind === "log";
}
