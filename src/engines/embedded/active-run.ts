/** A run in memory: between the moment it has something to do and the commit after which it has not. */
import type { Arrival } from "../../core/arrival.ts";
import type { Filter } from "../../core/filter.ts";
import type { LoadedImage, Machine, Outcome } from "../../core/program.ts";
import type { RunState } from "../../core/run.ts";
import type { Ledger } from "../run/ledger.ts";
import type { JournalItem } from "../run/journal-item.ts";
import type { RunRecord } from "./store/runs.ts";
import type { Message } from "./store/waiting.ts";

/** What reaches a run: messages, which may be kept in the store, and timers. */
export type Incoming = Message | { kind: "timer"; effect: number };

export interface Pending {
  incoming: Incoming;
  /** Its row in the inbox, removed when it is consumed. */
  row?: number;
  /** It gets a row if the turn that caused it is committed before it is consumed. */
  needsRow?: boolean;
}

/** An arrival that a turn is being computed for; nothing of it is gathered before the turn is complete. */
export interface Taken {
  arrival: Arrival;
  pending: Pending;
}

export interface ActiveRun {
  readonly record: RunRecord;
  /** Path of the definition. */
  readonly definition: string;
  readonly image: LoadedImage;
  machine: Machine;
  ledger: Ledger;
  /** The first turn has been begun. */
  started: boolean;
  /** Epoch ms at which the first turn begins, until that is in the journal: of a run that was held. */
  began: number | undefined;
  /** A turn is under way: its budget was used up. */
  midTurn: boolean;
  taken: Taken | undefined;
  incoming: Pending[];
  /** What happened since the last commit, and its JSON. */
  items: JournalItem[];
  texts: string[];
  /** Calls whose attempt starts after the next commit. */
  toPerform: number[];
  phase: "idle" | "ready" | "committing" | "gone";
  status: RunState;
  /** As the store has it, or will have it after what is gathered. */
  storedStatus: RunState;
  outcome: Outcome | undefined;
  /** History entries below this one are contained in the stored state. */
  stateEntry: number;
  /** Steps, entries and bytes since the state was written, as a measure of what a resume would recompute. */
  costSinceState: number;
  /** Attempts under way, by effect. */
  aborts: Map<number, { abort(): void }>;
  /** Inbox rows to remove with the next commit of the run. */
  consumedRows: number[];
  /** Stored timers and waits to remove with the next commit of the run. */
  released: Released[];
  /** Rows were added to its inbox. */
  hadInbox: boolean;
  /** The mailbox is full: messages wait in the inbox until the Program has consumed some. */
  mailHeld: boolean;
  /** Effects whose timer is armed, and for when. */
  armed: Map<number, number>;
}

/** A stored timer or wait that is needed no more. */
export type Released = { effect: number } & ({ due: number } | { filter: Filter });

export function newActiveRun(
  record: RunRecord,
  status: RunState,
  parts: {
    definition: string;
    image: LoadedImage;
    machine: Machine;
    ledger: Ledger;
    stateEntry: number;
    started: boolean;
  },
): ActiveRun {
  return {
    record,
    ...parts,
    began: undefined,
    midTurn: false,
    taken: undefined,
    incoming: [],
    items: [],
    texts: [],
    toPerform: [],
    phase: "idle",
    status,
    storedStatus: status,
    outcome: undefined,
    costSinceState: 0,
    aborts: new Map(),
    consumedRows: [],
    released: [],
    hadInbox: false,
    mailHeld: false,
    armed: new Map(),
  };
}
