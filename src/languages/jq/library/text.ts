/** Strings by code point: jq counts those, JavaScript counts UTF-16 units. */
import type { Value } from "../value.ts";
import type { NativeContext } from "./contract.ts";
import { arrayBytes, textBytes } from "./contract.ts";

const surrogates = /[\ud800-\udfff]/;

/** Are code points and UTF-16 units of `text` the same things? */
function isPlain(text: string): boolean {
  return !surrogates.test(text);
}

/** How many code points `text` has. */
export function codePointCount(text: string): number {
  if (isPlain(text)) return text.length;
  let count = 0;
  for (let i = 0; i < text.length; i = nextOffset(text, i)) count++;
  return count;
}

/** Where the code point after the one at `offset` begins, in UTF-16 units. */
export function nextOffset(text: string, offset: number): number {
  return offset + (text.codePointAt(offset)! > 0xffff ? 2 : 1);
}

/** The code points of `text` from number `start` up to number `end`, which is not before `start`. */
export function sliceCodePoints(text: string, start: number, end: number): string {
  if (isPlain(text)) return text.slice(start, end);
  const from = offsetOf(text, start, 0);
  return text.slice(from, offsetOf(text, end - start, from));
}

function offsetOf(text: string, count: number, from: number): number {
  let offset = from;
  for (let i = 0; i < count && offset < text.length; i++) offset = nextOffset(text, offset);
  return offset;
}

/** `text` cut at every `separator`; the empty one cuts it into code points. The empty text has no parts. */
export function splitText(context: NativeContext, text: string, separator: string): Value[] {
  if (text === "") return [];
  context.charge((text.length >>> 4) + 1);
  context.allocate(textBytes(text.length));
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  context.charge(parts.length);
  context.allocate(arrayBytes(parts.length) + 24 * parts.length);
  return parts;
}

/** The string of these code points. */
export function textFromCodePoints(codePoints: Int32Array): string {
  let text = "";
  for (let i = 0; i < codePoints.length; i += 4096) text += String.fromCodePoint(...codePoints.subarray(i, i + 4096));
  return text;
}
