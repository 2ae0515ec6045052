/** Strings to bytes of UTF-8 and back, for a world without TextEncoder. */
import { utf8Length, utf8Size } from "./dump.ts";

/** The high bits of the first byte, by the number of bytes that follow it. */
const leadMarks = [0, 0xc0, 0xe0, 0xf0];

/** The bytes of `text`; halves of surrogate pairs become U+FFFD. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    else if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    const extra = utf8Size(code) - 1;
    bytes[at++] = leadMarks[extra]! | (code >> (6 * extra));
    for (let shift = 6 * (extra - 1); shift >= 0; shift -= 6) bytes[at++] = 0x80 | ((code >> shift) & 0x3f);
  }
  return bytes;
}

/** The text of `bytes`. What is no UTF-8 becomes U+FFFD, once for every sequence that is broken off or wrong, as in jq 1.6. */
export function textOfUtf8(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      at++;
      continue;
    }
    const length = sequenceLength(first);
    const { code, read } = readSequence(bytes, at, length);
    text += String.fromCodePoint(code);
    at += read;
  }
  return text;
}

/** How many bytes the sequence that begins with `first` has; 0 when no sequence begins so. */
function sequenceLength(first: number): number {
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

const smallest = [0, 0, 0x80, 0x800, 0x10000];

function readSequence(bytes: Uint8Array, at: number, length: number): { code: number; read: number } {
  const broken = 0xfffd;
  if (length === 0) return { code: broken, read: 1 };
  if (at + length > bytes.length) return { code: broken, read: bytes.length - at };
  let code = bytes[at]! & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!;
    if ((byte & 0xc0) !== 0x80) return { code: broken, read: i };
    code = (code << 6) | (byte & 0x3f);
  }
  const isValid = code >= smallest[length]! && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return { code: isValid ? code : broken, read: length };
}
