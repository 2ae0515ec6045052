/** `@base32` and `@base32d`. */
import { describe, fail } from "./fail.ts";
import { withoutMarkers } from "./secrets.ts";
import { textOfUtf8, utf8Bytes } from "./utf8.ts";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The bytes of `text` in base 32, padded. */
export function base32Encode(text: string): string {
  let encoded = "";
  let group = 0;
  let bits = 0;
  for (const byte of utf8Bytes(text)) {
    group = ((group << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) encoded += digits[(group >> (bits - 5)) & 31]!;
  }
  if (bits > 0) encoded += digits[(group << (5 - bits)) & 31]!;
  return encoded.padEnd(Math.ceil(encoded.length / 8) * 8, "=");
}

/** The text whose base 32 is `text`, up to the first `=`; bits too few for a byte at its end are dropped. */
export function base32Decode(text: string): string {
  const bytes: number[] = [];
  let group = 0;
  let bits = 0;
  for (const character of text) {
    if (character === "=") break;
    const digit = digits.indexOf(character);
    if (digit === -1) fail(`${describe(text)} is not valid base32 data`);
    group = ((group << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((group >> bits) & 255);
    }
  }
  return withoutMarkers(textOfUtf8(Uint8Array.from(bytes)));
}
