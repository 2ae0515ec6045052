/** The workflow "run": drives a run of any Program in Temporal's sandbox. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  currentUpdateInfo,
  setHandler,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import type { OperatorCommand } from "../../../../core/arrival.ts";
import { AutoFlowError } from "../../../../core/errors.ts";
import type { LoadedImage } from "../../../../core/program.ts";
import type { GivenAnswer } from "../../../../core/task.ts";
import type { TaskRecord } from "../../../../people/task-record.ts";
import { describeCommand, requireFit } from "../../../run/command-fit.ts";
import {
  type ImageValue,
  type NumberedTask,
  type RunArguments,
  type RunHistory,
  type RunInput,
  type RunMessage,
  type RunNodes,
  type RunResult,
  runQueries,
  runSignals,
  runUpdates,
  type RunView,
} from "../../protocol/run.ts";
import type { LoadedImages } from "../loaded-images.ts";
import { Carrying } from "./carrying.ts";
import { end, failed } from "./ends.ts";
import { engineFailure, HostedRun } from "./hosted-run.ts";
import { eventsOf } from "./length.ts";
import { Live } from "./live.ts";
import { isIdle, type Parts, partsOf } from "./parts.ts";
import { Turns } from "./turns.ts";
import { historyOf, nodesOf, openNodes, viewOf } from "./view.ts";

/** A cancelled run has so long to unwind. */
const cancelDeadlineMs = 300_000;

const messageSignal = defineSignal<[RunMessage]>(runSignals.message);
const renewSignal = defineSignal(runSignals.renew);
const commandUpdate = defineUpdate<void, [OperatorCommand]>(runUpdates.command);
const answerUpdate = defineUpdate<TaskRecord, [number, GivenAnswer]>(runUpdates.answer);
const tasksQuery = defineQuery<NumberedTask[]>(runQueries.tasks);
const viewQuery = defineQuery<RunView>(runQueries.view);
const historyQuery = defineQuery<RunHistory, [{ after: number; limit: number }]>(runQueries.history);
const nodesQuery = defineQuery<RunNodes>(runQueries.nodes);

/** The workflow function for the languages of these images. */
export function runWorkflow(images: LoadedImages): (...args: RunArguments) => Promise<RunResult> {
  return async (input, image, state) => {
    const host = new Host(new HostedRun(input, loaded(images, image, input), state), image);
    const asked = CancellationScope.current().cancelRequested;
    asked.catch(() => host.cancelledByTemporal());
    // Temporal's cancellation reaches the Program as any other does; it does not break off what is under way.
    return CancellationScope.nonCancellable(() => host.main());
  };
}

/** A run whose image cannot be read has failed. */
function loaded(images: LoadedImages, image: ImageValue, { start }: RunInput): LoadedImage {
  try {
    return images.load(image);
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    const view: RunView = { state: "failed", updatedAt: start.time, turns: 0, stateBytes: 0, openEffects: [] };
    throw failed({ outcome: { kind: "failed", error: engineFailure(error.code, error.message) }, view });
  }
}

class Host {
  readonly #run: HostedRun;
  readonly #image: ImageValue;
  readonly #parts: Parts;
  readonly #turns: Turns;
  readonly #live: Live;
  readonly #carrying: Carrying;

  constructor(run: HostedRun, image: ImageValue) {
    this.#run = run;
    this.#image = image;
    this.#parts = partsOf(run);
    this.#turns = new Turns(this.#parts);
    this.#live = new Live(run);
    this.#carrying = new Carrying(this.#parts, this.#turns);
    this.#listen();
  }

  async main(): Promise<RunResult> {
    const run = this.#run;
    this.#openAgain();
    for (;;) {
      // What happens from here on, while it is waited for something, is looked at in the next round.
      run.isWoken = false;
      while (run.outcome === undefined && !this.#advance()) await sleep(1);
      const isOver = run.outcome !== undefined || this.#isToCarry;
      if (isOver && !allHandlersFinished()) await condition(allHandlersFinished);
      else if (run.outcome !== undefined) return end(this.#parts);
      else if (isOver) await this.#carrying.carry(this.#image, this.#live);
      else {
        this.#park();
        if (!run.isWoken) await run.whenWoken();
      }
    }
  }

  cancelledByTemporal(): void {
    this.#receive({ kind: "cancel", id: `temporal:${workflowInfo().runId}`, reason: "cancelled in Temporal" });
  }

  /** Does what there is to do. False when a workflow task can take no more of it. */
  #advance(): boolean {
    const { timers, calls, reports, emissions } = this.#parts;
    const run = this.#run;
    calls.isHeld = this.#carrying.isDue;
    const { isHolding } = this.#carrying;
    run.inbox.isHeld = isHolding || run.isHeld;
    for (;;) {
      if (!isHolding) timers.fire();
      if (!this.#turns.compute()) return false;
      if (run.outcome !== undefined) return true;
      if (isHolding || (timers.next() ?? Infinity) > run.now) break;
    }
    calls.flush();
    emissions.flush();
    reports.flush();
    return true;
  }

  get #isToCarry(): boolean {
    const isWanted = this.#carrying.isDue || this.#carrying.isWorthwhile(this.#parts.timers.next());
    return isWanted && this.#carrying.isPossible;
  }

  #park(): void {
    const { timers, tasks } = this.#parts;
    const run = this.#run;
    if (run.inbox.isHeld) return;
    tasks.tell();
    timers.arm();
    if (run.isBusy || !isIdle(this.#parts)) return;
    if (run.snapshot() === undefined) run.wake();
    else this.#live.tell(timers.next());
  }

  /** A run that had failed goes on with what an operator has told it. */
  #openAgain(): void {
    const { command, carry } = this.#run.input;
    const cancel = carry?.inbox.find((message) => message.kind === "cancel");
    if (command !== undefined) {
      this.#noteOpened(describeCommand(command));
      const incoming = { kind: "command", id: `reopened:${workflowInfo().runId}`, command } as const;
      this.#run.inbox.add({ incoming, isSignal: true });
    } else if (cancel !== undefined && this.#run.cancelling === undefined) {
      this.#noteOpened("cancel");
      this.#cancel(cancel.reason);
    }
  }

  #noteOpened(why: string): void {
    this.#run.record({ note: { text: `opened again by an operator: ${why}`, level: "info" } });
  }

