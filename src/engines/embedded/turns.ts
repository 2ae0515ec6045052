/**
 * Turns: hands a run's messages to its machine, one at a time, and puts what comes of it into the next commit. Everything here
 * is synchronous; a run's arrivals, effects, history and, where it parks, its state are in one commit or not at all.
 */
import type { Arrival } from "../../core/arrival.ts";
import { maxMailboxBytes } from "../../core/arrival.ts";
import type { AwaitEffect, Effect } from "../../core/effect.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { fingerprint } from "../../core/hash.ts";
import type { Outcome, Turn } from "../../core/program.ts";
import { hasEnded } from "../../core/run.ts";
import type { WireText } from "../../core/wire.ts";
import type { ActiveRun, Pending, Taken } from "./active-run.ts";
import type { Core } from "./core.ts";
import { applyItem, encodeLedger, isCall } from "./ledger.ts";
import { entriesOf, type JournalItem } from "./store/journal.ts";

/** One call of a machine computes at most so many steps: well under a millisecond. */
const stepBudget = 30_000;
/** The state is written when a resume would recompute more than this (steps, with each entry counting as many). */
const costPerEntry = 5000;
const mostCostSinceState = 60_000;
const wireNull = "null" as WireText;

/**
 * Computes what the run has to do, until nothing is left (then it has been added to the next commit) or the time is up ("again").
 */
export function advance(core: Core, run: ActiveRun, until: number): "again" | "done" {
  if (run.phase !== "ready") return "done";
  const startedAt = performance.now();
  let steps = 0;
  while (run.outcome === undefined) {
    const turn = nextTurn(core, run);
    if (turn === undefined) break;
    if (turn !== "running") {
      steps += turn.steps;
      applyTurn(core, run, turn);
    }
    if (turn === "running" && performance.now() >= until) {
      if (!hasNews(run)) return "again";
      // What earlier turns put into this commit must not be there without the turns themselves.
      break;
    }
  }
  core.options.observer.turnComputed(steps, performance.now() - startedAt);
  gather(core, run);
  return "done";
}

function nextTurn(core: Core, run: ActiveRun): Turn | "running" | undefined {
  let arrival: Arrival | undefined;
  if (run.started && !run.midTurn) {
    run.taken = nextArrival(core, run);
    arrival = run.taken?.arrival;
    if (arrival === undefined) return undefined;
  }
  run.started = true;
  const turn = step(core, run, arrival);
  run.midTurn = turn === "running";
  if (turn !== "running" && run.taken !== undefined) consume(run, run.taken);
  return turn;
}

/** The turn of an arrival is complete. */
function consume(run: ActiveRun, { arrival, pending }: Taken): void {
  run.taken = undefined;
  if (pending.row !== undefined) run.consumedRows.push(pending.row);
  if ("effect" in arrival) release(run, arrival.effect);
  record(run, { arrival });
}

/** A machine answers a script's faults with an outcome; anything thrown is a fault of ours and ends only this run. */
function step(core: Core, run: ActiveRun, arrival: Arrival | undefined): Turn | "running" {
  try {
    return run.machine.step(arrival, stepBudget);
  } catch (error) {
    core.options.log.error("a machine threw", {
      run: run.record.uuid,
      error: String(error),
      stack: (error as Error).stack,
    });
    return {
      effects: [],
      outcome: failure("RUN_FAILED", `internal error: ${String(error)}`),
      steps: 0,
      mailboxBytes: 0,
    };
  }
}

/** Ends a run that was loaded and cannot go on. */
export function failLoaded(core: Core, run: ActiveRun, code: AutoFlowError["code"], message: string): void {
  const outcome = failure(code, message);
  run.outcome = outcome;
  core.options.log.error(message, { run: run.record.uuid, code });
  record(run, { note: { text: message, level: "error", outcome } });
}

