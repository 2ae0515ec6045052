/** What ends a run, and what fails for one resource only. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";

/** Ends the run with this failure. */
export class RunError extends Error {
  readonly failure: Failure;
  constructor(code: ErrorCode, message: string, details?: Failure["details"]) {
    super(message);
    this.failure = { type: "triage", code, message, retryable: false, ...(details !== undefined && { details }) };
  }
}
