/** Comments within statements and at the ends of their lines: which piece has them. */
import type { Comment } from "../syntax/scan.ts";
import { partsOf, type Note, type Piece } from "./pieces.ts";

/** Comments that are not between statements, each in the order of the text. */
export interface InnerComments {
  /** They go before the piece that follows: those on lines of their own, and those after an opening bracket. */
  leading: Note[];
  /** They stay behind the piece that they follow. */
  trailing: Note[];
}

/** Sorts comments by the side on which they hang. Empty lines before one in brackets are kept, as one. */
export function innerComments(comments: readonly Comment[], text: string): InnerComments {
  const leading: Note[] = [];
  const trailing: Note[] = [];
  for (const { start, end } of comments) {
    const note = { start, text: text.slice(start, end).trim() };
    if (hasEmptyLineBefore(text, start)) leading.push({ start, text: "" });
    (followsCode(text, start) ? trailing : leading).push(note);
  }
  return { leading, trailing };
}

/** Hangs comments into the pieces of a file. Answers those for which there is none. */
export function attachInner({ leading, trailing }: InnerComments, pieces: readonly Piece[]): Note[] {
  attachTrailing(trailing, pieces);
  attachLeading(leading, pieces);
  return [...trailing, ...leading];
}

/** Each goes to the outermost piece that ends before it; those of compound statements go to something within. */
function attachTrailing(notes: Note[], pieces: readonly Piece[]): void {
  const fromTheEnd: Piece[] = [];
  const collect = (piece: Piece): void => {
    for (const part of partsOf(piece)) collect(part);
    fromTheEnd.push(piece);
  };
  for (const piece of pieces) collect(piece);
  for (const piece of fromTheEnd.toReversed()) {
    if (notes.length === 0) return;
    if (isCompound(piece)) continue;
    while (notes.length > 0 && piece.end <= notes.at(-1)!.start) piece.suffix.unshift(notes.pop()!);
  }
}

/** Each goes to the outermost piece that begins after it. */
function attachLeading(notes: Note[], pieces: readonly Piece[]): void {
  const visit = (piece: Piece): void => {
    let added = 0;
    while (added < notes.length && piece.start >= notes[added]!.start) added++;
    if (added > 0) {
      piece.before.push(...notes.splice(0, added));
      piece.before.sort((a, b) => a.start - b.start);
    }
    for (const part of partsOf(piece)) if (notes.length > 0) visit(part);
  };
  for (const piece of pieces) visit(piece);
}

function isCompound({ kind }: Piece): boolean {
  return kind === "def" || kind === "if" || kind === "for" || kind === "while" || kind === "comments";
}

/** Whether there is something before a comment on its line that it can say something about. */
function followsCode(text: string, start: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start).replaceAll(/\s/g, "");
  return before !== "" && before !== "):" && !/[[({]$/.test(before);
}

function hasEmptyLineBefore(text: string, start: number): boolean {
  let lines = 0;
  for (let at = start - 1; at >= 0 && /\s/.test(text[at]!); at--) if (text[at] === "\n") lines++;
  return lines > 1;
}
