/** A run of a workflow, moved from arrival to arrival. */
import type { Arrival } from "../../../core/arrival.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";
import type { Inspection, Machine, Outcome, RunStart, Turn } from "../../../core/program.ts";
import { withoutSecrets, writePublicJson } from "../data/json.ts";
import { PlaceError } from "../data/place.ts";
import { advanceFiber } from "./actions.ts";
import { actionOf, breakFibersOff } from "./action-lists.ts";
import { type Caused, receive } from "./arrivals.ts";
import { obey } from "./commands.ts";
import { advanceState, enterState, exitState } from "./flow.ts";
import { handleError } from "./handled-errors.ts";
import { inspectRun } from "./inspect.ts";
import { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";
import { readState, writeState } from "./state-codec.ts";
import { openTimeout } from "./timeouts.ts";
import type { Work } from "./work.ts";
import { LimitReached, WorkflowError, workflowError } from "./workflow-error.ts";
import type { WorkflowImage } from "./workflow-image.ts";

export class WorkflowMachine implements Machine {
  readonly #run: Run;
  /** Of the image, to which the state belongs. */
  readonly #hash: string;
  /** The turn that is being computed. */
  #turn: Work<Outcome | undefined> | undefined;
  #isNew = true;

  constructor(image: WorkflowImage, hash: string, start: RunStart) {
    this.#run = new Run(image, start);
    this.#hash = hash;
  }

  /** Continues from a state. Throws SyntaxError for bytes that are none. */
  static restore(image: WorkflowImage, hash: string, start: RunStart, bytes: Uint8Array): WorkflowMachine {
    const machine = new WorkflowMachine(image, hash, start);
    readState(machine.#run, hash, bytes);
    machine.#isNew = false;
    return machine;
  }

  step(arrival: Arrival | undefined, budget: number): "running" | Turn {
    const { meter } = this.#run;
    if (this.#turn === undefined) {
      meter.beginTurn();
      if (arrival !== undefined) this.#run.time = arrival.time;
      this.#turn = this.#compute(arrival);
    }
    meter.grant(budget);
    const next = this.#advance(this.#turn);
    if (next.done !== true) return "running";
    this.#turn = undefined;
    return this.#turnOf(next.value);
  }

  snapshot(): Uint8Array {
    return writeState(this.#run, this.#hash);
  }

  data(): string {
    return writePublicJson(this.#run.state.data);
  }

  inspect(): Inspection {
    return inspectRun(this.#run);
  }

  /** Bytes that read well can still name what the workflow does not have. */
  #advance(turn: Work<Outcome | undefined>): IteratorResult<undefined, Outcome | undefined> {
    try {
      return turn.next();
    } catch (cause) {
      if (this.#isNew || !(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
      const { runId } = this.#run.start;
      throw new AutoFlowError("STATE_DAMAGED", `the state of run ${runId} does not fit its workflow`, { cause });
    }
  }

  #turnOf(outcome: Outcome | undefined): Turn {
    const { outbox, meter } = this.#run;
    const turn: Turn = { effects: outbox.take(), steps: meter.used, mailboxBytes: 0 };
    if (outcome !== undefined) turn.outcome = outcome;
    return turn;
  }

  *#compute(arrival: Arrival | undefined): Work<Outcome | undefined> {
    const { state } = this.#run;
    let outcome: Outcome | undefined;
    try {
      if (arrival === undefined) this.#begin();
      else if (arrival.kind === "cancel") return this.#cancel(arrival.reason);
      else if (arrival.kind === "command") obey(this.#run, arrival.command);
      else if (arrival.kind !== "signal") outcome = this.#caught(receive(this.#run, arrival));
      // A command may have left the run as it was.
      if (state.failed !== undefined) outcome ??= this.#failed(state.failed.failure);
    } catch (error) {
      outcome = this.#failure(error);
    }
    return outcome ?? (yield* this.#goOn());
  }

  #begin(): void {
    const run = this.#run;
    const { workflow } = run.image;
    run.state.data = run.inputData();
    openTimeout(run, "workflow", run.timeout, workflow.at);
    enterState(run, workflow.start.stateName);
    run.visit.isFirst = true;
    if (run.stateModel.type !== "event") this.#takeEventData();
  }

  /** The data of an event that starts a workflow which begins with no event state. */
  #takeEventData(): void {
    const run = this.#run;
    const event = run.startEvent()?.event;
    const data = event instanceof Map ? event.get("data") : undefined;
    if (data !== undefined && data !== null) run.state.data = run.merge(run.state.data, data);
  }

  /** Computes until there is nothing to compute. */
  *#goOn(): Work<Outcome | undefined> {
    const run = this.#run;
    for (;;) {
      if (run.meter.isUsedUp) yield;
      const fiber = run.state.visit?.fibers.find(({ phase }) => phase !== "waiting" && phase !== "done");
      try {
        if (fiber !== undefined) yield* advanceFiber(run, fiber);
        else {
          const progress = yield* advanceState(run);
          if (progress === "waiting") return undefined;
          if (progress !== "going on") return progress;
        }
      } catch (error) {
        const outcome = this.#failure(error, fiber);
        if (outcome !== undefined) return outcome;
      }
    }
  }

  #caught(caused: Caused | undefined): Outcome | undefined {
    return caused === undefined ? undefined : this.#failure(caused.error, caused.fiber);
  }

  /** What an error leads to: the state's handler of it, or the end. */
  #failure(error: unknown, fiber?: Fiber): Outcome | undefined {
    const run = this.#run;
    if (error instanceof LimitReached) {
      const failure = { type: "limit", code: error.code, message: error.message, retryable: false };
      return this.#fail(failure, fiber);
    }
    if (error instanceof PlaceError) {
      return this.#failure(workflowError("WORKFLOW_EXPRESSION", error.message, "expression"), fiber);
    }
    if (!(error instanceof WorkflowError)) throw error;
    if (run.state.visit !== undefined && handleError(run, error.failure, fiber)) return undefined;
    return this.#fail(error.failure, fiber);
  }

  #fail(failure: Failure, fiber: Fiber | undefined): Outcome {
    const { state } = this.#run;
    if (state.visit === undefined && state.ending === undefined) return { kind: "failed", error: failure };
    state.failed = { failure, ...(fiber === undefined ? {} : { fiber: fiber.id }) };
    return this.#failed(failure);
  }

  /** The state of the run stays, so that it can be repaired. */
  #failed(failure: Failure): Outcome {
    const { visit, ending, failed } = this.#run.state;
    const state = visit?.state ?? ending?.way.state;
    const fiber = failed?.fiber === undefined ? undefined : this.#run.fiber(failed.fiber);
    const node = (fiber && actionOf(this.#run, fiber)?.id) ?? state;
    const details = { ...asObject(failure.details), node, state };
    const message = withoutSecrets(failure.message);
    return { kind: "failed", error: { ...failure, message, details }, repairable: true };
  }

  #cancel(reason: string): Outcome {
    const run = this.#run;
    if (run.state.visit !== undefined) {
      breakFibersOff(run, "cancelled");
      exitState(run, "cancelled");
    }
    return { kind: "cancelled", reason };
  }
}

function asObject(details: unknown): Record<string, unknown> {
  return typeof details === "object" && details !== null ? (details as Record<string, unknown>) : {};
}