  #listen(): void {
    const run = this.#run;
    setHandler(messageSignal, (message) => {
      this.#parts.outside.signalled();
      run.length.add(eventsOf.message, bytesOf(message));
      this.#receive(message);
    });
    setHandler(renewSignal, () => {
      this.#parts.outside.signalled();
      this.#carrying.isAsked = true;
      run.wake();
    });
    setHandler(commandUpdate, (command) => this.#command(command), {
      validator: (command: OperatorCommand) => this.#validate(command),
    });
    setHandler(answerUpdate, (effect, answer) => this.#answer(effect, answer), {
      validator: (effect: number, answer: GivenAnswer) =>
        refusing(() => void this.#parts.tasks.requireAnswer(effect, answer)),
    });
    setHandler(tasksQuery, () => this.#parts.tasks.all);
    setHandler(viewQuery, () => viewOf(run));
    setHandler(historyQuery, (query) => historyOf(run, query));
    setHandler(nodesQuery, () => nodesOf(run));
  }

  #receive(message: RunMessage): void {
    const run = this.#run;
    if (message.kind === "release") return this.#begin();
    const isLate = run.outcome !== undefined && message.kind !== "child";
    if (isLate || !run.inbox.isNew(message)) return;
    if (message.kind === "cancel" && run.isHeld) return run.endAsCancelled(message.reason);
    if (message.kind === "cancel" && run.cancelling !== undefined) {
      if (message.kin !== true) run.endAsCancelled(message.reason);
      return;
    }
    if (message.kind === "cancel") this.#cancel(message.reason);
    run.inbox.add({ incoming: message, isSignal: true });
    run.wake();
  }

  /** It was held until now. */
  #begin(): void {
    const run = this.#run;
    if (!run.isHeld || run.outcome !== undefined) return;
    this.#live.begin();
    run.begin();
  }

  /** It is to unwind; at the deadline it ends without. */
  #cancel(reason: string): void {
    this.#run.cancelling = { reason, deadline: this.#run.now + cancelDeadlineMs };
  }

  #command(command: OperatorCommand): void {
    const message = { kind: "command", id: currentUpdateInfo()!.id, command } as const;
    if (this.#run.outcome !== undefined || !this.#run.inbox.isNew(message)) return;
    this.#run.length.add(eventsOf.update, command.payload.length);
    this.#run.inbox.add({ incoming: message, isSignal: false });
    this.#run.wake();
  }

  #answer(effect: number, answer: GivenAnswer): TaskRecord {
    const task = this.#parts.tasks.answer(effect, answer);
    this.#run.wake();
    return task;
  }

  #validate(command: OperatorCommand): void {
    const run = this.#run;
    refusing(() => {
      if (run.outcome !== undefined) throw new AutoFlowError("RUN_ALREADY_ENDED", `the run ${run.id} has ended`);
      requireJson(command.payload);
      requireFit({ runId: run.id, describe: () => run.image.describe(), nodes: () => openNodes(run) }, command);
    });
  }
}

/** What is refused is told as who asks understands it. */
function refusing(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof AutoFlowError) throw ApplicationFailure.nonRetryable(error.message, error.code, error.hint);
    throw error;
  }
}

function bytesOf(message: RunMessage): number {
  if (message.kind === "event") return message.event.length;
  if (message.kind === "signal") return message.payload.length;
  return message.kind === "answer" ? (message.value?.length ?? 0) : 0;
}

function requireJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AutoFlowError("REQUEST_JSON_MALFORMED", `the payload of a command is JSON: ${(error as Error).message}`);
  }
}
