/**
 * Between JavaScript text and byte strings. A byte string is a JavaScript string whose characters are bytes, 0 to 255: the
 * UTF-8 encoding of a text.
 */

/** The UTF-8 encoding of a text as a byte string. Half a surrogate pair becomes U+FFFD. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text;
  let bytes = "";
  for (const character of text) bytes += encodeCodePoint(character.codePointAt(0)!);
  return bytes;
}

/** The UTF-8 encoding of one code point as a byte string; U+FFFD for a surrogate. */
export function encodeCodePoint(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), trailing(code));
  if (code >= 0xd800 && code < 0xe000) return "\xef\xbf\xbd";
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), trailing(code >> 6), trailing(code));
  return String.fromCharCode(0xf0 | (code >> 18), trailing(code >> 12), trailing(code >> 6), trailing(code));
}

/** The text of a byte string; each byte that is not part of valid UTF-8 becomes U+FFFD. */
export function fromByteString(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    text += length === 0 ? "\ufffd" : String.fromCodePoint(codePoint(bytes, i, length));
    i += Math.max(length, 1);
  }
  return text;
}

/** Whether every character is below 128, so that text and byte string are the same. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

function trailing(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** Bytes of the valid sequence at `at`; 0 when there is none (also for overlong forms and surrogates). */
function sequenceLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) if ((bytes.charCodeAt(at + i) & 0xc0) !== 0x80) return 0;
  if (length < 3) return length;
  const code = codePoint(bytes, at, length);
  if (length === 3) return code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 0 : 3;
  return code < 0x10000 || code > 0x10ffff ? 0 : 4;
}

function codePoint(bytes: string, at: number, length: number): number {
  const first = bytes.charCodeAt(at);
  let code = length === 1 ? first : first & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes.charCodeAt(at + i) & 0x3f);
  return code;
}
