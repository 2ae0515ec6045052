/** What is at a place in a text. */
import type { Analysis } from "../analysis/analysis.ts";
import type { Scope } from "../analysis/symbols.ts";
import type { CallExpression, Expression, Identifier, LoadStatement, StringLiteral } from "../syntax/tree.ts";

/** The identifier at an offset. */
export function identifierAt(analysis: Analysis, offset: number): Identifier | undefined {
  return analysis.index.expressions("identifier").find(({ pos, end }) => pos <= offset && offset <= end);
}

/** The dot expression whose name is at an offset. */
export function memberAt({ index }: Analysis, offset: number): Extract<Expression, { kind: "dot" }> | undefined {
  return index.expressions("dot").find(({ namePos, end }) => namePos <= offset && offset <= end);
}

/** The string literal between whose quotes an offset is. */
export function stringAt({ index, text }: Analysis, offset: number): StringLiteral | undefined {
  return index.expressions("string").find((literal) => {
    const { start, end } = contentOf(literal, text);
    return start <= offset && offset <= end;
  });
}

/** Where a string literal's content is; that of one without a closing quote reaches to its end. */
export function contentOf({ pos, end }: StringLiteral, text: string): { start: number; end: number } {
  const opening = /^r?("""|'''|"|')/.exec(text.slice(pos, end));
  if (opening === null) return { start: pos, end };
  const [prefix, quote] = [opening[0], opening[1]!];
  const isClosed = end - pos >= prefix.length + quote.length && text.slice(pos, end).endsWith(quote);
  return { start: pos + prefix.length, end: isClosed ? end - quote.length : end };
}

/** The load statement that a literal is in. */
export function loadAround({ index }: Analysis, literal: StringLiteral): LoadStatement | undefined {
  return index
    .statements("load")
    .find(({ module, names }) => module === literal || names.some(({ remote }) => remote === literal));
}

/** The innermost call between whose parentheses an offset is. */
export function callAround({ index, text }: Analysis, offset: number): CallExpression | undefined {
  let found: CallExpression | undefined;
  for (const call of index.expressions("call")) {
    const isClosed = text[call.end - 1] === ")";
    if (call.pos >= offset || (isClosed ? offset >= call.end : offset > call.end + 1)) continue;
    if (found === undefined || call.pos > found.pos) found = call;
  }
  return found;
}

/** The innermost scope that an offset is in. */
export function scopeAt({ symbols }: Analysis, offset: number): Scope {
  let scope = symbols.file;
  for (;;) {
    const inner = scope.children.find((child) => {
      const node = child.function ?? child.comprehension!;
      return node.pos <= offset && offset <= node.end;
    });
    if (inner === undefined) return scope;
    scope = inner;
  }
}

/** Whether an offset is in a comment. */
export function isInComment({ tree }: Analysis, offset: number): boolean {
  return tree.comments.some(({ start, end }) => start < offset && offset <= end);
}
