/** Values inside error texts: their JSON, cut after 11 bytes. */
import type { Value } from "../value.ts";
import { quoteText } from "./quote.ts";
import { numberText } from "./number-text.ts";

/** What fits as a whole, in bytes of UTF-8, in most messages. */
const usualBytes = 14;

/**
 * The JSON of `value`, as jq 1.6 shortens it in messages: `"abcdefghij...`. A character that is cut in two becomes U+FFFD. What is
 * longer than `wholeBytes` keeps three bytes less, and dots.
 */
export function dump(value: Value, wholeBytes = usualBytes): string {
  const keptBytes = wholeBytes - 3;
  const text = beginning(value, wholeBytes + 1);
  let bytes = 0;
  let kept = 0;
  for (const character of text) {
    const size = utf8Size(character.codePointAt(0)!);
    if (bytes + size <= keptBytes) kept += character.length;
    bytes += size;
  }
  if (bytes <= wholeBytes) return text;
  const cut = utf8Length(text.slice(0, kept)) < keptBytes ? "\uFFFD" : "";
  return `${text.slice(0, kept)}${cut}...`;
}

/** How many bytes `codePoint` takes in UTF-8. */
export function utf8Size(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** How many bytes `text` takes in UTF-8; halves of pairs count as U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** At least `wanted` characters of the JSON of `value`, or all of it. Looks at no more of the value than it needs. */
function beginning(value: Value, wanted: number): string {
  if (typeof value === "string") return quoteText(value.length > wanted ? value.slice(0, wanted + 1) : value);
  if (typeof value === "number") return numberText(value);
  if (value === null || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? beginningOfArray(value, wanted) : beginningOfObject(value, wanted);
}

function beginningOfArray(value: Value[], wanted: number): string {
  let text = "[";
  for (const [i, element] of value.entries()) {
    if (text.length >= wanted) return text;
    if (i > 0) text += ",";
    text += beginning(element, Math.max(1, wanted - text.length));
  }
  return `${text}]`;
}

function beginningOfObject(value: Map<string, Value>, wanted: number): string {
  let text = "{";
  let first = true;
  for (const [name, member] of value) {
    if (text.length >= wanted) return text;
    if (!first) text += ",";
    first = false;
    text += `${beginning(name, wanted)}:`;
    if (text.length < wanted) text += beginning(member, wanted - text.length);
  }
  return `${text}}`;
}
