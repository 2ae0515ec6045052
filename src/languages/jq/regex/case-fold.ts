/** Which characters are one when case does not matter. */
import { CharSet } from "./char-set.ts";
import { largerClasses, pairRuns, sequences } from "./fold-tables.ts";

const code = (digits: string): number => Number.parseInt(digits, 36);

interface Tables {
  /** All members of the class of each code point that is not alone in its class. */
  classes: Map<number, readonly number[]>;
  /** Code points that are as a sequence of two or three folded ones. */
  sequences: readonly { folded: readonly number[]; codes: readonly number[] }[];
}

let tables: Tables | undefined;

function read(): Tables {
  const classes = new Map<number, readonly number[]>();
  const enter = (members: readonly number[]): void => {
    for (const member of members) classes.set(member, members);
  };
  let first = 0;
  for (const run of pairRuns.split(" ")) {
    const [gap, count, stride, distance] = run.split(".").map(code) as [number, number, number, number];
    first += gap;
    for (let i = 0; i < count; i++) enter([first + i * stride, first + i * stride + distance]);
  }
  for (const members of largerClasses.split(" ")) enter(members.split(".").map(code));
  const list = sequences.split(" ").map((entry) => {
    const [folded = "", codes = ""] = entry.split(":");
    return { folded: folded.split(".").map(code), codes: codes.split(".").map(code) };
  });
  return { classes, sequences: list };
}

/** The code points that are as `one` when case does not matter, itself among them. */
export function equivalents(one: number): readonly number[] {
  return (tables ??= read()).classes.get(one) ?? [one];
}

/** Is `a` as `b` when case does not matter, taken as single characters? */
function isSameFolded(a: number, b: number): boolean {
  return a === b || equivalents(a).includes(b);
}

/** The set with everything that is as one of its members. */
export function foldedSet(set: CharSet): CharSet {
  const { classes } = (tables ??= read());
  const more: number[] = [];
  for (const [one, members] of classes) if (set.has(one)) for (const member of members) more.push(member, member);
  return more.length === 0 ? set : CharSet.of([...set.ranges, ...more]);
}

/** The longest sequence that the text from `from` on is as, and the code points that are as it: "ss" and ß, ẞ. */
export function sequenceAt(
  codes: readonly number[],
  from: number,
): { length: number; codes: readonly number[] } | undefined {
  let best: { length: number; codes: readonly number[] } | undefined;
  for (const { folded, codes: same } of (tables ??= read()).sequences) {
    if (folded.length <= (best?.length ?? 0) || from + folded.length > codes.length) continue;
    if (folded.every((one, i) => isSameFolded(one, codes[from + i]!))) best = { length: folded.length, codes: same };
  }
  return best;
}

/** The sequence of folded code points that `one` is as: ß is as "ss". */
export function sequenceOf(one: number): readonly number[] | undefined {
  return (tables ??= read()).sequences.find(({ codes }) => codes.includes(one))?.folded;
}

/** The sequences that a member of `set` is as. */
export function sequencesOf(set: CharSet): readonly (readonly number[])[] {
  return (tables ??= read()).sequences
    .filter(({ codes }) => codes.some((one) => set.has(one)))
    .map(({ folded }) => folded);
}
