/** The outside as core sees it. Adapters implement these; each port has one contract suite that every adapter runs. */

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Calls back once, not before `delayMs`; the handle's `cancel` is safe to call at any time. */
  setTimer(delayMs: number, callback: () => void): { cancel(): void };
}

export interface Random {
  bytes(count: number): Uint8Array;
}

/** Structured logging; `fields` never hold secrets or bodies. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
