/** Texts in the middle of being written: what they would be if the author stopped here and finished the statement. */
import { Analysis } from "../analysis/analysis.ts";
import { parseSourceTree } from "../syntax/source-tree.ts";

/** The name, or the beginning of one, that ends at an offset. */
export function wordBefore(text: string, offset: number): { start: number; end: number } {
  const [word] = /[\p{L}_\p{Nd}]*$/u.exec(text.slice(Math.max(0, offset - 200), offset))!;
  return { start: offset - word.length, end: offset };
}

/**
 * The text with a name at the offset (a placeholder `_` when there is none yet), and with the comma or the closing brackets that make most of
 * it whole. `offset` is the end of the name there.
 */
export function finishedAt(analysis: Analysis, offset: number): { analysis: Analysis; offset: number } {
  const { text, path, environment } = analysis;
  const name = wordBefore(text, offset).start === offset ? "_" : "";
  const before = text.slice(0, offset) + name;
  const after = text.slice(offset);
  if (name === "" && analysis.problems.length === 0) return { analysis, offset };
  const isLineEnd = /^[ \t]*(?:#[^\n]*)?(?:\n|$)/.test(after);
  const pieces = isLineEnd ? ["", ",", closingBrackets(before)] : [""];
  let best = before + after;
  let fewest = Number.POSITIVE_INFINITY;
  for (const piece of new Set(pieces)) {
    const candidate = before + piece + after;
    const problems = parseSourceTree(path, candidate).problems.length;
    if (problems < fewest) [best, fewest] = [candidate, problems];
    if (fewest === 0) break;
  }
  return { analysis: new Analysis(path, best, environment), offset: before.length };
}

const pairs: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** What closes the brackets that are open at the end of a text, since its last line that begins a statement of a block. */
function closingBrackets(text: string): string {
  const from = Math.max(text.lastIndexOf("\n\n"), text.lastIndexOf(":\n"), 0);
  const open: string[] = [];
  for (const [piece] of text.slice(from).matchAll(/"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|#[^\n]*|[([{)\]}]/g)) {
    if (piece in pairs) open.push(pairs[piece]!);
    else if (piece === open.at(-1)) open.pop();
  }
  return open.toReversed().join("");
}

/** The beginning of the path that is being written in a load statement that has nothing else yet. */
export function unfinishedLoad(text: string, offset: number): { start: number; end: number } | undefined {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const found = /^load\(\s*["']([^"']*)$/.exec(line);
  return found === null
    ? undefined
    : { start: offset - found[1]!.length, end: offset + /^[^"'\n)]*/.exec(text.slice(offset))![0].length };
}
