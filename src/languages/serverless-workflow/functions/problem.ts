/** Failures of calls that cannot be made, or whose answer cannot be used. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";

/** Thrown while a call is prepared; never leaves this room. */
export class CallProblem extends Error {}

/** The failure of a call of `what` that cannot be made. */
export function problemOf(what: string, message: string, code: ErrorCode = "FUNCTION_CALL_INVALID"): Failure {
  return { type: "function", code, message: `${what}: ${message}`, retryable: false };
}

/** Runs `prepare`; a CallProblem is the answer's failure. */
export function prepared<T>(what: string, prepare: () => T): T | { kind: "problem"; failure: Failure } {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof CallProblem) return { kind: "problem", failure: problemOf(what, error.message) };
    throw error;
  }
}
