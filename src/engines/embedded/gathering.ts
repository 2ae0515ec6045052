/** What a run did goes into the next commit: its history, its messages and, where it parks, its state; and what follows the commit. */
import { AutoFlowError } from "../../core/errors.ts";
import { entriesOf } from "../run/journal-item.ts";
import type { Outcome } from "../../core/program.ts";
import { hasEnded } from "../../core/run.ts";
import type { ActiveRun } from "./active-run.ts";
import { hasWork } from "./arrivals.ts";
import type { Core } from "./core.ts";
import { dueOf, encodeLedger, isCall } from "../run/ledger.ts";
import { dataOf, settledRun } from "./settling.ts";
import { close, failure, record } from "./recording.ts";
import { journalBody } from "./store/journal.ts";
import type { StoredOutcome } from "./store/runs.ts";
import { settledNow } from "./workflows.ts";

/** The state is written when a resume would recompute more than this (steps, with each entry counting as many). */
const mostCostSinceState = 60_000;

/** History keeps the first and the last entries of a long run. */
const historyHead = 100;
const historyTail = 10_000;

/** Something happened that the next commit must contain. */
export function hasNews(run: ActiveRun): boolean {
  return run.items.length > 0 || run.consumedRows.length > 0 || run.released.length > 0;
}

/** Adds what a run did to the next commit, with its state where it parks. */
export function gather(core: Core, run: ActiveRun): void {
  if (!hasNews(run) && !(run.storedStatus === "running" && canPark(run))) {
    run.phase = "idle";
    if (canPark(run)) forget(core, run);
    return;
  }
  run.phase = "committing";
  const parks = run.outcome === undefined && canPark(run);
  const stands = run.outcome === undefined && !run.midTurn;
  const wanted = (stands && (parks || run.costSinceState > mostCostSinceState)) || isRepairable(run.outcome);
  const state = wanted ? snapshot(core, run) : undefined;
  writeJournal(core, run);
  removeReleased(core, run);
  if (run.outcome !== undefined) writeEnd(core, run, run.outcome, state);
  else if (state !== undefined) writeState(core, run, state, parks);
  else if (run.storedStatus === "waiting")
    writeStatus(core, run, run.status === "cancelling" ? "cancelling" : "running");
  for (const row of run.consumedRows.splice(0)) core.data.inbox.remove(core.committer.batch, run.record.id, row);
  keepUnconsumed(core, run);
  core.committer.onCommitted(() => committed(core, run));
}

/** Writes a run's state whatever it is doing; a turn that is under way is computed again from the last one. */
export function writeOut(core: Core, run: ActiveRun): void {
  const stands = run.started && !run.midTurn && run.outcome === undefined;
  if (!stands || run.phase === "committing" || run.phase === "gone") return;
  const state = snapshot(core, run);
  if (state === undefined) return;
  writeJournal(core, run);
  removeReleased(core, run);
  writeState(core, run, state, canPark(run));
  for (const row of run.consumedRows.splice(0)) core.data.inbox.remove(core.committer.batch, run.record.id, row);
  keepUnconsumed(core, run);
}

/** Nothing is under way that only memory knows of. */
function canPark(run: ActiveRun): boolean {
  if (hasWork(run)) return false;
  if (!run.started || run.midTurn || run.toPerform.length > 0) return false;
  for (const entry of run.ledger.open.values()) if (isCall(entry) && entry.next === undefined) return false;
  return true;
}

function isRepairable(outcome: Outcome | undefined): boolean {
  return outcome?.kind === "failed" && outcome.repairable === true;
}

/** The state's bytes; a state that is too large ends the run, or makes the end that it has come to final. */
function snapshot(core: Core, run: ActiveRun): Uint8Array | undefined {
  try {
    return run.machine.snapshot();
  } catch (error) {
    const code = error instanceof AutoFlowError ? error.code : "RUN_FAILED";
    if (!(error instanceof AutoFlowError))
      core.options.log.error("a snapshot failed", { run: run.record.uuid, error: String(error) });
    const outcome =
      run.outcome?.kind === "failed"
        ? { kind: run.outcome.kind, error: run.outcome.error }
        : failure(code, error instanceof Error ? error.message : String(error));
    run.outcome = outcome;
    record(run, { note: { text: "the run's state could not be stored", level: "error", outcome } });
    return undefined;
  }
}

function writeJournal(core: Core, run: ActiveRun): void {
  if (run.texts.length === 0) return;
  if (core.deaths.delete(run.record.id)) core.data.runs.forgetDeaths(core.committer.batch, run.record.id);
  core.data.journal.append(
    core.committer.batch,
    run.record.id,
    run.ledger.entry,
    journalBody(core.now, run.texts, run.image.machineVersion),
  );
  const first = run.ledger.entry;
  let count = 0;
  for (const item of run.items) count += Math.max(1, entriesOf(item));
  run.ledger.entry += count;
  core.history.gathered(core, run, first, run.items);
  run.items = [];
  run.texts = [];
}

function removeReleased(core: Core, run: ActiveRun): void {
  const { batch } = core.committer;
  const { id, project } = run.record;
  for (const { effect, ...stored } of run.released.splice(0)) {
    if ("due" in stored) core.data.timers.remove(batch, { due: stored.due, run: id, effect });
    else core.data.waits.remove(batch, project, stored.filter, { run: id, effect });
  }
}

