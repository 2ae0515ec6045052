/** Where a character of a scalar's value stands in the file: the way from an error in an expression to its line and column. */
import type { Location } from "../../../core/errors.ts";
import type { ScalarNode } from "./tree.ts";

/**
 * The place of `value[index]`. Quotes, escapes, indentation and folded lines are taken into account: both texts are walked side by
 * side, white space being elastic, as YAML changes nothing else.
 */
export function placeInScalar(node: ScalarNode, index: number): Location {
  return node.source.location(node.offset + writtenIndex(node, index));
}

function writtenIndex({ value, written }: ScalarNode, index: number): number {
  if (typeof value !== "string") return Math.min(index, written.length);
  const quote = written[0] === '"' || written[0] === "'" ? written[0] : "";
  let at = quote === "" ? headLength(written) : 1;
  for (let i = 0; i < index && at < written.length; i++) at = nextWritten(written, at, value[i]!, quote);
  while (at < written.length && isSpace(written[at]!) && !isSpace(value[index] ?? " ")) at++;
  return Math.min(at, written.length);
}

/** The line of a block scalar's "|" or ">" is none of its value. */
function headLength(written: string): number {
  if (written[0] !== "|" && written[0] !== ">") return 0;
  const end = written.indexOf("\n");
  return end === -1 ? written.length : end + 1;
}

/** The offset behind the characters that stand for one character of the value. */
function nextWritten(written: string, from: number, character: string, quote: string): number {
  let at = from;
  if (!isSpace(character)) while (at < written.length && isSpace(written[at]!)) at++;
  if (quote === '"' && written[at] === "\\") return at + escapeLength(written, at);
  if (quote === "'" && written[at] === "'" && written[at + 1] === "'") return at + 2;
  if (isSpace(character) && at < written.length && !isSpace(written[at]!)) return at;
  return at + 1;
}

function escapeLength(written: string, at: number): number {
  const kind = written[at + 1];
  if (kind === "x") return 4;
  if (kind === "u") return 6;
  return kind === "U" ? 10 : 2;
}

function isSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\t" || character === "\r";
}
