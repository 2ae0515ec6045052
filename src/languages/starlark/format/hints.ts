/** Comments that tell the formatter something. */
import { partsOf, type Note, type Piece } from "./pieces.ts";

/** Whether a comment of a piece says something, in any case. */
export function hasComment({ before, suffix, after }: Piece, words: string): boolean {
  const says = ({ text }: Note) => text.toLowerCase().includes(words);
  return before.some(says) || suffix.some(says) || after.some(says);
}

/** Whether a comment anywhere in pieces says something. */
export function someComment(pieces: readonly Piece[], words: string): boolean {
  return pieces.some((piece) => hasComment(piece, words) || someComment(partsOf(piece), words));
}
