/** A source text as tools see it: formatter, linter, language server. */
import type { Problem, SyntaxProblem } from "./problem.ts";
import { RecoveringParser, type Annotation, type Skipped } from "./recovering-parser.ts";
import { RecoveringScanner } from "./recovering-scanner.ts";
import type { Comment } from "./scan.ts";
import { TextFile } from "./source-file.ts";
import type { SourceFile, Statement } from "./tree.ts";

/**
 * A text and what could be made of it. All offsets are those of `file.text`, which has "\n" line ends and no byte order mark.
 *
 * `body` is not resolved; `resolve` (`resolve.ts`) does that in place, as for a whole file: it finds scopes and undefined names
 * in a partial tree too.
 */
export interface SourceTree {
  file: SourceFile;
  /** The statements that are whole, and what could be kept of broken ones: see `parseSourceTree`. */
  body: Statement[];
  /** Every comment, in order. */
  comments: Comment[];
  /** Everything that is wrong, in the order of the text. The first is what the compiler says too. */
  problems: Problem[];
  /** What is in the text and not in the tree, in order. Empty when there are no problems. */
  skipped: Skipped[];
  /** The type annotations (PEP 484), in order. They are not in the tree: the language has none. */
  annotations: Annotation[];
}

export interface SourceTreeOptions {
  /** Whether type annotations are allowed. */
  annotations?: boolean;
}

/**
 * Parses a text that may be unfinished. After a problem it goes on with the next statement: an unfinished bracket ends where a
 * line begins like a statement, a def whose header is broken keeps its name, the parameters before the problem and its body,
 * the body of any other broken statement is taken as if it stood in its place, and a dot without a name after it has the name
 * "". A type annotation is a problem, unless they are allowed. Never throws for bad source.
 */
export function parseSourceTree(path: string, source: string, options: SourceTreeOptions = {}): SourceTree {
  const file = new TextFile(path, source);
  const found: SyntaxProblem[] = [];
  const scanner = new RecoveringScanner(file.text, found);
  const parser = new RecoveringParser(scanner, options.annotations ?? false);
  const body = parser.file();
  const { skipped, annotations } = parser;
  const { comments } = scanner;
  const problems = found
    .toSorted((a, b) => a.pos - b.pos)
    .map(({ message, pos }) => ({ message, where: file.location(pos) }));
  return { file, body, comments, problems, skipped, annotations };
}

/** Whether nothing but white space is before a comment on its line. */
export function isWholeLine({ start }: Comment, text: string): boolean {
  for (let at = start - 1; at >= 0; at--) {
    const character = text[at];
    if (character === "\n") return true;
    if (character !== " " && character !== "\t") return false;
  }
  return true;
}

/** The type of a type comment (`# type: (W, Event) -> None`): what is after `type:`. Undefined for any other comment. */
export function typeComment({ start, end }: Comment, text: string): string | undefined {
  return /^#\s*type:\s*(\S.*?)\s*$/.exec(text.slice(start, end))?.[1];
}
