/** Logging: JSON lines by pino for machines, one readable line for people. Both go to standard error by default. */
import { inspect } from "node:util";
import { pino } from "pino";
import type { Log } from "../core/ports.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogOptions {
  level: LogLevel;
  format: "json" | "text";
  /** Where lines go; standard error when absent. */
  write?: (line: string) => void;
}

/** A log; `flush` writes what is still in memory. */
export interface HostLog extends Log {
  flush(): void;
}

export function createLog(options: LogOptions): HostLog {
  return options.format === "json" ? createJsonLog(options) : createTextLog(options);
}

function createJsonLog({ level, write }: LogOptions): HostLog {
  const destination = write === undefined ? pino.destination({ dest: 2, sync: true }) : { write };
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
    },
    destination,
  );
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    flush: () => logger.flush(),
  };
}

const textLevels = ["debug", "info", "warn", "error"] as const;

function createTextLog({ level, write = writeToStderr }: LogOptions): HostLog {
  const lowest = textLevels.indexOf(level);
  const at = (index: number) => (message: string, fields?: Record<string, unknown>) => {
    if (index >= lowest) write(textLine(textLevels[index]!, message, fields));
  };
  return { debug: at(0), info: at(1), warn: at(2), error: at(3), flush: () => {} };
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}

/** `2026-11-20T09:30:00.000Z WARN  message key=value`; a value with a space or a quote is written as JSON. */
function textLine(level: LogLevel, message: string, fields: Record<string, unknown> = {}): string {
  let line = `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${visible(message)}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) line += ` ${name}=${visible(textValue(value))}`;
  }
  return `${line}\n`;
}

/** Texts come from scripts and from outside: none of them may move the cursor or end the line. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function textValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return inspect(value, { breakLength: Infinity, depth: 4 });
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    message: error.message,
    ...(typeof code === "string" && { code }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
