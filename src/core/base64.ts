/** Base64 of byte strings (one character a byte); a bare V8 context has no btoa. */

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The base64 text of a byte string, padded. */
export function toBase64(bytes: string): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const triple =
      (bytes.charCodeAt(i) << 16) |
      ((left > 1 ? bytes.charCodeAt(i + 1) : 0) << 8) |
      (left > 2 ? bytes.charCodeAt(i + 2) : 0);
    text += alphabet[triple >> 18]! + alphabet[(triple >> 12) & 63]!;
    text += left > 1 ? alphabet[(triple >> 6) & 63]! : "=";
    text += left > 2 ? alphabet[triple & 63]! : "=";
  }
  return text;
}

/** The byte string of base64 text; undefined when it is not valid. */
export function fromBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  let bytes = "";
  for (let i = 0; i < text.length; i += 4) {
    const triple = (digit(text, i) << 18) | (digit(text, i + 1) << 12) | (digit(text, i + 2) << 6) | digit(text, i + 3);
    bytes += String.fromCharCode(triple >> 16, (triple >> 8) & 255, triple & 255);
  }
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return padding === 0 ? bytes : bytes.slice(0, -padding);
}

/** Padding counts as zero. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 97) return code - 71;
  if (code >= 65) return code - 65;
  if (code >= 48 && code <= 57) return code + 4;
  return code === 43 ? 62 : code === 47 ? 63 : 0;
}
