/** Failure is data: what an action answers when it did not succeed, and what a failed run ends with. */
export interface Failure {
  /** The family: "http", "action", "script", "limit", "timeout", "cancelled". */
  type: string;
  /** A code of the error catalogue. */
  code: string;
  message: string;
  retryable: boolean;
  /** Attempts made when the failure became final. */
  attempts?: number;
  /** Not before this many ms (a server's Retry-After). */
  retryAfterMs?: number;
  /** Plain JSON; never secrets. */
  details?: unknown;
  /** For a script: one line per frame, outermost first, ending with the message, as the language prints it. */
  traceback?: string;
}
