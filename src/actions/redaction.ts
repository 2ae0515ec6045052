/**
 * Hides the values of secrets in texts that leave an action: answers and error messages end up in history. A value is found as it
 * is, as it is written inside JSON (also inside a text in JSON), and percent-encoded. One of fewer than four characters cannot be
 * hidden without making every text unreadable, and is left.
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
  for (const value of values) {
    if (value.length < shortestHidden) continue;
    const inJson = escaped(value);
    // Twice: services answer with what they got, as a text in JSON.
    spellings.add(value).add(inJson).add(escaped(inJson)).add(percentEncoded(value));
  }
  if (spellings.size === 0) return identity;
  // The longest first, so that a secret that begins with another one is hidden whole.
  const ordered = [...spellings].toSorted((a, b) => b.length - a.length);
  const inText = anyOf(ordered);
  const inBytes = anyOf(ordered.map((spelling) => Buffer.from(spelling).toString("latin1")));
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
  const values = [...others];
  for (const name of secrets.names(project, "all")) {
    const value = secrets.value(project, name);
    if (value !== undefined) values.push(value);
  }
  return createRedactor(values);
}

function anyOf(texts: string[]): RegExp {
  return new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** encodeURIComponent refuses a lone surrogate, which no transport could carry either. */
export function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
