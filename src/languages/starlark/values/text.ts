/**
 * Text at the border. Inside, a string is a byte string: a JavaScript string whose characters are the bytes 0-255 of the
 * UTF-8 encoding. Outside, it is an ordinary JavaScript string. Written by hand, since a bare V8 context has no TextEncoder.
 */

/** What an undecodable byte counts as. */
export const runeError = 0xfffd;

// oxlint-disable-next-line no-control-regex -- the ASCII range is the point
const asciiOnly = /^[\x00-\x7f]*$/;

/** Whether a byte string, or a JavaScript string, is plain ASCII, and so the same inside and outside. */
export function isAscii(text: string): boolean {
  if (text.length > shortText) return asciiOnly.test(text);
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Starting a regular expression takes longer than looking at so many characters. */
const shortText = 32;

/** The byte string of a JavaScript string. A lone surrogate becomes U+FFFD. */
export function fromText(text: string): string {
  return isAscii(text) ? text : encodeUtf8(text);
}

/** The JavaScript string of a byte string. Every undecodable byte becomes U+FFFD. */
export function toText(bytes: string): string {
  return isAscii(bytes) ? bytes : decodeUtf8(bytes);
}

const { fromCharCode } = String;

/** Character codes that become part of the text at a time. */
const chunkLength = 4096;

/** Gathers character codes and turns them into a string. */
export class CodeBuffer {
  readonly #codes: Uint16Array;
  #count = 0;
  #text = "";

  /** About so many codes will come. */
  constructor(length: number) {
    this.#codes = new Uint16Array(Math.min(Math.max(length, 8), chunkLength));
  }

  push(code: number): void {
    if (this.#count === this.#codes.length) this.#flush();
    this.#codes[this.#count++] = code;
  }

  finish(): string {
    this.#flush();
    return this.#text;
  }

  #flush(): void {
    this.#text += fromCharCode.apply(null, this.#codes.subarray(0, this.#count) as unknown as number[]);
    this.#count = 0;
  }
}

function encodeUtf8(text: string): string {
  const buffer = new CodeBuffer(2 * text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      buffer.push(code);
    } else if (code < 0x800) {
      buffer.push(0xc0 | (code >> 6));
      buffer.push(0x80 | (code & 0x3f));
    } else if (code >= 0xd800 && code < 0xe000) {
      const rune = text.codePointAt(i)!;
      if (rune > 0xffff) i++;
      pushRune(buffer, rune > 0xffff ? rune : runeError);
    } else {
      pushRune(buffer, code);
    }
  }
  return buffer.finish();
}

/** Runes of three and four bytes. */
function pushRune(buffer: CodeBuffer, rune: number): void {
  if (rune > 0xffff) {
    buffer.push(0xf0 | (rune >> 18));
    buffer.push(0x80 | ((rune >> 12) & 0x3f));
  } else {
    buffer.push(0xe0 | (rune >> 12));
  }
  buffer.push(0x80 | ((rune >> 6) & 0x3f));
  buffer.push(0x80 | (rune & 0x3f));
}

function decodeUtf8(bytes: string): string {
  const buffer = new CodeBuffer(bytes.length);
  for (let i = 0; i < bytes.length;) {
    const first = bytes.charCodeAt(i);
    if (first < 0x80) {
      buffer.push(first);
      i++;
      continue;
    }
    const width = runeWidth(bytes, i);
    const rune = width === 0 ? runeError : runeAt(bytes, i, width);
    if (rune > 0xffff) {
      buffer.push(0xd7c0 + (rune >> 10));
      buffer.push(0xdc00 | (rune & 0x3ff));
    } else {
      buffer.push(rune);
    }
    i += width === 0 ? 1 : width;
  }
  return buffer.finish();
}

/** Whether a byte string is valid UTF-8. */
export function isValidUtf8(bytes: string): boolean {
  if (isAscii(bytes)) return true;
  for (let i = 0; i < bytes.length;) {
    const width = bytes.charCodeAt(i) < 0x80 ? 1 : runeWidth(bytes, i);
    if (width === 0) return false;
    i += width;
  }
  return true;
}

/** A byte string in which every undecodable byte is replaced by the encoding of U+FFFD. */
export function toValidUtf8(bytes: string): string {
  return isValidUtf8(bytes) ? bytes : encodeUtf8(decodeUtf8(bytes));
}

