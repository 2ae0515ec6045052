/** How a command that failed tells it: `code: message`, the place, what to do next; a stack only for our own mistakes. */
import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { AutoFlowError, formatLocation, type Location } from "../core/errors.ts";
import type { Diagnostic } from "../core/program.ts";
import { say, visible } from "./output.ts";

const exitUsage = 2;

/** Prints what went wrong and returns the exit code. */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage;
  if (error instanceof AutoFlowError) {
    say(`${error.code}: ${error.message.split("\n").map(visible).join("\n")}`);
    if (error.where !== undefined) say(describePlace(error.where));
    say(error.hint);
    return error.exitCode;
  }
  say("AutoFlow met an error it does not know. Please report it with these lines:");
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/** A problem of a script, with the place where it is. */
export function describeDiagnostic({ severity, code, message, where }: Diagnostic): string {
  return `${severity} ${code}: ${visible(message)}\n${describePlace(where)}`;
}

/** `file:line:col` and, when the file can be read, the line itself with a mark under the column. */
function describePlace(where: Location): string {
  const place = `  at ${formatLocation(where)}`;
  const line = sourceLine(where);
  if (line === undefined) return place;
  const number = String(where.line);
  const before = visible(line.slice(0, where.column - 1)).replaceAll(/[^\t]/g, " ");
  return `${place}\n  ${number} | ${visible(line)}\n  ${" ".repeat(number.length)} | ${before}^`;
}

function sourceLine({ file, line }: Location): string | undefined {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1];
  } catch {
    return undefined;
  }
}
