/** What Kogito's routes answer. Bodies are written as text: data stays what it is, number for number. */
import type { Failure } from "../../core/failure.ts";
import type { RunState } from "../../core/run.ts";

/** `{"id", "workflowdata"}`; `data` is JSON text. */
export function instanceText(id: string, data: string | undefined): string {
  return `{"id":${JSON.stringify(id)},"workflowdata":${data ?? "{}"}}`;
}

export interface KogitoError {
  id: string;
  failedNodeId: string;
  message: string;
  errorCode?: string;
}

/** Where and why a run failed. */
export function errorOf(id: string, failure: Failure | undefined): KogitoError {
  const { node, status_code: status } = detailsOf(failure);
  const code = typeof status === "number" ? String(status) : failure?.code;
  return {
    ...(code !== undefined && { errorCode: code }),
    failedNodeId: typeof node === "string" ? node : "",
    id,
    message: failure?.message ?? "the run has failed",
  };
}

/** The status of an answer about a run that failed: a service's 400 is 400, all else 500. */
export function statusOfFailure(failure: Failure | undefined): 400 | 500 {
  return detailsOf(failure)["status_code"] === 400 ? 400 : 500;
}

function detailsOf(failure: Failure | undefined): Record<string, unknown> {
  const details = failure?.details;
  return typeof details === "object" && details !== null ? (details as Record<string, unknown>) : {};
}

/** The numbers of Kogito's process states. */
export function kogitoState(state: RunState): number {
  switch (state) {
    case "queued":
      return 0;
    case "succeeded":
      return 2;
    case "cancelled":
      return 3;
    case "suspended":
      return 4;
    case "failed":
      return 5;
    case "running":
    case "waiting":
    case "cancelling":
      return 1;
  }
}
