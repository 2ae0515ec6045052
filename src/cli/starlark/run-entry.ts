/** Programs under way: in slices, so that signals are heard; and what is shown of their errors. */
import { readFileSync } from "node:fs";
import { ProgramError, Session, Unreadable, type Entered, type Entry } from "../../languages/starlark/run/session.ts";
import type { DialectOptions } from "../../languages/starlark/syntax/tree.ts";
import { fromText } from "../../languages/starlark/values/text.ts";
import type { VmLimits } from "../../languages/starlark/vm/vm.ts";
import { standardError, type TerminalOutput } from "./terminal-output.ts";

/** A program of one's own on one's own machine: it ends by itself, or by Ctrl-C. */
const limits: VmLimits = { stepsPerTurn: Number.MAX_SAFE_INTEGER, memoryBytes: 2 ** 29, depth: 100_000 };

/** Steps between two looks at the signals: some ten milliseconds. */
const sliceSteps = 2_000_000;

/** A session of this machine: it reads files and has the time. The reference interpreter prints on standard error. */
export function openSession(dialect: DialectOptions, output: TerminalOutput, printsTo = standardError): Session {
  return new Session({
    dialect,
    limits,
    print: (line) => output.line(printsTo, line),
    read: readSource,
    now: () => Date.now(),
  });
}

/** A file's text. Throws Unreadable with the reason as Go words it. */
export function readSource(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new Unreadable(code === "EISDIR" ? `read ${file}: is a directory` : `open ${file}: ${reasons[code] ?? code}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  ENOTDIR: "not a directory",
  ENAMETOOLONG: "file name too long",
  ELOOP: "too many levels of symbolic links",
  ERR_INVALID_ARG_VALUE: "invalid argument",
};

/** Computes to the end. Answers undefined when `isStopped` says so between two slices. Throws ProgramError. */
export async function finish(
  entry: Entry,
  output: TerminalOutput,
  isStopped: () => boolean = () => false,
): Promise<Entered | undefined> {
  for (;;) {
    const entered = entry.step(sliceSteps);
    if (entered !== "running") return entered;
    output.flush();
    await new Promise((resolve) => setImmediate(resolve));
    if (isStopped()) return undefined;
  }
}

/** An error as the reference interpreter shows it, as bytes. Throws what is no program's error. */
export function shownError(error: unknown): string {
  if (error instanceof ProgramError) return error.shown;
  if (error instanceof Unreadable) return fromText(error.message);
  throw error;
}

/** What is done for a person is not counted. */
export const uncounted = { spend: () => {}, charge: () => {}, now: () => 0, print: () => {} };
