/**
 * Hides the values of secrets in texts that leave an action: answers and error messages end up in history. A value is found as it
 * is, as it is written inside JSON (also inside a text in JSON), percent-encoded, and inside base64 or base64url of anything that
 * holds it. One of fewer than four characters cannot be hidden without making every text unreadable, and is left.
 */
import type { SecretSource } from "../core/action.ts";

export interface Redactor {
  text(text: string): string;
  bytes(bytes: Uint8Array): Uint8Array;
}

export const hidden = "***";
const shortestHidden = 4;

const identity: Redactor = { text: (text) => text, bytes: (bytes) => bytes };

/** A redactor for these secret values. */
export function createRedactor(values: Iterable<string>): Redactor {
  const spellings = new Set<string>();
  const inBase64: Pattern[] = [];
  for (const value of values) {
    if (value.length < shortestHidden) continue;
    const inJson = escaped(value);
    // Twice: services answer with what they got, as a text in JSON.
    spellings.add(value).add(inJson).add(escaped(inJson)).add(percentEncoded(value));
    inBase64.push(...base64Patterns(value));
  }
  if (spellings.size === 0) return identity;
  const texts = [...spellings];
  const inText = anyOf([...texts.map(literally), ...inBase64]);
  const inBytes = anyOf([...texts.map((text) => literally(Buffer.from(text).toString("latin1"))), ...inBase64]);
  return {
    text: (text) => text.replace(inText, hidden),
    bytes: (bytes) => {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
      const replaced = text.replace(inBytes, hidden);
      return replaced === text ? bytes : Buffer.from(replaced, "latin1");
    },
  };
}

/** Hides all of a project's secrets, as a service may tell one that an earlier call gave it, and what else is given. */
export function redactorFor(project: string, secrets: SecretSource, others: readonly string[] = []): Redactor {
  return createRedactor(valuesToHide(project, secrets, others));
}

/** Most projects whose redactors are kept. */
const mostKept = 1000;

/** As `redactorFor`, for many calls: a redactor is made anew when what it hides has changed. */
export function redactorSource(secrets: SecretSource): (project: string, others?: readonly string[]) => Redactor {
  const kept = new Map<string, { hides: readonly string[]; redactor: Redactor }>();
  return (project, others = []) => {
    const hides = valuesToHide(project, secrets, others);
    const known = kept.get(project);
    if (
      known !== undefined &&
      hides.length === known.hides.length &&
      hides.every((value, i) => value === known.hides[i])
    )
      return known.redactor;
    if (kept.size >= mostKept) kept.clear();
    const redactor = createRedactor(hides);
    kept.set(project, { hides, redactor });
    return redactor;
  };
}

function valuesToHide(project: string, secrets: SecretSource, others: readonly string[]): string[] {
  const values = [...others];
  for (const name of secrets.names(project, "all")) {
    const value = secrets.value(project, name);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** Source of a regular expression, and how many characters it finds at least. */
interface Pattern {
  source: string;
  length: number;
}

/** The longest first, so that a secret that begins with another one is hidden whole. */
function anyOf(patterns: Pattern[]): RegExp {
  const ordered = patterns.toSorted((a, b) => b.length - a.length);
  return new RegExp(ordered.map(({ source }) => source).join("|"), "g");
}

function literally(text: string): Pattern {
  return { source: text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), length: text.length };
}

/**
 * What a value is in base64 of a text that holds it: the characters that depend on the value alone, for each of the three places
 * where it may begin in a group of three bytes. A character at either end that the value shares with what is beside it shows four
 * bits of it at most; the one at the end is taken along.
 */
function base64Patterns(value: string): Pattern[] {
  const bytes = Buffer.from(value);
  const patterns: Pattern[] = [];
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const bits = 8 * (before + bytes.length);
    const own = encoded.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
    if (own.length < shortestBase64) continue;
    const last = bits % 6 === 0 ? "" : `(?:${base64Character}(?:=|%3[dD])*)?`;
    patterns.push({ source: own.replace(/[+/]/g, (sign) => base64Signs[sign]!) + last, length: own.length });
  }
  return patterns;
}

/** Fewer characters of base64 than these are found by chance. */
const shortestBase64 = 6;
/** The two signs as base64 and base64url have them, percent-encoded, and escaped in JSON. */
const base64Signs: Record<string, string> = {
  "+": String.raw`(?:[+\-]|%2[bB]|\\+u002[bB])`,
  "/": String.raw`(?:\\*\/|_|%2[fF])`,
};
const base64Character = `(?:[A-Za-z0-9]|${base64Signs["+"]}|${base64Signs["/"]})`;

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** encodeURIComponent refuses a lone surrogate, which no transport could carry either. */
export function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
