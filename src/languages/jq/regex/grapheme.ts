/** Borders between the characters that people see (extended grapheme clusters of Unicode 14.0, UAX #29). */
import { knownSet, eachRun } from "./properties.ts";
import { breakRuns } from "./property-tables.ts";

const carriageReturn = 1;
const lineFeed = 2;
const control = 3;
const extend = 4;
const prepend = 5;
const spacingMark = 6;
const leading = 7;
const vowel = 8;
const trailing = 9;
const leadingVowel = 10;
const leadingVowelTrailing = 11;
const regional = 12;
const joiner = 13;

const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;

let kinds: Map<number, number> | undefined;

function readKinds(): Map<number, number> {
  const map = new Map<number, number>();
  eachRun(breakRuns, (first, last, kind) => {
    for (let code = first; code <= last; code++) map.set(code, kind);
  });
  return map;
}

function kindOf(code: number): number {
  if (code >= firstSyllable && code <= lastSyllable) {
    return (code - firstSyllable) % 28 === 0 ? leadingVowel : leadingVowelTrailing;
  }
  return (kinds ??= readKinds()).get(code) ?? 0;
}

/** Is there a border before `at`? `charge` is told how far it had to look back. */
export function isGraphemeBoundary(text: ArrayLike<number>, at: number, charge: (steps: number) => void): boolean {
  if (at === 0 || at >= text.length) return true;
  const before = kindOf(text[at - 1]!);
  const after = kindOf(text[at]!);
  if (before === carriageReturn && after === lineFeed) return false;
  if (isControl(before) || isControl(after)) return true;
  if (joinsHangul(before, after)) return false;
  if (after === extend || after === joiner || after === spacingMark || before === prepend) return false;
  if (before === joiner && isPictograph(text[at]!)) return !isEmojiBefore(text, at - 2, charge);
  if (before === regional && after === regional) return countRegional(text, at - 1, charge) % 2 === 0;
  return true;
}

const isControl = (kind: number): boolean => kind === carriageReturn || kind === lineFeed || kind === control;
const isPictograph = (code: number): boolean => knownSet("extendedpictographic").has(code);

function joinsHangul(before: number, after: number): boolean {
  if (before === leading)
    return after === leading || after === vowel || after === leadingVowel || after === leadingVowelTrailing;
  if (before === leadingVowel || before === vowel) return after === vowel || after === trailing;
  return (before === leadingVowelTrailing || before === trailing) && after === trailing;
}

function isEmojiBefore(text: ArrayLike<number>, at: number, charge: (steps: number) => void): boolean {
  let i = at;
  while (i >= 0 && kindOf(text[i]!) === extend) i--;
  charge(at - i);
  return i >= 0 && isPictograph(text[i]!);
}

function countRegional(text: ArrayLike<number>, at: number, charge: (steps: number) => void): number {
  let i = at;
  while (i >= 0 && kindOf(text[i]!) === regional) i--;
  charge(at - i);
  return at - i;
}
