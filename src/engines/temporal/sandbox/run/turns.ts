/** Turns: hands messages to the machine, one at a time, and sees to what comes of it. */
import { type Arrival, maxMailboxBytes } from "../../../../core/arrival.ts";
import type { Effect } from "../../../../core/effect.ts";
import { AutoFlowError } from "../../../../core/errors.ts";
import type { Turn } from "../../../../core/program.ts";
import type { WireText } from "../../../../core/wire.ts";
import { nextArrival } from "./arrivals.ts";
import { engineFailure } from "./hosted-run.ts";
import type { Parts } from "./parts.ts";

/** After so many steps a workflow task is completed, with what has been computed; some tenths of a second. Also one slice of a turn. */
const mostSteps = 30_000_000;
/** What a turn costs beside its steps, as steps. */
const turnCost = 5000;
/** So many characters of effects are in one workflow task's completion, which is one message of at most 4 MB. */
const mostLength = 1024 * 1024;

export class Turns {
  readonly #parts: Parts;
  /** The message that a turn is being computed for. */
  #taken: ReturnType<typeof nextArrival>;
  /** Steps that a replay of this execution computes again. */
  steps = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Computes until nothing is left to do; false when a workflow task can take no more. */
  compute(): boolean {
    const { run } = this.#parts;
    let [steps, length] = [0, 0];
    for (;;) {
      const turn = this.#next();
      if (turn === undefined) return true;
      const cost = turn === "running" ? mostSteps : turn.steps + turnCost;
      steps += cost;
      this.steps += cost;
      if (turn !== "running") {
        length += lengthOf(turn.effects);
        this.#apply(turn);
      }
      if (run.outcome === undefined && (steps >= mostSteps || length >= mostLength)) return false;
    }
  }

  #next(): Turn | "running" | undefined {
    const { run, outside } = this.#parts;
    if (run.outcome !== undefined || run.isHeld) return undefined;
    if (run.started && !run.midTurn) {
      this.#taken = nextArrival(this.#parts);
      if (this.#taken === undefined) return undefined;
      outside.taken(this.#taken.pending);
    }
    const arrival = run.midTurn ? undefined : this.#taken?.arrival;
    run.started = true;
    const turn = this.#step(arrival);
    run.midTurn = turn === "running";
    if (turn !== "running" && this.#taken !== undefined) {
      run.record({ arrival: this.#taken.arrival });
      this.#taken = undefined;
    }
    return turn;
  }

  /** A machine answers a script's faults with an outcome; anything thrown is a fault of ours and ends only this run. */
  #step(arrival: Arrival | undefined): Turn | "running" {
    try {
      return this.#parts.run.machine!.step(arrival, mostSteps);
    } catch (error) {
      const code = error instanceof AutoFlowError ? error.code : "RUN_FAILED";
      const failure = engineFailure(code, `internal error: ${String(error)}`);
      return { effects: [], outcome: { kind: "failed", error: failure }, steps: 0, mailboxBytes: 0 };
    }
  }

  #apply(turn: Turn): void {
    const { run, emissions, tasks } = this.#parts;
    for (const effect of turn.effects) {
      // What is said of a task before it is closed.
      if (effect.kind === "amend" && run.ledger.open.has(effect.target)) tasks.amend(effect);
      if (effect.kind === "cancel") this.#close(effect.target);
    }
    const { effects, outcome, signals } = turn;
    run.record({
      turn: {
        effects,
        ...(outcome !== undefined && { outcome }),
        digest: "",
        ...(signals !== undefined && { signals }),
      },
    });
    run.outcome = outcome;
    for (const effect of effects) this.#perform(effect);
    emissions.flush();
    run.inbox.isFull = turn.mailboxBytes > maxMailboxBytes;
  }

  #close(effect: number): void {
    const { run, calls, reports, children, tasks } = this.#parts;
    const kind = run.ledger.open.get(effect)?.effect.kind;
    if (kind === "call") calls.close(effect);
    else if (kind === "await") reports.close(effect);
    else if (kind === "spawn") children.close(effect);
    else if (kind === "ask") tasks.close(effect);
  }

  /** A turn may close what it has opened. */
  #perform(effect: Effect): void {
    const { run, calls, reports, children, emissions, tasks, outside } = this.#parts;
    if (effect.kind === "emit") return emissions.add(effect);
    if (effect.kind === "reply") return tasks.reply(effect);
    if (!run.ledger.open.has(effect.n)) return;
    if (effect.kind === "call") calls.begin(effect.n);
    else if (effect.kind === "await") reports.open(effect);
    else if (effect.kind === "spawn") children.spawn(effect);
    else if (effect.kind === "ask") tasks.open(effect);
    else if (effect.kind === "signal") run.guard(outside.during(() => this.#signal(effect)));
  }

  async #signal({ n, runId, name, payload }: Effect & { kind: "signal" }): Promise<void> {
    const { run, outside } = this.#parts;
    const accepted = await outside.tell(runId, { kind: "signal", id: `${run.id}:${n}`, name, payload });
    run.answer(n, { value: (accepted ? "true" : "false") as WireText });
  }
}

function lengthOf(effects: readonly Effect[]): number {
  let length = 0;
  for (const effect of effects) {
    if (effect.kind === "call" || effect.kind === "spawn") length += effect.input.length;
    else if (effect.kind === "emit") length += effect.data.length;
    else if (effect.kind === "signal") length += effect.payload.length;
    else if (effect.kind === "ask") length += JSON.stringify(effect.task).length;
  }
  return length;
}
