/** What goes wrong in a run. */
import type { Failure } from "../../../core/failure.ts";
import type { ErrorCode } from "../../../core/errors.ts";

/** An error that the workflow may handle: by retries, by `onErrors`. */
export class WorkflowError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = "WorkflowError";
    this.failure = failure;
  }
}

/** A limit was passed: nothing in the workflow handles it. */
export class LimitReached extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "LimitReached";
    this.code = code;
  }
}

/** An error of the workflow itself. */
export function workflowError(code: ErrorCode, message: string, type = "workflow"): WorkflowError {
  return new WorkflowError({ type, code, message, retryable: false });
}

/** 20000000 as "20,000,000". */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
