/** Applying what the linter proposes. */
import type { Edit, Fix } from "../../languages/starlark/lint/rule.ts";

/** The text with these edits, which may come in any order. Of two that overlap the first counts. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** The edits of all fixes that keep what the program does. */
export function safeEdits(fixes: readonly Fix[]): Edit[] {
  return fixes.filter(({ safe }) => safe).flatMap(({ edits }) => edits);
}

/** A changed text with the line ends and the byte order mark of the original one. */
export function asWritten(text: string, original: string): string {
  const lines = original.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
  return original.startsWith("\ufeff") ? `\ufeff${lines}` : lines;
}
