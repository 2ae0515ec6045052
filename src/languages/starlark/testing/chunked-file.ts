/**
 * Test programs with their expectations on the offending line, in starlark-go's format:
 *
 *     # option:while
 *     x = 1 / 0   ### "division by zero"
 *     ---
 *     y = 1       # the next program; line numbers go on
 *
 * A line `---` separates programs. `###` is followed by a Go string literal, "quoted" or in backquotes, that holds a
 * regular expression: an error is expected on that line and its message matches. A line without one expects none.
 */
import type { DialectOptions } from "../syntax/tree.ts";

/** One program of a chunked file. */
export interface Chunk {
  /** The program, after as many empty lines as precede it in the file, so that its line numbers are the file's. */
  source: string;
  firstLine: number;
  /** Those that the program names as `option:name`, in lower case; all others are off. */
  options: DialectOptions;
  /** By line number. */
  expected: ReadonlyMap<number, RegExp>;
}

/** An error that a program really had. */
export interface ActualError {
  line: number;
  message: string;
}

/** Splits the text of a chunked file. Throws Error for an expectation that is not a quoted regular expression. */
export function readChunks(path: string, text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let firstLine = 1;
  for (const part of text.split("\n---\n")) {
    const lines = part.split("\n");
    chunks.push({
      source: "\n".repeat(firstLine - 1) + part,
      firstLine,
      options: optionsOf(part),
      expected: expectationsOf(path, lines, firstLine),
    });
    firstLine += lines.length + 1;
  }
  return chunks;
}

/**
 * What differs between the errors a program had and those it expects, one sentence each; empty when all is well.
 * A line expects at most one error: a second one on the same line is unexpected.
 */
export function discrepancies(path: string, chunk: Chunk, actual: readonly ActualError[]): string[] {
  const open = new Map(chunk.expected);
  const found: string[] = [];
  for (const { line, message } of actual) {
    const pattern = open.get(line);
    open.delete(line);
    if (pattern === undefined) found.push(`${path}:${line}: unexpected error: ${message}`);
    else if (!pattern.test(message)) found.push(`${path}:${line}: error "${message}" does not match ${pattern}`);
  }
  for (const [line, pattern] of open) found.push(`${path}:${line}: expected an error matching ${pattern}`);
  return found;
}

function optionsOf(source: string): DialectOptions {
  const has = (name: string) => source.includes(`option:${name}`);
  return {
    set: has("set"),
    while: has("while"),
    topLevelControl: has("toplevelcontrol"),
    globalReassign: has("globalreassign"),
    loadBindsGlobally: has("loadbindsglobally"),
    recursion: has("recursion"),
  };
}

function expectationsOf(path: string, lines: string[], firstLine: number): Map<number, RegExp> {
  const expected = new Map<number, RegExp>();
  for (const [index, line] of lines.entries()) {
    const mark = line.indexOf("###");
    if (mark === -1) continue;
    const quoted = line.slice(mark + 3).trim();
    const pattern = unquote(quoted);
    if (pattern === undefined)
      throw new Error(`${path}:${firstLine + index}: not a quoted regular expression: ${quoted}`);
    expected.set(firstLine + index, new RegExp(pattern));
  }
  return expected;
}

/** Go's "\\(" and `\(`; undefined when it is neither. */
function unquote(literal: string): string | undefined {
  if (/^`[^`]*`$/.test(literal)) return literal.slice(1, -1);
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
