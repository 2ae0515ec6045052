/**
 * The order of load statements: at the top of the file, one for each module, by module; the names in each by local name, those
 * with an alias last. Comments that say `disable=load-on-top`, `disable=same-origin-load` or `disable=out-of-order-load` keep
 * the author's.
 */
import type { Piece, Load, Loaded } from "./pieces.ts";
import { hasComment, someComment } from "./hints.ts";

/** Rearranges the load statements of a file's top level, in place. The order must not matter: see `loadsAreMovable`. */
export function arrangeLoads(pieces: Piece[]): void {
  if (!pieces.some(({ kind }) => kind === "load")) return;
  if (!someComment(pieces, "disable=load-on-top")) moveToTop(pieces);
  mergeSameModule(pieces);
  if (!someComment(pieces, "disable=out-of-order-load")) sortRuns(pieces);
  for (const piece of pieces) if (piece.kind === "load") piece.names = sortedNames(piece.names);
}

/** Before the first statement that is not a string, such as the file's documentation. */
function moveToTop(pieces: Piece[]): void {
  const first = pieces.findIndex(({ kind }) => kind !== "quoted" && kind !== "comments" && kind !== "load");
  if (first === -1) return;
  const isMisplaced = (piece: Piece, i: number) => i > first && piece.kind === "load";
  const loads = pieces.filter(isMisplaced);
  const others = pieces.slice(first).filter((piece) => piece.kind !== "load");
  pieces.splice(first, Infinity, ...loads, ...others);
}

function mergeSameModule(pieces: Piece[]): void {
  const byModule = new Map<string, Load>();
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!;
    if (piece.kind !== "load") continue;
    const earlier = byModule.get(piece.module.value);
    if (earlier === undefined) byModule.set(piece.module.value, piece);
    else if (![earlier, piece].some((load) => hasComment(load, "disable=same-origin-load"))) {
      earlier.names.push(...piece.names);
      keepComments(piece, earlier);
      pieces.splice(i--, 1);
    }
  }
}

/** Comments of a statement that goes away stay with the one that it became a part of. */
function keepComments(from: Load, to: Load): void {
  to.before.push(...from.before, ...from.module.before);
  to.suffix.push(...from.suffix, ...from.module.suffix);
  to.after.push(...from.after);
  to.close.before.push(...from.close.before);
}

/** Sorts loads that follow one another. */
function sortRuns(pieces: Piece[]): void {
  for (let start = 0; start < pieces.length; start++) {
    let end = start;
    while (pieces[end]?.kind === "load") end++;
    const run = pieces.slice(start, end) as Load[];
    pieces.splice(start, run.length, ...run.toSorted((a, b) => compareModules(a.module.value, b.module.value)));
    start = Math.max(start, end);
  }
}

/** Each once. Comments of a repeated one stay with the first. */
function sortedNames(names: readonly Loaded[]): Loaded[] {
  const key = ({ local, remote }: Loaded) => (local.text === remote.text ? "0" : "1") + local.text;
  const sorted = names.toSorted((a, b) => compareText(key(a), key(b)));
  return sorted.filter(({ local, remote }, i) => {
    const first = sorted.find((other) => other.local.text === local.text)!;
    if (first === sorted[i]) return true;
    first.local.before.push(...local.before, ...remote.before);
    first.remote.suffix.push(...local.suffix, ...remote.suffix);
    return false;
  });
}

/** Other repositories' modules first, then those from the project's root, then relative ones; a folder before its files. */
function compareModules(a: string, b: string): number {
  const [first, second] = [parseModule(a), parseModule(b)];
  return (
    Number(b.startsWith("@")) - Number(a.startsWith("@")) ||
    compareText(first.repository, second.repository) ||
    Number(first.folder !== "") - Number(second.folder !== "") ||
    comparePaths(first.folder, second.folder) ||
    comparePaths(first.file, second.file)
  );
}

interface ModuleName {
  repository: string;
  folder: string;
  file: string;
}

/** Sorts after all folders. */
const relativeFolder = "\x7f";

function parseModule(name: string): ModuleName {
  if (!name.startsWith("@") && !name.startsWith("//")) {
    return { repository: "", folder: relativeFolder, file: name.replace(/^:+/, "") };
  }
  const inRepository = /^@+([^/]*)(\/.*)?$/s.exec(name);
  if (inRepository === null) return parsePath("", name);
  const [, repository, rest] = inRepository;
  return rest === undefined ? { repository: repository!, folder: "", file: repository! } : parsePath(repository!, rest);
}

function parsePath(repository: string, path: string): ModuleName {
  const colon = path.indexOf(":");
  const folder = (colon === -1 ? path : path.slice(0, colon)).replace(/^\/\//, "");
  const file = colon === -1 ? "" : path.slice(colon + 1);
  if (file !== "") return { repository, folder, file };
  if (!path.startsWith("//")) return { repository, folder: "", file: path };
  return { repository, folder, file: folder.slice(folder.lastIndexOf("/") + 1) };
}

/** By folders, without regard to case unless that is all the difference. */
function comparePaths(a: string, b: string): number {
  const [first, second] = [a.split("/"), b.split("/")];
  for (const [i, part] of first.entries()) {
    if (i >= second.length) return 1;
    const difference = compareText(lowered(part), lowered(second[i]!));
    if (difference !== 0) return difference;
  }
  return compareText(a, b);
}

function lowered(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