/** The code point at a byte offset and how many bytes it takes: U+FFFD and 1 where the bytes cannot be decoded. */
export function decodeRune(bytes: string, offset: number): { rune: number; width: number } {
  const first = bytes.charCodeAt(offset);
  if (first < 0x80) return { rune: first, width: 1 };
  const width = runeWidth(bytes, offset);
  return width === 0 ? { rune: runeError, width: 1 } : { rune: runeAt(bytes, offset, width), width };
}

/** The code point that ends before a byte offset (above 0), as `decodeRune`. */
export function decodeLastRune(bytes: string, end: number): { rune: number; width: number } {
  for (let width = 1; width <= 4 && width <= end; width++) {
    const found = decodeRune(bytes, end - width);
    if (found.width === width && (width > 1 || found.rune !== runeError)) return found;
  }
  return { rune: runeError, width: 1 };
}

/** All code points of a byte string. */
export function runesOf(bytes: string): number[] {
  const runes: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const { rune, width } = decodeRune(bytes, i);
    runes.push(rune);
    i += width;
  }
  return runes;
}

/** Whether all code points of a byte string are of a kind. Stops at the first that is not. */
export function everyRune(bytes: string, kind: (rune: number) => boolean): boolean {
  for (let i = 0; i < bytes.length;) {
    const first = bytes.charCodeAt(i);
    const width = first < 0x80 ? 1 : runeWidth(bytes, i);
    if (!kind(first < 0x80 ? first : width === 0 ? runeError : runeAt(bytes, i, width))) return false;
    i += width === 0 ? 1 : width;
  }
  return true;
}

/** A byte string with every code point replaced by another (none of the surrogates). */
export function mapRunes(bytes: string, map: (rune: number) => number): string {
  const buffer = new CodeBuffer(bytes.length);
  for (let i = 0; i < bytes.length;) {
    const first = bytes.charCodeAt(i);
    const width = first < 0x80 ? 1 : runeWidth(bytes, i);
    const rune = map(first < 0x80 ? first : width === 0 ? runeError : runeAt(bytes, i, width));
    i += width === 0 ? 1 : width;
    if (rune < 0x80) {
      buffer.push(rune);
    } else if (rune < 0x800) {
      buffer.push(0xc0 | (rune >> 6));
      buffer.push(0x80 | (rune & 0x3f));
    } else {
      pushRune(buffer, rune);
    }
  }
  return buffer.finish();
}

/** The encoding of a code point, as a byte string. Surrogates and numbers past U+10FFFF become U+FFFD. */
export function encodeRune(rune: number): string {
  if (rune >= 0 && rune < 0x80) return String.fromCharCode(rune);
  if (rune < 0 || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) return encodeRune(runeError);
  if (rune < 0x800) return String.fromCharCode(0xc0 | (rune >> 6), 0x80 | (rune & 0x3f));
  const tail = [0x80 | ((rune >> 6) & 0x3f), 0x80 | (rune & 0x3f)];
  if (rune < 0x10000) return String.fromCharCode(0xe0 | (rune >> 12), ...tail);
  return String.fromCharCode(0xf0 | (rune >> 18), 0x80 | ((rune >> 12) & 0x3f), ...tail);
}

/** Bytes of the well-formed sequence at an offset whose first byte is above 127; 0 when there is none (RFC 3629). */
function runeWidth(bytes: string, offset: number): number {
  const first = bytes.charCodeAt(offset);
  const second = bytes.charCodeAt(offset + 1);
  if (first < 0xc2 || first > 0xf4 || !isTail(second)) return 0;
  if (first < 0xe0) return 2;
  if (!isTail(bytes.charCodeAt(offset + 2))) return 0;
  if (first < 0xf0) {
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0;
    return 3;
  }
  if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 0;
  return isTail(bytes.charCodeAt(offset + 3)) ? 4 : 0;
}

/** Past the end the code is NaN, which is no tail byte. */
function isTail(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

function runeAt(bytes: string, offset: number, width: number): number {
  const first = bytes.charCodeAt(offset);
  const second = bytes.charCodeAt(offset + 1) & 0x3f;
  if (width === 2) return ((first & 0x1f) << 6) | second;
  const third = bytes.charCodeAt(offset + 2) & 0x3f;
  if (width === 3) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes.charCodeAt(offset + 3) & 0x3f);
}
