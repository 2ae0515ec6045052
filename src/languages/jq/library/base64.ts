/** `@base64` and `@base64d`. */
import { describe, fail } from "./fail.ts";
import { withoutMarkers } from "./secrets.ts";
import { textOfUtf8, utf8Bytes } from "./utf8.ts";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The bytes of `text` in base 64, padded. */
export function base64Encode(text: string): string {
  const bytes = utf8Bytes(text);
  let encoded = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const used = Math.min(bytes.length - i, 3) + 1;
    for (let digit = 0; digit < 4; digit++) {
      encoded += digit < used ? digits[(group >> (18 - 6 * digit)) & 63]! : "=";
    }
  }
  return encoded;
}

/** The text whose base 64 is `text`, up to the first `=`; bits too few for a byte at its end are dropped. */
export function base64Decode(text: string): string {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let count = 0;
  let group = 0;
  for (const character of text) {
    if (character === "=") break;
    const digit = digits.indexOf(character);
    if (digit === -1) fail(`${describe(text)} is not valid base64 data`);
    group = (group << 6) | digit;
    if (++count % 4 === 0) {
      bytes[length++] = group >> 16;
      bytes[length++] = group >> 8;
      bytes[length++] = group;
      group = 0;
    }
  }
  const rest = count % 4;
  if (rest === 1) fail(`${describe(text)} trailing base64 byte found`);
  if (rest >= 2) bytes[length++] = group >> (rest === 2 ? 4 : 10);
  if (rest === 3) bytes[length++] = group >> 2;
  return withoutMarkers(textOfUtf8(bytes.subarray(0, length)));
}
