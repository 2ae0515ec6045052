/** The statuses of gRPC, and what they mean to a call. */
import { HttpCallFailed } from "../http-failure.ts";

const names = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** Those that say "again later". */
const retryable = new Set(["RESOURCE_EXHAUSTED", "ABORTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"]);

/** The failure of a call that ended with a status other than OK. */
export function statusFailed(what: string, code: number, message: string): HttpCallFailed {
  const status = names[code] ?? "UNKNOWN";
  const failed = new HttpCallFailed(
    "GRPC_STATUS",
    `${what} answered with status ${status}${message === "" ? "" : `: ${message.slice(0, 1000)}`}`,
    {
      retryable: retryable.has(status),
      details: { grpc_status: status, grpc_code: code },
    },
  );
  failed.failure.type = "grpc";
  return failed;
}

/** For answers that are no gRPC: the status that the specification gives to an HTTP status. */
export function codeOfHttpStatus(status: number): number {
  const codes: Record<number, number> = { 400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14 };
  return codes[status] ?? 2;
}

/** `grpc-message` is percent-encoded. */
export function decodedMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
