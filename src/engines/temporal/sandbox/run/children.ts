/** Runs that come of a run: children, and the one that takes over. Their ids are made of those of who asks, so that asking twice makes one. */
import type { SpawnEffect } from "../../../../core/effect.ts";
import type { Failure } from "../../../../core/failure.ts";
import type { Outcome } from "../../../../core/program.ts";
import type { WireText } from "../../../../core/wire.ts";
import { parentOf } from "../../../../people/started-by.ts";
import { answerToParent, depthProblem, parentEnded, parentNeedsItNoMore } from "../../../run/kin.ts";
import type { SpawnInput } from "../../protocol/activities.ts";
import { childRunId, continuationRunId } from "../../protocol/derived-ids.ts";
import type { RunCarry, RunKin, RunMessage } from "../../protocol/run.ts";
import type { HostedRun } from "./hosted-run.ts";
import type { Outside } from "./outside.ts";

/** A child that is not to outlive the run. */
interface BoundChild {
  runId: string;
  /** While it is being created. */
  creation?: Promise<void>;
}

export class Children {
  readonly #run: HostedRun;
  readonly #outside: Outside;
  readonly #bound = new Map<number, BoundChild>();

  constructor(run: HostedRun, outside: Outside) {
    this.#run = run;
    this.#outside = outside;
    for (const { effect, runId } of run.input.carry?.children ?? []) this.#bound.set(effect, { runId });
  }

  /** Creates the child that a turn asks for, or answers why there is none. */
  spawn(effect: SpawnEffect): void {
    const depth = (this.#run.input.kin?.depth ?? 0) + 1;
    const problem = depthProblem(depth);
    if (problem !== undefined) return this.#run.answer(effect.n, { error: problem });
    const runId = childRunId(this.#run.id, effect.n);
    const isBound = effect.onParentEnd === "cancel";
    const parent = { runId: this.#run.id, effect: effect.n, awaited: effect.awaited };
    const kin: RunKin = { parent: isBound ? { ...parent, bound: true } : parent, depth, chain: 0 };
    const input = this.#input(runId, effect, kin);
    const creation = this.#outside.during(() => this.#create(effect, input));
    if (isBound) this.#bound.set(effect.n, { runId, creation });
    this.#run.guard(creation);
  }

  /** The run does not wait for an effect any more. */
  close(effect: number): void {
    const child = this.#bound.get(effect);
    this.#bound.delete(effect);
    if (child !== undefined) this.#run.guard(this.#cancel(child, parentNeedsItNoMore(this.#run.id)));
  }

  /** An effect is answered; by the child itself when that has ended. */
  answered(effect: number, hasEnded: boolean): void {
    if (hasEnded) this.#bound.delete(effect);
  }

  /** A child has ended; another run may have taken over, which is not to outlive this one either. */
  heard({ effect, next }: Extract<RunMessage, { kind: "child" }>): void {
    if (next === undefined) this.#bound.delete(effect);
    else if (this.#bound.has(effect)) this.#bound.set(effect, { runId: next });
    else this.#run.guard(this.#cancel({ runId: next }, parentNeedsItNoMore(this.#run.id)));
  }

  /** Creates the run that takes over. Answers why there is none. */
  async continueAs(outcome: Outcome & { kind: "continued" }): Promise<Failure | undefined> {
    const { kin } = this.#run.input;
    const runId = continuationRunId(this.#run.id);
    const next: RunKin = {
      ...(kin?.parent !== undefined && { parent: kin.parent }),
      depth: kin?.depth ?? 0,
      continues: this.#run.id,
      chain: (kin?.chain ?? 0) + 1,
      ...(outcome.timeout !== undefined && { timeout: outcome.timeout }),
    };
    const created = await this.#outside.spawn(this.#input(runId, outcome, next));
    if ("error" in created) return created.error;
    this.#run.continuedAs = runId;
    return undefined;
  }

  /** The run has ended: its parent hears of it, and its children are asked to end. Undefined when it has neither. */
  end(outcome: Outcome): Promise<unknown> | undefined {
    if (this.#bound.size === 0 && this.#run.input.kin?.parent === undefined) return undefined;
    const bound = [...this.#bound.values()];
    this.#bound.clear();
    const reason = parentEnded(this.#run.id);
    return Promise.all([this.#tellParent(outcome), ...bound.map((child) => this.#cancel(child, reason))]);
  }

  carried(): RunCarry["children"] {
    return [...this.#bound].map(([effect, { runId }]) => ({ effect, runId }));
  }

  async #create(effect: SpawnEffect, input: SpawnInput): Promise<void> {
    const created = await this.#outside.spawn(input);
    const child = this.#bound.get(effect.n);
    delete child?.creation;
    if ("error" in created) {
      this.#bound.delete(effect.n);
      this.#run.answer(effect.n, { error: created.error });
    } else if (!effect.awaited) {
      this.#run.answer(effect.n, { value: JSON.stringify(created.runId) as WireText });
    }
  }

  #input(runId: string, asked: Pick<SpawnEffect, "definition" | "input">, kin: RunKin): SpawnInput {
    const { input, start, id } = this.#run;
    const by = { ...parentOf(id, input.definition, start), project: start.project, hops: input.hops };
    return {
      runId,
      by,
      definition: asked.definition,
      input: asked.input,
      ...(start.starter !== undefined && { starter: start.starter }),
      kin,
      ...(kin.timeout !== undefined && { timeout: kin.timeout }),
    };
  }

  #cancel({ runId, creation }: BoundChild, reason: string): Promise<void> {
    return this.#outside.during(async () => {
      await creation;
      await this.#outside.tell(runId, { kind: "cancel", id: `${this.#run.id}:kin`, reason, kin: true });
    });
  }

  async #tellParent(outcome: Outcome): Promise<void> {
    const parent = this.#run.input.kin?.parent;
    if (parent === undefined) return;
    const id = `${this.#run.id}:end`;
    const { runId, effect, awaited, bound } = parent;
    if (outcome.kind === "continued") {
      const next = this.#run.continuedAs!;
      if (bound !== true || (await this.#outside.tell(runId, { kind: "child", id, effect, next }))) return;
      await this.#cancel({ runId: next }, parentEnded(runId));
    } else if (awaited) {
      await this.#outside.tell(runId, { kind: "answer", id, effect, ...answerToParent(this.#run.id, outcome) });
    } else if (bound === true) {
      await this.#outside.tell(runId, { kind: "child", id, effect });
    }
  }
}
