/** A run as its host holds it during one execution of the workflow. */
import type { Failure } from "../../../../core/failure.ts";
import { AutoFlowError, type ErrorCode } from "../../../../core/errors.ts";
import type { LoadedImage, Machine, Outcome, RunStart } from "../../../../core/program.ts";
import type { WireText } from "../../../../core/wire.ts";
import type { JournalItem } from "../../../run/journal-item.ts";
import { applyItem, decodeLedger, isCall, type Ledger, newLedger } from "../../../run/ledger.ts";
import type { RunCarry, RunInput } from "../../protocol/run.ts";
import { ownBytes } from "../loaded-images.ts";
import { Chronicle } from "./chronicle.ts";
import { Inbox } from "./inbox.ts";
import { Length } from "./length.ts";
import { tellEntries } from "./telling.ts";

export class HostedRun {
  readonly input: RunInput;
  /** Its time is that at which it begins. */
  start: RunStart;
  readonly image: LoadedImage;
  /** Absent when it could not be opened: then the run has failed. */
  machine: Machine | undefined;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly chronicle: Chronicle;
  readonly length = new Length();
  /** The first turn has been begun. */
  started: boolean;
  /** It has not begun, since another run of its key is open. */
  isHeld: boolean;
  /** Epoch ms at which it began, where it was held before. */
  begun: number | undefined;
  /** A turn is under way: it has used up its slice of steps. */
  midTurn = false;
  outcome: Outcome | undefined;
  /** With the outcome, everything that follows from it has been done. */
  hasEnded = false;
  cancelling: RunCarry["cancelling"];
  /** Position of the last event that was delivered to it. */
  heard: number;
  /** The run that takes over. */
  continuedAs: string | undefined;
  /** Epoch ms at which something happened last. */
  changedAt: number;
  /** The log has not heard yet of a wait "from now on". What is done outside after it waits for that: the event may be an answer to it. */
  isUnheard = false;
  /** Something has happened since the host looked. */
  isWoken = false;
  #hearWake: (() => void) | undefined;
  /** Bytes of the state, when it was written last. */
  stateBytes: number;

  constructor(input: RunInput, image: LoadedImage, state: Uint8Array | undefined) {
    const { carry } = input;
    const start = carry?.begun === undefined ? input.start : { ...input.start, time: carry.begun };
    this.input = input;
    this.start = start;
    this.image = image;
    this.ledger = carry === undefined ? newLedger(start.time) : decodeLedger(carry.ledger);
    this.inbox = new Inbox(carry?.inbox, carry?.seen);
    this.chronicle = new Chronicle(carry === undefined ? 1 : this.ledger.entry);
    this.started = state !== undefined;
    this.begun = carry?.begun;
    this.isHeld = carry === undefined ? input.keyed?.waits === true : carry.held === true;
    this.cancelling = carry?.cancelling;
    this.heard = carry?.heard ?? 0;
    this.changedAt = this.ledger.time;
    this.stateBytes = state?.length ?? 0;
    this.machine = this.#open(state);
  }

  get id(): string {
    return this.start.runId;
  }

  /** It was held until now, which is the time that its Program sees. */
  begin(): void {
    this.isHeld = false;
    this.begun = this.now;
    this.start = { ...this.start, time: this.begun };
    this.ledger.time = this.begun;
    this.machine = this.#open(undefined);
    this.wake();
  }

  /** Epoch ms; never goes back. */
  get now(): number {
    return Math.max(this.ledger.time, Date.now());
  }

  /** Calls are under way, or a turn. */
  get isBusy(): boolean {
    if (!this.started || this.midTurn) return true;
    for (const entry of this.ledger.open.values()) if (isCall(entry) && entry.next === undefined) return true;
    return false;
  }

  wake(): void {
    this.isWoken = true;
    this.#hearWake?.();
    this.#hearWake = undefined;
  }

  /**
   * Resolves at the next `wake`: so that comes after whatever the host looks at has changed. The SDK's `condition` would not need
   * that, but costs more: the sandbox notes the stack of each promise, and is entered once more for a condition that has come true.
   */
  whenWoken(): Promise<void> {
    return new Promise((resolve) => (this.#hearWake = resolve));
  }

  /** Something that the host has done for an effect has come to an end. */
  answer(effect: number, answer: { value: WireText } | { error: Failure }): void {
    this.inbox.add({ incoming: { kind: "result", effect, ...answer }, isSignal: false });
    this.wake();
  }

  /** Puts something that happened into the ledger and the history. */
  record(item: JournalItem): void {
    this.changedAt = this.now;
    applyItem(this.ledger, item);
    tellEntries(this.input, { entry: this.ledger.entry, time: this.changedAt, items: [item] });
    this.ledger.entry += this.chronicle.add(this.ledger.entry, this.changedAt, item);
  }

  /** Ends it without asking its Program. */
  endNow(outcome: Outcome, text: string): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.record({ note: { text, level: outcome.kind === "cancelled" ? "warn" : "error", outcome } });
    this.wake();
  }

  endAsCancelled(reason: string): void {
    this.endNow({ kind: "cancelled", reason }, `cancelled: ${reason}`);
  }

  /** What is not the Program's doing. */
  fail(code: ErrorCode, message: string): void {
    this.endNow({ kind: "failed", error: engineFailure(code, message) }, message);
  }

  /** Ends it where something fails that never should. */
  guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.fail(codeOf(error), `internal error: ${String(error)}`));
  }

  /** The state's bytes; between turns, and after a failure that can be repaired. Undefined when the run has failed for it. */
  snapshot(): Uint8Array | undefined {
    try {
      const state = ownBytes(this.machine!.snapshot());
      this.stateBytes = state.length;
      return state;
    } catch (error) {
      const failed = this.outcome?.kind === "failed" ? this.outcome.error : undefined;
      const message = error instanceof Error ? error.message : String(error);
      this.outcome = { kind: "failed", error: failed ?? engineFailure(codeOf(error), message) };
      const note = { text: "the run's state could not be stored", level: "error", outcome: this.outcome } as const;
      this.record({ note });
      return undefined;
    }
  }

  #open(state: Uint8Array | undefined): Machine | undefined {
    try {
      return this.image.open(this.start, state && ownBytes(state));
    } catch (error) {
      this.fail(
        error instanceof AutoFlowError ? error.code : "STATE_DAMAGED",
        `the run cannot be opened: ${String(error)}`,
      );
      return undefined;
    }
  }
}

export function engineFailure(code: ErrorCode, message: string): Failure {
  return { type: "engine", code, message, retryable: false };
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof AutoFlowError ? error.code : "RUN_FAILED";
}
