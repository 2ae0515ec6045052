/** What ends a run, as the failure that it ends with. */
import type { Failure } from "../../../core/failure.ts";
import { CallFailed } from "../api/attempt.ts";
import { type EvalError, LimitReached } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import { Deadlock } from "./deadlock.ts";

export function failureOf(error: EvalError | LimitReached): Failure {
  if (error instanceof CallFailed) return error.failure;
  const message = toText(error.message);
  if (error instanceof LimitReached) return { type: "limit", code: error.code, message, retryable: false };
  const code = error instanceof Deadlock ? "RUN_DEADLOCK" : "RUN_FAILED";
  return { type: "script", code, message, retryable: false };
}
