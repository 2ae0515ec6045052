/** Failures of calls that cannot be made, or whose answer cannot be used. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { CallContext } from "./call-context.ts";
import type { Failure } from "../../../core/failure.ts";

/** Thrown while a call is prepared; never leaves this room. */
export class CallProblem extends Error {}

/** Throws CallProblem when one of these properties is configured by something that the environment does not give. */
export function requireComplete(keys: readonly string[], { missingFor }: CallContext): void {
  for (const key of keys) {
    const name = missingFor?.(key);
    if (name === undefined) continue;
    throw new CallProblem(`the property ${key} refers to ${name}, which the environment of the run does not give`);
  }
}

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
