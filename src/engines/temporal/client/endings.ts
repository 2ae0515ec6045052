/** Waits for runs to end. */
import { WorkflowFailedError, WorkflowNotFoundError } from "@temporalio/client";
import { type ExecutionsContext, handleOf } from "./executions.ts";
import { pause } from "./reach.ts";
import type { RunView } from "../protocol/run.ts";
import { leftByFailure, leftByRun } from "./run-results.ts";

const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** `view`: of those that leave a result. "gone": there is no such run. */
export type Ending = { view?: RunView } | "gone";

/** Resolves once the run has ended, in whichever execution; undefined when the signal aborts. Never rejects. */
export async function whenEnded(
  context: ExecutionsContext,
  runId: string,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  for (let ms = firstPauseMs; !signal.aborted; ms = Math.min(ms * 2, longestPauseMs)) {
    try {
      const value: unknown = await context.client.withAbortSignal(signal, () => handleOf(context, runId).result());
      return endingOf(leftByRun(value)?.view);
    } catch (error) {
      if (error instanceof WorkflowFailedError) return endingOf(leftByFailure(error)?.view);
      if (error instanceof WorkflowNotFoundError) return "gone";
    }
    await pause(ms, signal);
  }
  return undefined;
}

function endingOf(view: RunView | undefined): Ending {
  return view === undefined ? {} : { view };
}
