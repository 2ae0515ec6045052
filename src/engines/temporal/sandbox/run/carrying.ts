/** Carries a run over into a new execution, before its history grows long: state, ledger, and what it has not taken yet. */
import { workflowInfo } from "@temporalio/workflow";
import { encodeLedger } from "../../../run/ledger.ts";
import type { ImageValue, RunArguments, RunCarry, RunInput, RunResult } from "../../protocol/run.ts";
import { continueOnCurrentVersion } from "../continue.ts";
import { isIdle, type Parts } from "./parts.ts";
import { mostBytes, utf8Length } from "./sizes.ts";
import type { Live } from "./live.ts";
import type { Turns } from "./turns.ts";

/** Replaying an event takes about half a millisecond. */
const mostEvents = 300;
/** Before compression; Temporal ends what has 50 MB. */
const mostHistoryBytes = 4 * 1024 * 1024;
/** A long park begins with a short history: the run may stay in memory of no worker for as long. */
const mostEventsOfPark = 30;
const longParkMs = 600_000;
/** Steps that a replay computes again: some seconds. */
const mostSteps = 300_000_000;
/** So many earlier executions are known. */
const mostExecutions = 50;

export class Carrying {
  readonly #parts: Parts;
  readonly #turns: Turns;
  /** Somebody wants it. */
  isAsked = false;
  /** What waits in the inbox is too much to be carried: the Program has to take it first. */
  #isInboxTooLarge = false;

  constructor(parts: Parts, turns: Turns) {
    this.#parts = parts;
    this.#turns = turns;
  }

  /** The run is to continue as soon as it can: nothing more is begun in this execution. */
  get isDue(): boolean {
    const { events, bytes } = this.#parts.run.length;
    if (this.isAsked || events > mostEvents || bytes > mostHistoryBytes) return true;
    return this.#turns.steps > mostSteps || this.#parts.calls.isExhausted;
  }

  /** What comes is left for the next execution, so that what is under way in this one comes to an end. */
  get isHolding(): boolean {
    return this.isDue && !this.#isInboxTooLarge;
  }

  /** It is about to wait for long. */
  isWorthwhile(parkedUntil: number | undefined): boolean {
    const { run } = this.#parts;
    if (run.isBusy || run.length.events <= mostEventsOfPark) return false;
    return parkedUntil === undefined || parkedUntil - run.now >= longParkMs;
  }

  /** Nothing is under way that would end with this execution, and no message is left in between. */
  get isPossible(): boolean {
    const { run } = this.#parts;
    if (run.isHeld && this.#isInboxTooLarge) return false;
    return isIdle(this.#parts) && !run.inbox.hasWork && !run.midTurn;
  }

  /** Ends this execution, by throwing; returns where what the run needs is too large to be carried: mostly, it has failed then. */
  async carry(image: ImageValue, live: Live): Promise<void> {
    const { run } = this.#parts;
    const state = run.isHeld ? undefined : run.snapshot();
    if (state === undefined && !run.isHeld) return;
    const { command: _, ...fixed } = run.input;
    const carry: RunCarry = { ...carryOf(this.#parts), ...(live.told !== undefined && { told: live.told }) };
    const input: RunInput = { ...fixed, carry };
    const bytes = utf8Length(JSON.stringify(input)) + (state?.length ?? 0);
    if (bytes > mostBytes && !run.inbox.isEmpty && !this.#isInboxTooLarge) {
      this.#isInboxTooLarge = true;
      return;
    }
    if (bytes > mostBytes) {
      const parts = "its state, its input and the messages that it has not taken";
      run.fail("LIMIT_STATE", `${parts} have ${bytes} bytes; at most ${mostBytes} can be stored`);
      return;
    }
    const reference = { kind: image.kind, hash: image.hash, language: image.language };
    const args: RunArguments = state === undefined ? [input, reference] : [input, reference, state];
    await continueOnCurrentVersion<(...args: RunArguments) => Promise<RunResult>>(args);
  }
}

/** What the host knows of a run. */
export function carryOf({ run, calls, reports, children, tasks }: Parts): RunCarry {
  const { runId } = workflowInfo();
  const executions = [...(run.input.carry?.executions ?? []), { entry: run.chronicle.first, runId }];
  return {
    ledger: encodeLedger(run.ledger),
    inbox: run.inbox.messages(),
    seen: run.inbox.seen(),
    ...reports.carried(),
    long: calls.carried(),
    children: children.carried(),
    ...(tasks.all.length > 0 && { tasks: tasks.all }),
    executions: executions.slice(-mostExecutions),
    ...(run.isHeld && { held: true }),
    ...(run.begun !== undefined && { begun: run.begun }),
    ...(run.cancelling !== undefined && { cancelling: run.cancelling }),
  };
}
