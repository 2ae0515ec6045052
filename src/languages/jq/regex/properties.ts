/** Properties of characters by name: categories, scripts, blocks and the others, from tables of our own. */
import { CharSet, everything } from "./char-set.ts";
import {
  blockNames,
  blockRuns,
  categoryNames,
  categoryRuns,
  derivedProperties,
  scriptNames,
  scriptRuns,
} from "./property-tables.ts";

/** Calls `take` for each run of a table of `property-tables.ts`. */
export function eachRun(text: string, take: (first: number, last: number, value: number) => void): void {
  let end = 0;
  for (const run of text === "" ? [] : text.split(" ")) {
    const [gap = "", count = "", value = ""] = run.split(".");
    const first = end + Number.parseInt(gap, 36);
    end = first + (count === "" ? 1 : Number.parseInt(count, 36));
    take(first, end - 1, value === "" ? 0 : Number.parseInt(value, 36));
  }
}

/** Properties that do not overlap, read when one of them is first asked for. */
class Partition {
  readonly #names: readonly string[];
  readonly #runs: string;
  #sets: CharSet[] | undefined;

  constructor(names: string, runs: string) {
    this.#names = names.split(" ");
    this.#runs = runs;
  }

  find(name: string): CharSet | undefined {
    const index = this.#names.findIndex((labels) => labels.split("|").includes(name));
    return index < 0 ? undefined : this.at(index);
  }

  at(index: number): CharSet {
    return (this.#sets ??= this.#read())[index]!;
  }

  #read(): CharSet[] {
    const pairs = this.#names.map((): number[] => []);
    eachRun(this.#runs, (first, last, value) => pairs[value]!.push(first, last));
    return pairs.map((ranges) => CharSet.of(ranges));
  }
}

const categories = new Partition(categoryNames, categoryRuns);
const scripts = new Partition(scriptNames, scriptRuns);
const blocks = new Partition(blockNames, blockRuns);

function findDerived(name: string): CharSet | undefined {
  if (name === "innoblock") return CharSet.of([0, 0x10ffff]).intersect(unionOfBlocks().invert());
  const entry = derivedProperties.find((text) => text.slice(0, text.indexOf(":")).split("|").includes(name));
  if (entry === undefined) return undefined;
  const [, near = "", differences = ""] = entry.split(":");
  const indexes = near === "" ? [] : near.split(" ").map((digits) => Number.parseInt(digits, 36));
  const union = CharSet.of(indexes.flatMap((index) => [...categories.at(index).ranges]));
  const pairs: number[] = [];
  eachRun(differences, (first, last) => pairs.push(first, last));
  const difference = CharSet.of(pairs);
  return union.intersect(difference.invert()).union(difference.intersect(union.invert()));
}

function unionOfBlocks(): CharSet {
  const pairs: number[] = [];
  eachRun(blockRuns, (first, last) => pairs.push(first, last));
  return CharSet.of(pairs);
}

const found = new Map<string, CharSet>();

/** The set of a property, by any of its names; case, spaces, `-` and `_` do not matter. `undefined` when there is none of that name. */
export function propertySet(name: string): CharSet | undefined {
  const key = name.replaceAll(/[ _-]/g, "").toLowerCase();
  let set = found.get(key);
  if (set === undefined) {
    set =
      key === "any" ? everything : (categories.find(key) ?? scripts.find(key) ?? findDerived(key) ?? blocks.find(key));
    if (set !== undefined) found.set(key, set);
  }
  return set;
}

/** The set of a property that is known to exist. */
export function knownSet(name: string): CharSet {
  const set = propertySet(name);
  if (set === undefined) throw new Error(`no property ${name}`);
  return set;
}
