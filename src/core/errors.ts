/**
 * Errors a user can meet. Every one has a code from the catalogue (`error-catalogue.ts`), says what happened, where, what
 * was got and what to do next. Anything else thrown in the process is a programming error.
 */
import { catalogue, type ErrorCode } from "./error-catalogue.ts";

export type { ErrorCode } from "./error-catalogue.ts";

/** A place in a source text. `line` and `column` are 1-based; the column counts characters. */
export interface Location {
  file: string;
  line: number;
  column: number;
}

export interface ErrorDetails {
  where?: Location;
  /** What to do next; replaces the catalogue's general hint. */
  hint?: string;
  /** Plain data for programs; never secrets. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/** An error with a code. `httpStatus` and `exitCode` come from the catalogue. */
export class AutoFlowError extends Error {
  readonly code: ErrorCode;
  readonly where: Location | undefined;
  readonly hint: string;
  readonly data: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "AutoFlowError";
    this.code = code;
    this.where = details.where;
    this.hint = details.hint ?? catalogue[code].hint;
    this.data = details.data;
  }

  get httpStatus(): number {
    return catalogue[this.code].httpStatus;
  }

  get exitCode(): number {
    return catalogue[this.code].exitCode;
  }
}

/** `file:line:col`, or the empty string when there is no place. */
export function formatLocation(where: Location | undefined): string {
  return where === undefined ? "" : `${where.file}:${where.line}:${where.column}`;
}
