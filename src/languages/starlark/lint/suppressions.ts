/** Comments that keep the linter silent: `# autoflow: ignore[rule, rule]` at the end of a line, or on a line before it. */
import type { SourceTree } from "../syntax/source-tree.ts";
import { isWholeLine } from "../syntax/source-tree.ts";
import type { Finding, Span } from "./rule.ts";

export interface Suppression extends Span {
  /** The rules it names; none for all. */
  rules: readonly { name: string; start: number; end: number; used: boolean }[];
  used: boolean;
  /** Offsets of the line it is about. */
  line: Span;
}

const pattern = /^#\s*autoflow:\s*ignore\b\s*(?:\[([^\]]*)\])?/;

/** The suppressions of a text, in order. */
export function findSuppressions({ comments, file: { text } }: SourceTree): Suppression[] {
  const found: Suppression[] = [];
  for (const comment of comments) {
    const match = pattern.exec(text.slice(comment.start, comment.end));
    if (match === null) continue;
    const line = isWholeLine(comment, text) ? nextCodeLine(text, comment.end) : lineAround(text, comment.start);
    found.push({ ...comment, rules: namesIn(match, comment.start), used: false, line });
  }
  return found;
}

function namesIn(match: RegExpExecArray, start: number): Suppression["rules"] {
  const list = match[1];
  if (list === undefined) return [];
  const from = start + match[0].lastIndexOf("[") + 1;
  return [...list.matchAll(/[^\s,]+/g)].map(({ 0: name, index }) => ({
    name,
    start: from + index,
    end: from + index + name.length,
    used: false,
  }));
}

function lineAround(text: string, at: number): Span {
  const end = text.indexOf("\n", at);
  return { start: text.lastIndexOf("\n", at - 1) + 1, end: end === -1 ? text.length : end };
}

/** The first line after a comment that is neither empty nor only a comment. */
function nextCodeLine(text: string, after: number): Span {
  let line = lineAround(text, after);
  while (line.end < text.length) {
    line = lineAround(text, line.end + 1);
    const content = text.slice(line.start, line.end).trim();
    if (content !== "" && !content.startsWith("#")) return line;
  }
  return { start: text.length, end: text.length };
}

/** Whether a suppression is about a finding; it is marked as used. */
export function suppresses(suppression: Suppression, { rule, start }: Finding): boolean {
  if (start < suppression.line.start || start > suppression.line.end) return false;
  if (suppression.rules.length === 0) return (suppression.used = true);
  const named = suppression.rules.find(({ name }) => name === rule);
  if (named === undefined) return false;
  named.used = true;
  return true;
}
