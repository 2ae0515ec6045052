/** Lists of strings with a comment `keep sorted`: sorted, each string once. */
import { hasComment } from "./hints.ts";
import { partsOf, type Piece, type Quoted, type Sequence } from "./pieces.ts";

/** Sorts the lists that ask for it, in place. Empty lines and comments between strings divide a list. */
export function sortMarkedLists(pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    sortMarkedLists(partsOf(piece));
    if (piece.kind === "assign" && hasComment(piece, mark)) sortListsOf(piece.right);
    else if (piece.kind === "entry" && hasComment(piece, mark)) sortListsOf(piece.value);
    else if (piece.kind === "list" && [piece, ...piece.items.slice(0, 1)].some((part) => hasComment(part, mark))) {
      sortListsOf(piece);
    }
  }
}

const mark = "keep sorted";

/** A list, those added to it, and those in the dict of a `select`. */
function sortListsOf(piece: Piece): void {
  if (piece.kind === "list") sortList(piece);
  else if (piece.kind === "binary" && piece.operator === "+") {
    sortListsOf(piece.left);
    sortListsOf(piece.right);
  } else if (piece.kind === "call" && piece.callee.kind === "word" && piece.callee.text === "select") {
    const [cases] = piece.items;
    if (cases?.kind !== "dict") return;
    for (const entry of cases.items) if (entry.kind === "entry") sortListsOf(entry.value);
  }
}

function sortList(list: Sequence): void {
  const { items } = list;
  if (items.length < 2) return;
  if (hasComment(items[0]!, "do not sort")) {
    list.items = withoutRepeated(items);
    return;
  }
  const forced = hasComment(list, mark) || hasComment(items[0]!, mark);
  if (!forced && hasWholeLineComments(list)) list.items = withoutRepeated(items);
  else list.items = chunksOf(items).flatMap((chunk) => sortedChunk(chunk));
}

function hasWholeLineComments({ before, after, close, items }: Sequence): boolean {
  return before.length + after.length + close.before.length > 0 || items.some((item) => item.before.length > 0);
}

/** Strings that follow one another without a comment between; everything else is alone. */
function chunksOf(items: readonly Piece[]): Piece[][] {
  const chunks: Piece[][] = [];
  for (const item of items) {
    const last = chunks.at(-1);
    if (item.kind === "quoted" && item.before.length === 0 && last?.[0]?.kind === "quoted") last.push(item);
    else chunks.push([item]);
  }
  return chunks;
}

function sortedChunk(chunk: Piece[]): Piece[] {
  const [first] = chunk;
  if (first?.kind !== "quoted" || chunk.length === 1) return chunk;
  const leading = first.before.splice(0);
  const sorted = (chunk as Quoted[]).toSorted(compareStrings);
  const unique = sorted.filter((item, i) => {
    const previous = sorted[i - 1];
    if (previous?.value !== item.value) return true;
    previous.suffix.push(...item.suffix);
    item.suffix = previous.suffix;
    return false;
  });
  unique[0]!.before = leading;
  return unique;
}

/** Comments of a string that goes away stay with the next that does not. */
function withoutRepeated(items: readonly Piece[]): Piece[] {
  const seen = new Set<string>();
  const left: Piece[] = [];
  const homeless: Piece["before"] = [];
  for (const item of items) {
    if (item.kind === "quoted" && seen.has(item.value)) {
      homeless.push(...item.before, ...item.after, ...item.suffix);
      continue;
    }
    if (item.kind === "quoted") seen.add(item.value);
    item.before.unshift(...homeless.splice(0));
    left.push(item);
  }
  left.at(-1)!.suffix.push(...homeless);
  return left;
}

/** Plain strings, then those with ":", "//" and "@" before them; by their parts between dots and colons. */
function compareStrings(a: Quoted, b: Quoted): number {
  const phase = phaseOf(a.value) - phaseOf(b.value);
  if (phase !== 0) return phase;
  const [first, second] = [a.value.split(/[.:]/), b.value.split(/[.:]/)];
  for (const [i, part] of first.entries()) {
    const other = second[i];
    if (other === undefined) return 1;
    if (part !== other) return part < other ? -1 : 1;
  }
  if (first.length !== second.length) return -1;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

function phaseOf(value: string): number {
  return value.startsWith("@") ? 3 : value.startsWith("//") ? 2 : value.startsWith(":") ? 1 : 0;
}
