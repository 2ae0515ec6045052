/** How runs ended: read from the last event of their workflows, which is the same for good. */
import { WorkflowFailedError } from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import type { RunCarry, RunResult, RunView } from "../protocol/run.ts";
import { type Execution, type ExecutionsContext, handleOf } from "./executions.ts";
import { reach } from "./reach.ts";

/** So many are remembered, for lists that are looked at again and again. */
const mostKept = 2000;
/** Results with more text than this are read anew. */
const mostKeptLength = 16_384;

/** Results of runs by execution, read once. */
export class RunResults {
  readonly #context: ExecutionsContext;
  #young = new Map<string, RunView>();
  #old = new Map<string, RunView>();

  constructor(context: ExecutionsContext) {
    this.#context = context;
  }

  /** How it stood at its end. Undefined for one that was cancelled, or ended by Temporal itself: these leave nothing. */
  async of(execution: Pick<Execution, "runId" | "executionId">): Promise<RunView | undefined> {
    const { executionId } = execution;
    const known = this.#young.get(executionId) ?? this.#old.get(executionId);
    if (known !== undefined) return known;
    const left = await readResult(this.#context, execution);
    if (left !== undefined) this.#keep(executionId, left.view);
    return left?.view;
  }

  #keep(executionId: string, view: RunView): void {
    if (JSON.stringify(view).length > mostKeptLength) return;
    if (this.#young.size >= mostKept / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(executionId, view);
  }
}

/** What a run has left at its end. */
export interface LeftByRun {
  view: RunView;
  /** What opens it again, where it can be repaired. */
  again?: { carry: RunCarry; state: Uint8Array };
}

/** Undefined for one that was cancelled, or ended by Temporal itself. */
export async function readResult(
  context: ExecutionsContext,
  { runId, executionId }: Pick<Execution, "runId" | "executionId">,
): Promise<LeftByRun | undefined> {
  try {
    const handle = handleOf(context, runId, executionId);
    return leftByRun(await reach(context.client, () => handle.result()));
  } catch (error) {
    if (error instanceof WorkflowFailedError) return leftByFailure(error);
    throw error;
  }
}

/** What a workflow that has failed tells of its run. */
export function leftByFailure({ cause }: WorkflowFailedError): LeftByRun | undefined {
  const [result, state] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return leftByRun(result, state);
}

/** From what a workflow has ended with; undefined for a value that is no run's. */
export function leftByRun(value: unknown, state?: unknown): LeftByRun | undefined {
  const { outcome, view, carry } = (value ?? {}) as Partial<RunResult>;
  if (outcome === undefined || view === undefined) return undefined;
  const left: LeftByRun = { view: { ...view } };
  if (outcome.kind === "succeeded") {
    left.view.value = outcome.value;
    left.view.data ??= outcome.value;
  }
  if (outcome.kind === "failed") left.view.error = outcome.error;
  if (carry === undefined || !(state instanceof Uint8Array)) return left;
  left.view.repairable = true;
  return { ...left, again: { carry, state } };
}
