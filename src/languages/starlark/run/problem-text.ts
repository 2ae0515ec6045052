/** A problem of a script as people are told it: starlark-go's message, and what to write instead. */
import type { Problem } from "../syntax/problem.ts";
import { reservedWords } from "../syntax/token.ts";
import { libraryFileOf } from "../stdlib/modules.ts";
import { libraryPrefix } from "./load-path.ts";

const load = 'names of other files come with load("file.star", "name")';
const attempt = "errors are caught with attempt(function, ...)";
const fail = 'errors are raised with fail("...")';

/** What takes the place of Python's words. */
const insteadOf: Readonly<Partial<Record<(typeof reservedWords)[number], string>>> = {
  class: "use dicts, struct(...) and functions",
  del: "use dict.pop(key) or list.pop(index)",
  except: attempt,
  finally: attempt,
  from: load,
  import: load,
  is: "use == or !=",
  raise: fail,
  try: attempt,
};

/** The message and, where a habit of another language is behind the problem, a hint. `source` is the text of the problem's file. */
export function problemText({ message, where }: Problem, source: string): string {
  const hint = message.startsWith("undefined: ") ? loadHint(message) : syntaxHint(message, lineOf(source, where.line));
  return hint === undefined ? message : `${message}; ${hint}`;
}

function lineOf(source: string, line: number): string {
  return source.split(/\r\n|\r|\n/, line)[line - 1] ?? "";
}

function syntaxHint(message: string, line: string): string | undefined {
  const got = /^got ([a-z]+)/.exec(message)?.[1];
  const reserved = reservedWords.find((word) => word === got);
  if (reserved !== undefined) return `Starlark has no ${reserved}${ending(insteadOf[reserved])}`;
  if (got !== undefined && /^\s*assert\b/.test(line)) return `Starlark has no assert statement: ${fail}`;
  if (message.startsWith("got string literal, want") && /\bf["']/i.test(line)) {
    return 'Starlark has no f-strings: use "..." % value or "{}".format(value)';
  }
  return undefined;
}

/** The files of the library have one name each, that of the file. */
function loadHint(message: string): string | undefined {
  const name = /^undefined: ([a-z_][a-z0-9_]*)/.exec(message)?.[1];
  const file = name === undefined ? undefined : libraryFileOf(name);
  return file === undefined ? undefined : `the library has it: load("${libraryPrefix}${file}", "${name}")`;
}

function ending(instead: string | undefined): string {
  return instead === undefined ? "" : `: ${instead}`;
}
