/** Where findings are. */
import { startOf, type Spanned } from "../syntax/start-of.ts";
import type { Expression, StringLiteral } from "../syntax/tree.ts";
import type { Edit, Span } from "./rule.ts";

/** All of a node. */
export function spanOf(node: Spanned): Span {
  return { start: startOf(node), end: node.end };
}

/** The name after the dot. */
export function nameSpan({ namePos, end }: Extract<Expression, { kind: "dot" }>): Span {
  return { start: namePos, end };
}

/** Removes whole lines: from the line where the span begins to the end of that where it ends. */
export function removeLines(text: string, { start, end }: Span): Edit {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  return { start: from, end: lineEnd === -1 ? text.length : lineEnd + 1, text: "" };
}

/** Replaces what is between the quotes of a string literal. */
export function replaceContent(literal: StringLiteral, text: string, replacement: string): Edit {
  const written = text.slice(literal.pos, literal.end);
  const quotes = /^r?("""|'''|"|')/.exec(written);
  const length = quotes?.[1]!.length ?? 1;
  const before = quotes?.[0].length ?? 1;
  return { start: literal.pos + before, end: literal.end - length, text: replacement };
}