/** `state`: that of a run that can be repaired. */
function writeEnd(core: Core, run: ActiveRun, outcome: Outcome, state: Uint8Array | undefined): void {
  const { batch } = core.committer;
  const status = outcome.kind === "continued" ? "succeeded" : outcome.kind;
  run.status = status;
  core.children.ended(run, outcome);
  for (const effect of run.ledger.open.keys()) close(core, run, effect);
  removeReleased(core, run);
  const move = { from: run.storedStatus, to: status };
  const end = {
    outcome: outcomeText(run, outcome),
    ledger: encodeLedger({ ...run.ledger, open: new Map(), signals: [] }),
    entry: run.ledger.entry,
  };
  if (state === undefined) core.data.runs.end(batch, run.record.id, move, end, core.now);
  else core.data.runs.endRepairable(batch, run.record.id, move, { ...end, state }, core.now);
  if (run.incoming.length > 0 || run.hadInbox) core.data.inbox.clear(batch, run.record.id);
  run.incoming = [];
  run.toPerform = [];
  run.storedStatus = status;
}

/** The outcome, with the data for people where it does not tell it. */
function outcomeText(run: ActiveRun, outcome: Outcome): string {
  const data = dataOf(run);
  const isTold = data === undefined || (outcome.kind === "succeeded" && outcome.value === data);
  return JSON.stringify(isTold ? outcome : ({ ...outcome, data } satisfies StoredOutcome));
}

function writeState(core: Core, run: ActiveRun, state: Uint8Array, parks: boolean): void {
  const { batch } = core.committer;
  const { record: fixed, ledger } = run;
  if (parks) storeWaits(core, run);
  const status = run.status === "cancelling" ? "cancelling" : parks ? "waiting" : "running";
  run.stateEntry = ledger.entry;
  run.costSinceState = 0;
  const move = { from: run.storedStatus, to: status } as const;
  run.storedStatus = status;
  run.status = status;
  core.data.runs.park(batch, fixed.id, move, { entry: ledger.entry, state, ledger: encodeLedger(ledger) }, core.now);
  if (ledger.entry > historyHead + 2 * historyTail)
    core.data.journal.thin(batch, fixed.id, historyHead, ledger.entry - historyTail);
}

function writeStatus(core: Core, run: ActiveRun, status: "running" | "cancelling"): void {
  core.data.runs.mark(core.committer.batch, run.record.id, { from: run.storedStatus, to: status }, core.now);
  run.storedStatus = status;
  run.status = status;
}

/** Timers and waits of a parked run are found through the store. */
function storeWaits(core: Core, run: ActiveRun): void {
  const { batch } = core.committer;
  const id = run.record.id;
  for (const [effect, entry] of run.ledger.open) {
    const due = dueOf(entry);
    if (entry.stored !== true) {
      if (due !== undefined) core.data.timers.add(batch, { due, run: id, effect });
      else if (entry.effect.kind === "await") {
        core.data.waits.add(batch, run.record.project, entry.effect.filter, { run: id, effect });
      }
      entry.stored = true;
    }
  }
}

/** Messages of this commit that the run has not consumed are kept with it, that of a turn under way among them. */
function keepUnconsumed(core: Core, run: ActiveRun): void {
  for (const pending of run.taken === undefined ? run.incoming : [run.taken.pending, ...run.incoming]) {
    if (pending.needsRow !== true) continue;
    pending.needsRow = false;
    run.hadInbox = true;
    pending.row = core.data.inbox.add(core.committer.batch, run.record.id, pending.incoming as never);
  }
}

/** After the commit: attempts start, and the run goes on, or leaves memory. */
function committed(core: Core, run: ActiveRun): void {
  core.history.wake(run.record.uuid);
  if (core.isClosed) return;
  run.phase = "idle";
  if (hasEnded(run.storedStatus)) {
    core.options.observer.runEnded(run.definition, run.storedStatus, core.now - run.record.createdAt);
    forget(core, run);
    core.keyed.ended(run.record);
    return;
  }
  armTimers(core, run);
  const calls = run.toPerform;
  run.toPerform = [];
  for (const effect of calls) core.performer.start(run, effect);
  if (run.midTurn || hasWork(run) || run.items.length > 0 || run.toPerform.length > 0 || run.outcome !== undefined)
    core.makeReady(run);
  else if (run.phase === "idle" && run.storedStatus === "waiting" && canPark(run)) forget(core, run);
}

function armTimers(core: Core, run: ActiveRun): void {
  const id = run.record.id;
  for (const [effect, entry] of run.ledger.open) {
    const due = dueOf(entry);
    if (due === undefined || run.armed.get(effect) === due) continue;
    run.armed.set(effect, due);
    core.timers.arm({ due, run: id, effect }, entry.stored === true);
  }
}

function forget(core: Core, run: ActiveRun): void {
  run.phase = "gone";
  for (const entry of run.ledger.open.values()) {
    if (entry.effect.kind === "await") core.mail.unwatch(run, entry.effect);
  }
  core.leave(run);
  if (core.settling.size > 0) settle(core, run);
}

/** Those who wait for a run to wait are told, unless it waits for a child that does not; then they are told with that one. */
function settle(core: Core, run: ActiveRun): void {
  const { settling, children, data } = core;
  const { id } = run.record;
  const hasStopped = hasEnded(run.storedStatus);
  if (settling.isAwaited(id) && (hasStopped || !run.ledger.spawned || !children.awaitsBusy(id)))
    settling.settle(id, settledRun(run));
  for (let parent = hasStopped ? undefined : run.record.kin?.parent; parent?.awaited === true;) {
    const row = data.runs.find(parent.run);
    if (row === undefined) return;
    if (settling.isAwaited(row.id) && !children.isBusy(row.id)) settling.settle(row.id, settledNow(core, row));
    parent = row.kin?.parent;
  }
}
