/** Two texts as `diff -u` shows their difference. */

/** Lines around what differs. */
const context = 3;

interface Step {
  sign: " " | "-" | "+";
  line: string;
}

/** The difference, ending in a line end; "" when there is none. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const steps = stepsBetween(splitLines(before), splitLines(after));
  return `--- ${file}\n+++ ${file}\n${hunks(steps).join("")}`;
}

/** Lines with their ends; a last line without one says so, as diff does. */
function splitLines(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop()!;
  const ended = lines.map((line) => `${line}\n`);
  return last === "" ? ended : [...ended, `${last}\n\\ No newline at end of file\n`];
}

/** Myers' shortest way from one list of lines to the other. */
function stepsBetween(before: readonly string[], after: readonly string[]): Step[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const limit = Math.min(before.length, after.length) - start;
  while (end < limit && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (lines: readonly string[]) => lines.map((line): Step => ({ sign: " ", line }));
  return [
    ...same(before.slice(0, start)),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function shortest(before: readonly string[], after: readonly string[]): Step[] {
  const reached: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let edits = 0; ; edits++) {
    reached.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOn(furthest, diagonal, edits);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(before, after, reached);
    }
    // Texts that have little in common: all of one for all of the other.
    if (edits > 2000) return [...before.map(removed), ...after.map(added)];
    furthest = new Map(furthest);
  }
}

function startOn(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const [down, right] = [furthest.get(diagonal + 1) ?? -1, furthest.get(diagonal - 1) ?? -1];
  return diagonal === -edits || (diagonal !== edits && right < down) ? down : right + 1;
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  reached: readonly Map<number, number>[],
): Step[] {
  const steps: Step[] = [];
  let [x, y] = [before.length, after.length];
  for (let edits = reached.length - 1; edits >= 0; edits--) {
    const furthest = reached[edits]!;
    const diagonal = x - y;
    const from = startOn(furthest, diagonal, edits);
    const wasDown =
      from === (furthest.get(diagonal + 1) ?? -1) &&
      (diagonal === -edits || (diagonal !== edits && (furthest.get(diagonal - 1) ?? -1) < from));
    while (x > from && y > from - diagonal) {
      steps.push({ sign: " ", line: before[--x]! });
      y--;
    }
    if (edits === 0) break;
    if (wasDown) steps.push(added(after[--y]!));
    else steps.push(removed(before[--x]!));
  }
  return steps.toReversed();
}

function removed(line: string): Step {
  return { sign: "-", line };
}

function added(line: string): Step {
  return { sign: "+", line };
}

/** Runs of differences that are near each other, with the lines around them. */
function hunks(steps: readonly Step[]): string[] {
  const changed = steps.flatMap(({ sign }, i) => (sign === " " ? [] : [i]));
  const groups: { from: number; to: number }[] = [];
  for (const i of changed) {
    const last = groups.at(-1);
    if (last !== undefined && i - last.to <= 2 * context) last.to = i;
    else groups.push({ from: i, to: i });
  }
  return groups.map(({ from, to }) =>
    hunk(steps, Math.max(0, from - context), Math.min(steps.length, to + context + 1)),
  );
}

function hunk(steps: readonly Step[], from: number, to: number): string {
  const shown = steps.slice(from, to);
  const place = (without: "+" | "-") => {
    const before = steps.slice(0, from).filter(({ sign }) => sign !== without).length;
    const count = shown.filter(({ sign }) => sign !== without).length;
    return `${count === 0 ? before : before + 1}${count === 1 ? "" : `,${count}`}`;
  };
  return `@@ -${place("+")} +${place("-")} @@\n${shown.map(({ sign, line }) => sign + line).join("")}`;
}
