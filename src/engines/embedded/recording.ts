/** What happened to a run since its last commit: its history, and what it needs no more. */
import type { AutoFlowError } from "../../core/errors.ts";
import type { Outcome } from "../../core/program.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { applyItem, dueOf } from "../run/ledger.ts";
import type { JournalItem } from "../run/journal-item.ts";

/** Puts something that happened to a run into its ledger and into its next commit. */
export function record(run: ActiveRun, item: JournalItem, text = JSON.stringify(item)): void {
  if ("arrival" in item && item.arrival.kind === "event") run.costSinceState += text.length;
  applyItem(run.ledger, item);
  run.items.push(item);
  run.texts.push(text);
}

/**
 * The stored timer or wait of an effect goes with the run's next commit, and not before: what made it superfluous is in that
 * commit too.
 */
export function release(run: ActiveRun, effect: number): void {
  const entry = run.ledger.open.get(effect);
  if (entry?.stored !== true) return;
  entry.stored = false;
  const due = dueOf(entry);
  if (due !== undefined) run.released.push({ effect, due });
  else if (entry.effect.kind === "await") run.released.push({ effect, filter: entry.effect.filter });
}

/** An effect is open no more: an attempt under way is aborted, stored timers and waits go with the run's next commit. */
export function close(core: Core, run: ActiveRun, effect: number): void {
  const entry = run.ledger.open.get(effect);
  if (entry === undefined) return;
  run.aborts.get(effect)?.abort();
  release(run, effect);
  if (entry.effect.kind === "await") core.mail.unwatch(run, entry.effect);
  else if (entry.effect.kind === "ask") core.tasks.close(run, effect);
}

/** An end that is not the script's doing. */
export function failure(code: AutoFlowError["code"], message: string): Outcome {
  return { kind: "failed", error: { type: "engine", code, message, retryable: false } };
}
