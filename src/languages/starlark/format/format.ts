/**
 * The formatter: one style for every file, that of buildifier for .star and .bzl files. It keeps the author's choice between one
 * line and one line for each element, the comments, and what the program means.
 */
import type { Problem } from "../syntax/problem.ts";
import { parseSourceTree, type SourceTree } from "../syntax/source-tree.ts";
import { readString } from "../syntax/string-literal.ts";
import { arrangeLoads } from "./arrange-loads.ts";
import { attachInner, innerComments } from "./inner-comments.ts";
import { sortMarkedLists } from "./keep-sorted.ts";
import { loadsAreMovable } from "./movable-loads.ts";
import { looseLines } from "./outside-lines.ts";
import type { Piece } from "./pieces.ts";
import { printPieces } from "./print-pieces.ts";
import { isSameProgram } from "./same-program.ts";
import { StatementPieces } from "./statement-pieces.ts";
import { reindented } from "./literals.ts";

export interface FormatOptions {
  /** Allows type annotations (`x: int`, `-> str`), which the language does not have, and leaves them out. */
  stripTypes?: boolean;
}

export interface Formatted {
  /** Present when there are no problems. */
  text?: string;
  /** Why the text cannot be formatted: what is wrong with its syntax, in the order of the text. */
  problems: Problem[];
}

const maximalPasses = 8;

/** A file's text in the style. Formatting that text again changes nothing. Never throws for bad source. */
export function formatSource(path: string, source: string, { stripTypes = false }: FormatOptions = {}): Formatted {
  let parsed = parseSourceTree(path, source, { annotations: stripTypes });
  if (parsed.annotations.length > 0 && parsed.problems.length === 0) {
    parsed = parseSourceTree(path, withoutAnnotations(parsed));
  }
  if (parsed.problems.length > 0) return { problems: parsed.problems };
  return { text: stableLayout(path, parsed), problems: [] };
}

/** Comments in odd places move once more when they are laid out again, so it is done until nothing changes. */
function stableLayout(path: string, parsed: SourceTree): string {
  const liberties = { sortedLists: asksForSorting(parsed.file.text) };
  let before = parsed;
  for (let i = 0; i < maximalPasses; i++) {
    const text = layOut(before);
    if (text === before.file.text) return text;
    const after = parseSourceTree(path, text);
    if (after.problems.length > 0 || !isSameProgram(parsed, after, liberties)) {
      throw new Error(`the formatter would change what ${path} means, so it leaves it alone`);
    }
    before = after;
  }
  throw new Error(`the layout of ${path} does not settle`);
}

function layOut(parsed: SourceTree): string {
  const { file, body, comments } = parsed;
  const lineOf = (pos: number) => file.location(pos).line;
  const loose = looseLines(parsed, lineOf);
  const between = new Set(loose.map(({ comment }) => comment));
  const within = comments.filter((comment) => !between.has(comment));
  const pieces = new StatementPieces(file.text, lineOf, loose).file(body);
  const homeless = attachInner(innerComments(within, file.text), pieces);
  if (asksForSorting(file.text)) sortMarkedLists(pieces);
  if (loadsAreMovable(body)) arrangeLoads(pieces);
  moveDocumentation(pieces, 1, (pos) => file.location(pos).column);
  return printPieces(pieces, homeless, lineOf);
}

function asksForSorting(text: string): boolean {
  return /#.*keep sorted/i.test(text);
}

function withoutAnnotations({ file, annotations }: SourceTree): string {
  let text = "";
  let at = 0;
  for (const { start, end } of annotations) {
    text += file.text.slice(at, start).trimEnd();
    at = end;
  }
  return text + file.text.slice(at);
}

/** Indents the lines of functions' documentation with their bodies. `depth` is that of a body here. */
function moveDocumentation(pieces: readonly Piece[], depth: number, columnOf: (pos: number) => number): void {
  for (const piece of pieces) {
    if (piece.kind === "def") {
      const [first] = piece.body;
      if (first?.kind === "quoted" && /^r?(?:"""|''')/.test(first.token)) {
        first.token = reindented(first.token, columnOf(first.start) - 1, 4 * depth);
        first.value = readString(first.token, 0).value;
      }
    }
    if ("body" in piece && Array.isArray(piece.body)) moveDocumentation(piece.body, depth + 1, columnOf);
    if (piece.kind === "if") {
      const isElif = piece.orElse.length === 1 && piece.orElse[0]!.kind === "if";
      moveDocumentation(piece.orElse, isElif ? depth : depth + 1, columnOf);
    }
  }
}
