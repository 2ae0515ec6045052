/**
 * Turns: hands a run's messages to its machine, one at a time, and puts what comes of it into the next commit. Everything here
 * is synchronous; a run's arrivals, effects, history and, where it parks, its state are in one commit or not at all.
 */
import type { Arrival } from "../../core/arrival.ts";
import { maxMailboxBytes } from "../../core/arrival.ts";
import type { AwaitEffect, Effect } from "../../core/effect.ts";
import type { AutoFlowError } from "../../core/errors.ts";
import { fingerprint } from "../../core/hash.ts";
import type { Outcome, Turn } from "../../core/program.ts";
import type { WireText } from "../../core/wire.ts";
import type { ActiveRun, Taken } from "./active-run.ts";
import { nextArrival } from "./arrivals.ts";
import type { Core } from "./core.ts";
import { gather, hasNews } from "./gathering.ts";
import { close, failure, record, release } from "./recording.ts";

/** One call of a machine computes at most so many steps: well under a millisecond. */
const stepBudget = 30_000;
/** What recomputing an entry costs beside its steps, as steps. */
const costPerEntry = 5000;

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

/** The digest of a turn: what a recomputation must give again. */
export function digestOf(turn: Turn): string {
  return fingerprint(JSON.stringify(turn.effects), JSON.stringify(turn.outcome ?? null));
}

function applyTurn(core: Core, run: ActiveRun, turn: Turn): void {
  const { outcome, signals } = turn;
  const effectsText = JSON.stringify(turn.effects);
  const digest = fingerprint(effectsText, JSON.stringify(outcome ?? null));
  for (const effect of turn.effects) {
    // What is said of a task before it is closed.
    if (effect.kind === "amend" && run.ledger.open.has(effect.target)) core.tasks.amend(run, effect);
    if (effect.kind !== "cancel") continue;
    core.children.closed(run, effect.target);
    close(core, run, effect.target);
  }
  const resolved = turn.effects.some((effect) => effect.kind === "await" && typeof effect.since !== "number");
  const effects = resolved ? turn.effects.map((effect) => resolveSince(core, run, effect)) : turn.effects;
  const { began } = run;
  run.began = undefined;
  const rest = {
    ...(outcome === undefined ? {} : { outcome }),
    digest,
    ...(signals === undefined ? {} : { signals }),
    ...(began === undefined ? {} : { began }),
  };
  const text = `{"turn":{"effects":${resolved ? JSON.stringify(effects) : effectsText},${JSON.stringify(rest).slice(1)}}`;
  record(run, { turn: { effects, ...rest } }, text);
  run.costSinceState += turn.steps + costPerEntry;
  run.outcome = outcome;
  for (const effect of effects) perform(core, run, effect);
  if (outcome?.kind === "continued") continueAs(core, run, outcome);
  run.mailHeld = turn.mailboxBytes > maxMailboxBytes;
}

/** A run that cannot go on as another one has failed. */
function continueAs(core: Core, run: ActiveRun, outcome: Outcome & { kind: "continued" }): void {
  const error = core.children.continueAs(run, outcome);
  if (error === undefined) return;
  run.outcome = { kind: "failed", error };
  const text = `it cannot continue as ${outcome.definition.name}: ${error.message}`;
  record(run, { note: { text, level: "error", outcome: run.outcome } });
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
      const accepted = core.mail.signal(effect.runId, effect.name, effect.payload);
      const value = (accepted ? "true" : "false") as WireText;
      run.incoming.push({ incoming: { kind: "answer", effect: effect.n, value }, needsRow: true });
      return;
    }
    case "spawn":
      if (run.ledger.open.has(effect.n)) core.children.spawn(run, effect);
      return;
    case "ask":
      if (run.ledger.open.has(effect.n)) core.tasks.open(run, effect);
      return;
    case "reply":
      core.tasks.reply(run, effect);
      return;
    case "emit":
      core.dispatcher.emit(run, effect);
      return;
    default:
  }
}

function lookBack(core: Core, run: ActiveRun, effect: AwaitEffect): void {
  const found = core.eventLog.lookBack(run.record, effect.filter, effect.since as number);
  if (found.truncated) {
    const text = `looking back for ${effect.filter.types.join(", ")} ended at its limit; older events were not considered`;
    record(run, { note: { text, level: "warn" } });
  }
  if (found.seq !== undefined) {
    run.incoming.push({ incoming: { kind: "event", effect: effect.n, event: found.seq }, needsRow: true });
  } else {
    core.mail.watch(run, effect);
  }
}
