/** From source text to a resolved module. */
import { parse } from "./parse.ts";
import { SyntaxProblem, type Problem } from "./problem.ts";
import { resolve } from "./resolve.ts";
import type { KnownNames } from "./scopes.ts";
import { TextFile } from "./source-file.ts";
import { superset, type DialectOptions, type Module, type Statement } from "./tree.ts";
import { toText } from "../values/text.ts";

/** Bytes of UTF-8 that one source file may have. */
export const maximalSourceBytes = 512 * 1024;

/** More problems than this are counted and not listed. */
const maximalProblems = 100;

export interface ParseOptions extends KnownNames {
  /** All that the product allows, when absent. */
  options?: DialectOptions;
}

export interface ParseResult {
  /** Present when there are no problems. */
  module?: Module;
  /** The first problem of syntax, or all that the resolver found, in the order it found them. */
  problems: Problem[];
}

/** Parses and resolves one file. `source` is decoded text with line ends of any kind. Never throws for bad source. */
export function parseModule(path: string, source: string, environment: ParseOptions): ParseResult {
  const file = new TextFile(path, source);
  const problems: Problem[] = [];
  let uncounted = 0;
  const report = (message: string, pos: number) => {
    if (problems.length < maximalProblems) problems.push({ message, where: file.location(pos) });
    else uncounted++;
  };
  const body = parseFile(file, report);
  if (body === undefined) return { problems };
  const module = resolve(file, body, environment.options ?? superset, environment, report);
  if (problems.length === 0) return { module, problems };
  const last = problems.at(-1)!;
  if (uncounted > 0)
    problems.push({ message: `too many problems: ${uncounted} more are not shown`, where: last.where });
  return { problems };
}

/** The module strings of a file's load statements, each once, in order. Empty when the text does not parse. */
export function loadPaths(source: string): string[] {
  const file = new TextFile("", source);
  const paths = new Set<string>();
  for (const statement of parseFile(file, () => {}) ?? []) {
    if (statement.kind === "load") paths.add(toText(statement.module.value));
  }
  return [...paths];
}

function parseFile(file: TextFile, report: (message: string, pos: number) => void): Statement[] | undefined {
  const bytes = utf8Length(file.text);
  if (bytes > maximalSourceBytes) {
    report(`source file is too large: ${bytes} bytes, the limit is ${maximalSourceBytes}`, 0);
    return undefined;
  }
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    report(error.message, error.pos);
    return undefined;
  }
}

/** Exact only where it matters: a text that is far below the limit is not measured. */
function utf8Length(text: string): number {
  if (text.length * 3 <= maximalSourceBytes) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : (code & 0xf800) === 0xd800 ? 2 : 3;
  }
  return bytes;
}
