/** What runs that come of other runs are told, and tell. */
import type { Failure } from "../../core/failure.ts";
import type { Outcome } from "../../core/program.ts";
import type { WireText } from "../../core/wire.ts";

/** A run has at most so many above it. */
const deepest = 32;

/** Why a run that is to have so many above it is not created; undefined when it may be. */
export function depthProblem(depth: number): Failure | undefined {
  if (depth <= deepest) return undefined;
  const message = `a run has at most ${deepest} runs above it that spawned each other`;
  return { type: "limit", code: "LIMIT_CHILD_DEPTH", message, retryable: false };
}

/** What a parent that waits hears of its child's end. */
export function answerToParent(
  child: string,
  outcome: Exclude<Outcome, { kind: "continued" }>,
): { value: WireText } | { error: Failure } {
  if (outcome.kind === "succeeded") return { value: outcome.value };
  if (outcome.kind === "failed") return { error: outcome.error };
  const message = `the child run ${child} was cancelled: ${outcome.reason}`;
  return { error: { type: "cancelled", code: "RUN_CANCELLED", message, retryable: false } };
}

/** Why a child is cancelled: its parent has ended. */
export function parentEnded(parent: string): string {
  return `the run ${parent} that spawned it has ended`;
}

/** Why a child is cancelled: its parent has closed the effect. */
export function parentNeedsItNoMore(parent: string): string {
  return `the run ${parent} that spawned it needs it no more`;
}
