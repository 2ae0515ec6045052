/**
 * Runs that come of other runs: children, and those that take over. Each is created in the commit of the turn that asks for it,
 * and its end is in one commit with the answer to its parent.
 */
import type { SpawnEffect } from "../../core/effect.ts";
import { AutoFlowError, type ErrorCode } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";
import type { StartedBy } from "../../core/ports.ts";
import type { Outcome } from "../../core/program.ts";
import type { WireText } from "../../core/wire.ts";
import type { ActiveRun } from "./active-run.ts";
import { askToEnd } from "./control.ts";
import type { Core } from "./core.ts";
import { parentOf } from "../../people/started-by.ts";
import { runStart } from "./run-start.ts";
import type { Child, Kin } from "./store/runs.ts";
import { answerToParent, depthProblem, parentEnded, parentNeedsItNoMore } from "../run/kin.ts";
import type { WorkflowEntry } from "../run/workflow-index.ts";

type Asked = Pick<SpawnEffect, "definition" | "input">;

export class Children {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Creates the child that a turn asks for, or answers why there is none. */
  spawn(run: ActiveRun, effect: SpawnEffect): void {
    const depth = (run.record.kin?.depth ?? 0) + 1;
    const found = depthProblem(depth) ?? this.#find(run, effect);
    if ("code" in found) {
      answer(run, effect, { error: found });
      return;
    }
    const { awaited, onParentEnd } = effect;
    const parent = { run: run.record.id, effect: effect.n, awaited, endsWithParent: onParentEnd === "cancel" };
    const by = parentOf(run.record.uuid, run.definition, runStart(this.#core, run.record));
    const starter = { ...run.record.starter, parent: by };
    const kin: Kin = { parent, depth, continues: undefined, chain: 0, timeout: undefined };
    const uuid = this.#create(run, found, { by: "parent", input: effect.input, starter, kin });
    if (!awaited) answer(run, effect, { value: JSON.stringify(uuid) as WireText });
  }

  /** Creates the run that takes over from one that ends. Answers why there is none. */
  continueAs(run: ActiveRun, outcome: Outcome & { kind: "continued" }): Failure | undefined {
    const found = this.#find(run, outcome);
    if ("code" in found) return found;
    const { kin: own, starter, id } = run.record;
    const kin: Kin = {
      parent: own?.parent,
      depth: own?.depth ?? 0,
      continues: id,
      chain: (own?.chain ?? 0) + 1,
      timeout: outcome.timeout,
    };
    this.#create(run, found, { by: "continuation", input: outcome.input, starter, kin });
    return undefined;
  }

  /** A run ends: its parent is answered, and the children that are not to outlive it are asked to end. */
  ended(run: ActiveRun, outcome: Outcome): void {
    const parent = run.record.kin?.parent;
    if (parent?.awaited === true && outcome.kind !== "continued")
      this.#core.mail.post(parent.run, {
        kind: "answer",
        effect: parent.effect,
        ...answerToParent(run.record.uuid, outcome),
      });
    if (!run.ledger.spawned) return;
    for (const child of this.#open(run.record.id)) {
      if (child.endsWithParent) this.#cancel(child.id, parentEnded(run.record.uuid));
    }
  }

  /** A run does not wait for an effect any more. */
  closed(run: ActiveRun, effect: number): void {
    if (run.ledger.open.get(effect)?.effect.kind !== "spawn") return;
    for (const child of this.#open(run.record.id, effect)) {
      if (child.endsWithParent) this.#cancel(child.id, parentNeedsItNoMore(run.record.uuid));
    }
  }

  /** Whether a run, or one below it that it waits for, is being computed or waits for an action. */
  isBusy(id: number): boolean {
    return this.#core.active.has(id) || this.awaitsBusy(id);
  }

  /** Whether a run waits for one that is busy. */
  awaitsBusy(id: number): boolean {
    return this.#open(id).some((child) => child.awaited && this.isBusy(child.id));
  }

  /** Open children: those in the store, and those of commits that have not ended. */
  #open(parent: number, effect?: number): Child[] {
    const { data, starts } = this.#core;
    const fresh = starts.createdChildren(parent);
    const wanted = effect === undefined ? fresh : fresh.filter((child) => child.effect === effect);
    return [...data.runs.openChildren(parent, effect), ...wanted];
  }

  #find(run: ActiveRun, { definition: { name, version }, input }: Asked): WorkflowEntry | Failure {
    const { starts, options } = this.#core;
    const entry = starts.workflows.find(run.record.project, name, version);
    if (entry === undefined) {
      const { message, hint } = starts.workflows.notFound(run.record.project, name, version);
      return failure("NOT_FOUND", `${message}. ${hint}`);
    }
    try {
      const problems = options.checkInput?.(entry.workflow, input) ?? [];
      if (problems.length === 0) return entry;
      const message = `${name} does not take the input: ${problems.join("; ")}`;
      return failure("WORKFLOW_INPUT_INVALID", message, { problems });
    } catch (error) {
      if (error instanceof AutoFlowError) return failure(error.code, error.message);
      throw error;
    }
  }

  #create(
    { record }: ActiveRun,
    entry: WorkflowEntry,
    start: { by: StartedBy; input: string; starter: ActiveRun["record"]["starter"]; kin: Kin },
  ): string {
    const { project, hops } = record;
    const definition = { ...entry, name: "" };
    return this.#core.starts.createRun({ ...start, definition, hops, project }).uuid;
  }

  #cancel(id: number, reason: string): void {
    const core = this.#core;
    const run = core.find(id);
    if (run === undefined) core.mail.postCancel(id, reason);
    else if (run.outcome === undefined && run.status !== "cancelling") askToEnd(core, run, reason);
  }
}

function answer(run: ActiveRun, { n }: SpawnEffect, how: { value: WireText } | { error: Failure }): void {
  run.incoming.push({ incoming: { kind: "answer", effect: n, ...how }, needsRow: true });
}

function failure(code: ErrorCode, message: string, details?: unknown): Failure {
  const result: Failure = { type: "child", code, message, retryable: false };
  if (details !== undefined) result.details = details;
  return result;
}
