/** What goes wrong with an HTTP call, as failures that say what, where and why. */
import { AutoFlowError, type ErrorCode } from "../core/errors.ts";
import type { Failure } from "../core/failure.ts";

/** Thrown inside the http action only, and turned into its answer. */
export class HttpCallFailed extends Error {
  readonly failure: Failure;
  constructor(code: ErrorCode, message: string, options: { retryable: boolean; details?: unknown }) {
    super(message);
    this.failure = { type: "http", code, message, ...options };
  }
}

/** The failure behind anything thrown while a call was prepared or made. Rethrows what is a programming error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof HttpCallFailed) return error.failure;
  if (error instanceof AutoFlowError) {
    return {
      type: "action",
      code: error.code,
      message: error.message,
      retryable: false,
      details: { hint: error.hint },
    };
  }
  throw error;
}

/** What a connection's error says. `where` is "host:port". */
export function connectionFailed(error: NodeJS.ErrnoException, where: string): HttpCallFailed {
  if (error instanceof HttpCallFailed) return error;
  const code = error.code ?? "";
  if (isCertificateError(code)) {
    return new HttpCallFailed(
      "HTTP_CONNECTION_FAILED",
      `the TLS certificate of ${where} is not accepted: ${error.message} (${code})`,
      { retryable: false, details: { cause: code, hint: "Name a private authority's file in NODE_EXTRA_CA_CERTS." } },
    );
  }
  const why =
    reasons[code] ?? (code.startsWith("HPE_") ? "the answer is not valid HTTP" : error.message || "unknown cause");
  const addresses = triedAddresses(error);
  return new HttpCallFailed(
    "HTTP_CONNECTION_FAILED",
    `no answer from ${where}${addresses === "" ? "" : ` at ${addresses}`}: ${why}${code === "" ? "" : ` (${code})`}`,
    { retryable: true, details: { cause: code } },
  );
}

const reasons: Record<string, string> = {
  EAI_AGAIN: "the name service did not answer",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the network",
  ENOTFOUND: "the name does not resolve",
  EPIPE: "the connection broke",
  EPROTO: "TLS failed",
  ETIMEDOUT: "the connection took too long",
  HPE_HEADER_OVERFLOW: "the answer's headers are too large",
};

function isCertificateError(code: string): boolean {
  return /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/.test(
    code,
  );
}

/** When a name has several addresses and none answers, the error holds one for each. */
function triedAddresses(error: NodeJS.ErrnoException): string {
  const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const addresses = errors
    .map((each) => (each as { address?: unknown }).address)
    .filter((each) => typeof each === "string");
  return addresses.join(", ");
}
