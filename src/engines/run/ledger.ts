/**
 * The ledger: what the engine knows about a run beside the Program's state. It is stored with the state, and is brought up to
 * date from the journal exactly as the machine is.
 */
import type {
  AskEffect,
  AwaitEffect,
  CallEffect,
  OpenEffect,
  SignalEffect,
  SleepEffect,
  SpawnEffect,
} from "../../core/effect.ts";
import type { Failure } from "../../core/failure.ts";
import type { JournalItem } from "./journal-item.ts";
import { staysOpen } from "../../core/effect.ts";

export interface OpenCall {
  effect: CallEffect;
  /** Attempts started. */
  attempt: number;
  /** Attempts that were interrupted by the end of the process and do not count against the policy. */
  free: number;
  /** Epoch ms at which the first attempt started. */
  since: number;
  /** When the next attempt starts; absent while one is under way. */
  next?: number;
  error?: Failure;
  /** Raised by an operator's retry. */
  epoch: number;
  stored?: boolean;
}

export interface OpenWait {
  effect: SleepEffect | AwaitEffect | SignalEffect | SpawnEffect | AskEffect;
  /** There is a row in `timers` or `waits` for it. */
  stored?: boolean;
}

export type OpenEntry = OpenCall | OpenWait;

export interface Ledger {
  /** Sequence number of the last arrival. */
  arrivals: number;
  turns: number;
  /** Epoch ms of the last turn; time never goes back within a run. */
  time: number;
  /** Number of the next history entry. */
  entry: number;
  open: Map<number, OpenEntry>;
  /** Names of the signals that the run waits for. */
  signals: readonly string[];
  /** It has asked for child runs. */
  spawned: boolean;
}

const noSignals: readonly string[] = [];

/** History entry 1 says that the run began; the journal goes on from 2. */
export const firstJournalEntry = 2;

export function newLedger(time: number): Ledger {
  return { arrivals: 0, turns: 0, time, entry: firstJournalEntry, open: new Map(), signals: noSignals, spawned: false };
}

/** A list, since every sleeping run has one: names would be a quarter of it. */
type StoredLedger = [
  arrivals: number,
  turns: number,
  time: number,
  entry: number,
  open: OpenEntry[],
  signals?: readonly string[],
  spawned?: boolean,
];

export function encodeLedger({ arrivals, turns, time, entry, open, signals, spawned }: Ledger): string {
  const stored: StoredLedger = [arrivals, turns, time, entry, [...open.values()]];
  if (signals.length > 0 || spawned) stored.push(signals);
  if (spawned) stored.push(spawned);
  return JSON.stringify(stored);
}

export function decodeLedger(text: string): Ledger {
  const [arrivals, turns, time, entry, open, signals = noSignals, spawned = false] = JSON.parse(text) as StoredLedger;
  return { arrivals, turns, time, entry, open: new Map(open.map((each) => [each.effect.n, each])), signals, spawned };
}

export function isCall(entry: OpenEntry): entry is OpenCall {
  return entry.effect.kind === "call";
}

/**
 * When an open effect's timer is due, the next attempt of a call or the end of a sleep: epoch ms, whole, and not before what the
 * Program has asked for. Undefined when it has none.
 */
export function dueOf(entry: OpenEntry): number | undefined {
  const due = isCall(entry) ? entry.next : entry.effect.kind === "sleep" ? entry.effect.until : undefined;
  return due === undefined ? undefined : Math.ceil(due);
}

function openEntry(effect: OpenEffect, time: number): OpenEntry {
  return effect.kind === "call" ? { effect, attempt: 1, free: 0, since: time, epoch: 0 } : { effect };
}

/** Brings the ledger up to date with something that happened. */
export function applyItem(ledger: Ledger, item: JournalItem): void {
  if ("arrival" in item) {
    ledger.arrivals = item.arrival.seq;
    ledger.time = item.arrival.time;
    if ("effect" in item.arrival) ledger.open.delete(item.arrival.effect);
  } else if ("turn" in item) {
    ledger.turns++;
    ledger.signals = item.turn.signals ?? noSignals;
    for (const effect of item.turn.effects) {
      if (effect.kind === "spawn") ledger.spawned = true;
      if (staysOpen(effect)) ledger.open.set(effect.n, openEntry(effect, ledger.time));
      else if (effect.kind === "cancel") ledger.open.delete(effect.target);
    }
  } else if ("failed" in item) {
    const call = ledger.open.get(item.failed.effect);
    if (call !== undefined && isCall(call)) {
      call.error = item.failed.error;
      call.next = item.failed.next;
    }
  } else if ("attempt" in item) {
    const call = ledger.open.get(item.attempt.effect);
    if (call !== undefined && isCall(call)) {
      call.attempt = item.attempt.attempt;
      call.free = item.attempt.free;
      delete call.next;
      delete call.stored;
    }
  }
}
