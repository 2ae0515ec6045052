/** What ends a run, as the failure that it ends with. */
import { formatLocation } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";
import { CallFailed } from "../api/attempt.ts";
import { type EvalError, LimitReached } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import type { ScriptFailure } from "../vm/unwind.ts";
import { Deadlock } from "./deadlock.ts";

/** As `failureOf`, with the traceback, and where a limit was passed. */
export function failureAt({ error, traceback, where, node }: ScriptFailure): Failure {
  const failure = { ...failureOf(error), traceback: toText(traceback) };
  if (!(error instanceof LimitReached) || where === undefined) return failure;
  const place = `${formatLocation(where)} in ${node ?? "<toplevel>"}`;
  return { ...failure, message: `${failure.message} (${toText(place)})` };
}

export function failureOf(error: EvalError | LimitReached): Failure {
  if (error instanceof CallFailed) return error.failure;
  const message = toText(error.message);
  if (error instanceof LimitReached) return { type: "limit", code: error.code, message, retryable: false };
  const code = error instanceof Deadlock ? "RUN_DEADLOCK" : "RUN_FAILED";
  return { type: "script", code, message, retryable: false };
}
