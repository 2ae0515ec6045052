/** Brings a run from the store into memory: its last state, and the turns since, recomputed and compared with the journal. */
import type { Turn } from "../../core/program.ts";
import { type ActiveRun, newActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { deathsToSuspend } from "./crash-note.ts";
import { authorsPath } from "./drivers.ts";
import { applyItem, decodeLedger, dueOf, firstJournalEntry, isCall, type Ledger, newLedger } from "../run/ledger.ts";
import { runStart } from "./run-start.ts";
import { entriesOf } from "../run/journal-item.ts";
import type { JournalRow } from "./store/journal.ts";
import type { StoredRun } from "./store/runs.ts";
import { digestOf, failLoaded } from "./turns.ts";

/** The run, ready to go on; undefined when it does not exist, has ended, or is suspended (by now, too). */
export function loadRun(core: Core, id: number): ActiveRun | undefined {
  const row = core.data.runs.find(id);
  if (row === undefined || row.endedAt !== undefined || row.status === "suspended") return undefined;
  if (core.keyed.isHeld(row)) return undefined;
  if ((core.deaths.get(id) ?? 0) >= deathsToSuspend) {
    suspend(core, row);
    return undefined;
  }
  return bringUp(core, row);
}

/** A run as its row and its journal tell it. */
export function bringUp(core: Core, row: StoredRun): ActiveRun {
  const { id } = row;
  const image = core.image(row.version);
  const version = core.data.definitions.version(row.version);
  const rows = rowsSince(core, row);
  const isNew = row.state === undefined && rows.length === 0;
  const time = isNew && row.key !== undefined ? core.now : beganAt(row, rows);
  const ledger = row.ledger === undefined ? newLedger(time) : decodeLedger(row.ledger);
  const run = newActiveRun(row, row.status, {
    definition: authorsPath(core.data.definitions.definition(version.definition).path),
    image,
    machine: image.open(runStart(core, row, time), row.state),
    ledger,
    stateEntry: row.entry,
    started: row.state !== undefined,
  });
  if (isNew && time !== row.createdAt) run.began = time;
  const divergence = replay(run, rows);
  for (const { n, message } of core.data.inbox.of(id)) run.incoming.push({ incoming: message, row: n });
  run.hadInbox = run.incoming.length > 0;
  if (divergence !== undefined) {
    const last = rows.at(-1)!;
    ledger.entry = last.entry + count(last);
    failLoaded(core, run, "RUN_DIVERGED", divergence);
  } else if (run.started) resume(core, run);
  return run;
}

/** The time of the first turn: later than the run's creation where it was held. Without its state that is in the first row. */
function beganAt({ createdAt }: StoredRun, rows: readonly JournalRow[]): number {
  const first = rows[0]?.items[0];
  return first !== undefined && "turn" in first ? (first.turn.began ?? createdAt) : createdAt;
}

/** Computes what the journal says beyond the state. Returns how it differed, if it did; then nothing of it is used. */
function replay(run: ActiveRun, rows: readonly JournalRow[]): string | undefined {
  const { ledger } = run;
  let turn: Turn | undefined;
  for (const journalRow of rows) {
    for (const item of journalRow.items) {
      if ("arrival" in item) turn = finish(run, item.arrival);
      else if ("turn" in item) {
        turn ??= finish(run, undefined);
        const digest = digestOf(turn);
        if (digest !== item.turn.digest) {
          return (
            `turn ${ledger.turns + 1} was committed with the digest ${item.turn.digest} and is now ${digest}` +
            versions(journalRow.machineVersion, run.image.machineVersion)
          );
        }
        turn = undefined;
        run.started = true;
        run.outcome = item.turn.outcome;
      }
      applyItem(ledger, item);
    }
    ledger.entry = journalRow.entry + count(journalRow);
  }
  return undefined;
}

function versions(then: number, now: number): string {
  return then === now
    ? ""
    : `; version ${then} of the language's machine computed it then, and version ${now} does now`;
}

function rowsSince(core: Core, row: StoredRun): JournalRow[] {
  const from = Math.max(row.entry, firstJournalEntry);
  return core.data.journal.rowsFrom(row.id, from, Number.MAX_SAFE_INTEGER);
}

function count(row: JournalRow): number {
  let entries = 0;
  for (const item of row.items) entries += Math.max(1, entriesOf(item));
  return entries;
}

function finish(run: ActiveRun, arrival: Parameters<ActiveRun["machine"]["step"]>[0]): Turn {
  let turn = run.machine.step(arrival, Number.MAX_SAFE_INTEGER);
  while (turn === "running") turn = run.machine.step(undefined, Number.MAX_SAFE_INTEGER);
  return turn;
}

/** Takes up what was under way: attempts whose outcome is not known, timers, waits. */
function resume(core: Core, run: ActiveRun): void {
  for (const entry of run.ledger.open.values()) {
    if (isCall(entry)) {
      if (entry.next === undefined) core.performer.resumeInterrupted(run, entry);
    } else if (entry.effect.kind === "await" && entry.stored !== true) {
      core.mail.watch(run, entry.effect);
    }
  }
  armLoaded(core, run, run.ledger);
}

function armLoaded(core: Core, run: ActiveRun, ledger: Ledger): void {
  for (const [effect, entry] of ledger.open) {
    const due = dueOf(entry);
    if (due === undefined) continue;
    run.armed.set(effect, due);
    core.timers.arm({ due, run: run.record.id, effect }, entry.stored === true);
  }
}

function suspend(core: Core, row: StoredRun): void {
  core.options.log.error("a run is suspended: it was being computed at three deaths of the process", { run: row.uuid });
  core.data.runs.mark(core.committer.batch, row.id, { from: row.status, to: "suspended" }, core.now);
}