/** Ends a run without asking its Program. */
export function endNow(core: Core, run: ActiveRun, outcome: Outcome): void {
  if (run.outcome !== undefined) return;
  run.outcome = outcome;
  const text = outcome.kind === "cancelled" ? `cancelled: ${outcome.reason}` : outcome.kind;
  record(run, { note: { text, level: "warn", outcome } });
  core.makeReady(run);
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

function failure(code: AutoFlowError["code"], message: string): Outcome {
  return { kind: "failed", error: { type: "engine", code, message, retryable: false } };
}

/** The next message as an arrival; messages for effects that are closed are dropped. */
function nextArrival(core: Core, run: ActiveRun): Taken | undefined {
  for (;;) {
    const at = run.incoming.findIndex((pending) => !isHeld(run, pending));
    if (at < 0) return undefined;
    const pending = run.incoming[at]!;
    run.incoming.splice(at, 1);
    const arrival = toArrival(core, run, pending);
    if (arrival !== undefined) return { arrival, pending };
    if (pending.row !== undefined) run.consumedRows.push(pending.row);
  }
}

/** A full mailbox takes no further signals; everything else still arrives. */
function isHeld(run: ActiveRun, pending: Pending): boolean {
  return run.mailHeld && pending.incoming.kind === "signal";
}

function hasWork(run: ActiveRun): boolean {
  return run.incoming.some((pending) => !isHeld(run, pending));
}

function toArrival(core: Core, run: ActiveRun, { incoming }: Pending): Arrival | undefined {
  const base = { seq: run.ledger.arrivals + 1, time: Math.max(run.ledger.time, core.now) };
  if (incoming.kind === "cancel") return { ...base, kind: "cancel", reason: incoming.reason };
  if (incoming.kind === "signal") return { ...base, kind: "signal", name: incoming.name, payload: incoming.payload };
  const entry = run.ledger.open.get(incoming.effect);
  if (entry === undefined) return undefined;
  if (incoming.kind === "event") {
    const event = core.dispatcher.eventText(incoming.event);
    if (event === undefined) return undefined;
    if (entry.effect.kind === "await") core.dispatcher.unwatch(run, entry.effect);
    return { ...base, kind: "event", effect: incoming.effect, event, position: incoming.event };
  }
  if (incoming.kind === "timer") return { ...base, kind: "answer", effect: incoming.effect, value: wireNull };
  const answer: Arrival = { ...base, kind: "answer", effect: incoming.effect };
  if (incoming.value !== undefined) answer.value = incoming.value;
  if ("error" in incoming && incoming.error !== undefined) answer.error = incoming.error;
  return answer;
}

function record(run: ActiveRun, item: JournalItem, text = JSON.stringify(item)): void {
  if ("arrival" in item && item.arrival.kind === "event") run.costSinceState += text.length;
  applyItem(run.ledger, item);
  run.items.push(item);
  run.texts.push(text);
}

/** Puts something that happened to a run into the next commit of it. */
export function note(run: ActiveRun, item: JournalItem): void {
  record(run, item);
}

/** The digest of a turn: what a recomputation must give again. */
export function digestOf(turn: Turn): string {
  return fingerprint(JSON.stringify(turn.effects), JSON.stringify(turn.outcome ?? null));
}

function applyTurn(core: Core, run: ActiveRun, turn: Turn): void {
  const outcome = turn.outcome;
  const effectsText = JSON.stringify(turn.effects);
  const digest = fingerprint(effectsText, JSON.stringify(outcome ?? null));
  for (const effect of turn.effects) if (effect.kind === "cancel") close(core, run, effect.target);
  const resolved = turn.effects.some((effect) => effect.kind === "await" && typeof effect.since !== "number");
  const effects = resolved ? turn.effects.map((effect) => resolveSince(core, run, effect)) : turn.effects;
  const text = `{"turn":{"effects":${resolved ? JSON.stringify(effects) : effectsText}${
    outcome === undefined ? "" : `,"outcome":${JSON.stringify(outcome)}`
  },"digest":"${digest}"}}`;
  record(run, { turn: { effects, ...(outcome === undefined ? {} : { outcome }), digest } }, text);
  run.costSinceState += turn.steps + costPerEntry;
  run.outcome = outcome;
  for (const effect of effects) perform(core, run, effect);
  run.mailHeld = turn.mailboxBytes > maxMailboxBytes;
}

function resolveSince(core: Core, run: ActiveRun, effect: Effect): Effect {
  if (effect.kind !== "await" || typeof effect.since === "number") return effect;
  return { ...effect, since: effect.since === "start" ? run.record.position : core.data.events.last };
}

/** What happens inside the commit of the turn; calls are performed after it. */
function perform(core: Core, run: ActiveRun, effect: Effect): void {
  switch (effect.kind) {
    case "call":
      if (run.ledger.open.has(effect.n)) run.toPerform.push(effect.n);
      return;
    case "await":
      if (run.ledger.open.has(effect.n)) lookBack(core, run, effect);
      return;
    case "signal": {
      const accepted = core.dispatcher.signal(effect.runId, effect.name, effect.payload);
      const value = (accepted ? "true" : "false") as WireText;
      run.incoming.push({ incoming: { kind: "answer", effect: effect.n, value }, needsRow: true });
      return;
    }
    case "emit":
      core.dispatcher.emit(run, effect);
      return;
    default:
  }
}

function lookBack(core: Core, run: ActiveRun, effect: AwaitEffect): void {
  const found = core.dispatcher.lookBack(run.record.project, effect.filter, effect.since as number);
  if (found.truncated) {
    const text = `looking back for ${effect.filter.types.join(", ")} ended at its limit; older events were not considered`;
    record(run, { note: { text, level: "warn" } });
  }
  if (found.seq !== undefined) {
    run.incoming.push({ incoming: { kind: "event", effect: effect.n, event: found.seq }, needsRow: true });
  } else {
    core.dispatcher.watch(run, effect);
  }
}

/** An effect is open no more: an attempt under way is aborted, stored timers and waits go with the run's next commit. */
function close(core: Core, run: ActiveRun, effect: number): void {
  const entry = run.ledger.open.get(effect);
  if (entry === undefined) return;
  run.aborts.get(effect)?.abort();
  release(run, effect);
  if (entry.effect.kind === "await") core.dispatcher.unwatch(run, entry.effect);
}

/**
 * The stored timer or wait of an effect goes with the run's next commit, and not before: what made it superfluous is in that
 * commit too.
 */
export function release(run: ActiveRun, effect: number): void {
  const entry = run.ledger.open.get(effect);
  if (entry?.stored !== true) return;
  entry.stored = false;
  if (isCall(entry)) {
    if (entry.next !== undefined) run.released.push({ effect, due: entry.next });
  } else if (entry.effect.kind === "sleep") run.released.push({ effect, due: entry.effect.until });
  else if (entry.effect.kind === "await") run.released.push({ effect, filter: entry.effect.filter });
}

function removeReleased(core: Core, run: ActiveRun): void {
  const { batch } = core.committer;
  const { id, project } = run.record;
  for (const { effect, ...stored } of run.released.splice(0)) {
    if ("due" in stored) core.data.timers.remove(batch, { due: stored.due, run: id, effect });
    else core.data.waits.remove(batch, project, stored.filter, { run: id, effect });
  }
}

/** Something happened that the next commit must contain. */
function hasNews(run: ActiveRun): boolean {
  return run.items.length > 0 || run.consumedRows.length > 0 || run.released.length > 0;
}

/** Adds what a run did to the next commit, with its state where it parks. */
function gather(core: Core, run: ActiveRun): void {
  if (!hasNews(run) && !(run.storedStatus === "running" && canPark(run))) {
    run.phase = "idle";
    if (canPark(run)) forget(core, run);
    return;
  }
  run.phase = "committing";
  const parks = run.outcome === undefined && canPark(run);
  const stands = run.outcome === undefined && !run.midTurn;
  const state = stands && (parks || run.costSinceState > mostCostSinceState) ? snapshot(core, run) : undefined;
  writeJournal(core, run);
  removeReleased(core, run);
  if (run.outcome !== undefined) writeEnd(core, run, run.outcome);
  else if (state !== undefined) writeState(core, run, state, parks);
  else if (run.storedStatus === "waiting")
    writeStatus(core, run, run.status === "cancelling" ? "cancelling" : "running");
  for (const row of run.consumedRows.splice(0)) core.data.inbox.remove(core.committer.batch, run.record.id, row);
  keepUnconsumed(core, run);
  core.committer.onCommitted(() => committed(core, run));
}

/** Nothing is under way that only memory knows of. */
function canPark(run: ActiveRun): boolean {
  if (hasWork(run)) return false;
  if (!run.started || run.midTurn || run.toPerform.length > 0) return false;
  for (const entry of run.ledger.open.values()) if (isCall(entry) && entry.next === undefined) return false;
  return true;
}

/** The state's bytes; a state that is too large ends the run. */
function snapshot(core: Core, run: ActiveRun): Uint8Array | undefined {
  try {
    return run.machine.snapshot();
  } catch (error) {
    const code = error instanceof AutoFlowError ? error.code : "RUN_FAILED";
    if (!(error instanceof AutoFlowError))
      core.options.log.error("a snapshot failed", { run: run.record.uuid, error: String(error) });
    const outcome = failure(code, error instanceof Error ? error.message : String(error));
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
    `[${core.now},[${run.texts.join(",")}]]`,
  );
  const first = run.ledger.entry;
  let count = 0;
  for (const item of run.items) count += Math.max(1, entriesOf(item));
  run.ledger.entry += count;
  core.history.gathered(core, run, first, run.items);
  run.items = [];
  run.texts = [];
}

function writeEnd(core: Core, run: ActiveRun, outcome: Outcome): void {
  const { batch } = core.committer;
  run.status = outcome.kind;
  for (const effect of run.ledger.open.keys()) close(core, run, effect);
  removeReleased(core, run);
  const move = { from: run.storedStatus, to: outcome.kind };
  const ledger = encodeLedger({ ...run.ledger, open: new Map() });
  core.data.runs.end(batch, run.record.id, move, { outcome: JSON.stringify(outcome), ledger }, core.now);
  if (run.incoming.length > 0 || run.hadInbox) core.data.inbox.clear(batch, run.record.id);
  run.incoming = [];
  run.toPerform = [];
  run.storedStatus = outcome.kind;
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

/** History keeps the first and the last entries of a long run. */
const historyHead = 100;
const historyTail = 10_000;

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
    const due = isCall(entry) ? entry.next : entry.effect.kind === "sleep" ? entry.effect.until : undefined;
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
    const due = isCall(entry) ? entry.next : entry.effect.kind === "sleep" ? entry.effect.until : undefined;
    if (due === undefined || run.armed.get(effect) === due) continue;
    run.armed.set(effect, due);
    core.timers.arm({ due, run: id, effect }, entry.stored === true);
  }
}

function forget(core: Core, run: ActiveRun): void {
  run.phase = "gone";
  for (const entry of run.ledger.open.values()) {
    if (entry.effect.kind === "await") core.dispatcher.unwatch(run, entry.effect);
  }
  core.leave(run);
}
