/** What changed between two trees, as unified diffs. */
import type { Blob } from "./repository.ts";

export interface FileDiff {
  oldPath: string;
  newPath: string;
  /** From the first "@@" on. */
  diff: string;
  oldMode: string;
  newMode: string;
  isNew: boolean;
  isRenamed: boolean;
  isDeleted: boolean;
}

type Tree = ReadonlyMap<string, Blob>;

/** One for each file that differs, by path; a file that only moved is one. */
export function diffTrees(before: Tree, after: Tree): FileDiff[] {
  const gone = new Map<string, string>();
  for (const [path, { sha }] of before) if (!after.has(path)) gone.set(sha, path);
  const moved = new Set<string>();
  const diffs: FileDiff[] = [];
  for (const [path, blob] of after) {
    const old = before.get(path);
    if (old?.sha === blob.sha && old.isExecutable === blob.isExecutable) continue;
    const from = old === undefined ? gone.get(blob.sha) : undefined;
    if (from !== undefined) moved.add(from);
    diffs.push(fileDiff(from ?? path, path, before.get(from ?? path), blob));
  }
  for (const [path, blob] of before) {
    if (!after.has(path) && !moved.has(path)) diffs.push(fileDiff(path, path, blob, undefined));
  }
  return diffs.toSorted((a, b) => (a.newPath < b.newPath ? -1 : 1));
}

function fileDiff(oldPath: string, newPath: string, before: Blob | undefined, after: Blob | undefined): FileDiff {
  return {
    oldPath,
    newPath,
    diff: unifiedDiff(textOf(before), textOf(after)),
    oldMode: modeOf(before),
    newMode: modeOf(after),
    isNew: before === undefined,
    isRenamed: oldPath !== newPath,
    isDeleted: after === undefined,
  };
}

function modeOf(blob: Blob | undefined): string {
  if (blob === undefined) return "0";
  return blob.isExecutable ? "100755" : "100644";
}

function textOf(blob: Blob | undefined): string {
  return blob === undefined ? "" : new TextDecoder().decode(blob.content);
}

const context = 3;

/** Hunks of two texts; the empty text when they are the same or when one is binary. */
function unifiedDiff(before: string, after: string): string {
  if (before === after || before.includes("\0") || after.includes("\0")) return "";
  const edits = editsBetween(linesOf(before), linesOf(after));
  let text = "";
  for (const hunk of hunksOf(edits)) text += hunk;
  return text;
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  else lines[lines.length - 1] += "\n\\ No newline at end of file";
  return lines;
}

interface Edit {
  sign: " " | "-" | "+";
  line: string;
}

/** Lines that both begin and end with are kept out of the comparison, which takes time for both lengths multiplied. */
function editsBetween(before: string[], after: string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const [old, fresh] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const same = (lines: string[]): Edit[] => lines.map((line) => ({ sign: " ", line }));
  return [...same(before.slice(0, start)), ...middleEdits(old, fresh), ...same(end === 0 ? [] : before.slice(-end))];
}

const largestComparison = 4_000_000;

function middleEdits(old: string[], fresh: string[]): Edit[] {
  const removed = (line: string): Edit => ({ sign: "-", line });
  const added = (line: string): Edit => ({ sign: "+", line });
  if (old.length * fresh.length > largestComparison) return [...old.map(removed), ...fresh.map(added)];
  const width = fresh.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const [down, right] = [common[(i + 1) * width + j]!, common[i * width + j + 1]!];
      common[i * width + j] = old[i] === fresh[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(down, right);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      edits.push({ sign: " ", line: old[i++]! });
      j++;
    } else if (j === fresh.length || (i < old.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      edits.push(removed(old[i++]!));
    } else edits.push(added(fresh[j++]!));
  }
  return edits;
}

function* hunksOf(edits: Edit[]): Generator<string> {
  let [oldLine, newLine] = [1, 1];
  let at = 0;
  while (at < edits.length) {
    let next = at;
    while (next < edits.length && edits[next]!.sign === " ") next++;
    if (next === edits.length) return;
    const from = Math.max(at, next - context);
    oldLine += from - at;
    newLine += from - at;
    const to = endOfHunk(edits, next);
    const lines = edits.slice(from, to);
    const old = lines.filter(({ sign }) => sign !== "+").length;
    const fresh = lines.filter(({ sign }) => sign !== "-").length;
    yield `@@ -${range(oldLine, old)} +${range(newLine, fresh)} @@\n${lines.map(({ sign, line }) => `${sign}${line}\n`).join("")}`;
    oldLine += old;
    newLine += fresh;
    at = to;
  }
}

/** Changes that are near each other share a hunk. */
function endOfHunk(edits: Edit[], first: number): number {
  let last = first;
  for (let i = first; i < edits.length && i - last <= 2 * context; i++) if (edits[i]!.sign !== " ") last = i;
  return Math.min(edits.length, last + context + 1);
}

function range(line: number, count: number): string {
  const start = count === 0 ? line - 1 : line;
  return count === 1 ? String(start) : `${start},${count}`;
}
