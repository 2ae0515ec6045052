/** How runs ended: read from the last event of their workflows, which is the same for good. */
import { WorkflowFailedError } from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import type { RunResult } from "../protocol/run.ts";
import { type Execution, type ExecutionsContext, handleOf } from "./executions.ts";
import { reach } from "./reach.ts";

/** So many are remembered, for lists that are looked at again and again. */
const mostKept = 2000;
/** Results with more text than this are read anew. */
const mostKeptLength = 16_384;

export type RunResultView = Omit<RunResult, "state" | "carry">;

/** Results of runs by execution, read once. */
export class RunResults {
  readonly #context: ExecutionsContext;
  #young = new Map<string, RunResultView>();
  #old = new Map<string, RunResultView>();

  constructor(context: ExecutionsContext) {
    this.#context = context;
  }

  /** Undefined for one that was cancelled, or ended by Temporal itself: these leave none. */
  async of(execution: Pick<Execution, "runId" | "executionId">): Promise<RunResultView | undefined> {
    const { executionId } = execution;
    const known = this.#young.get(executionId) ?? this.#old.get(executionId);
    if (known !== undefined) return known;
    const result = await resultOf(this.#context, execution);
    if (result === undefined) return undefined;
    const { outcome, view } = result;
    this.#keep(executionId, { outcome, view });
    return { outcome, view };
  }

  #keep(executionId: string, result: RunResultView): void {
    if (JSON.stringify(result).length > mostKeptLength) return;
    if (this.#young.size >= mostKept / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(executionId, result);
  }
}

/** With what opens it again, where it can be repaired. Undefined for one that was cancelled, or ended by Temporal itself. */
export async function resultOf(
  context: ExecutionsContext,
  { runId, executionId }: Pick<Execution, "runId" | "executionId">,
): Promise<RunResult | undefined> {
  try {
    const handle = handleOf(context, runId, executionId);
    return resultIn(await reach(context.client, () => handle.result()));
  } catch (error) {
    if (error instanceof WorkflowFailedError) return resultOfFailure(error);
    throw error;
  }
}

/** What a workflow that has failed tells of its run. */
export function resultOfFailure({ cause }: WorkflowFailedError): RunResult | undefined {
  return cause instanceof ApplicationFailure ? resultIn(cause.details?.[0]) : undefined;
}

/** Undefined for a value that no run has ended with. */
export function resultIn(value: unknown): RunResult | undefined {
  const { outcome, view } = (value ?? {}) as Partial<RunResult>;
  return outcome === undefined || view === undefined ? undefined : (value as RunResult);
}
