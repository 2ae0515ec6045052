/** Bytes of source files as text. */

/** The text, without a byte order mark; what is wrong where the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | { reason: string } {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { reason: `it is not UTF-8 text: the byte at offset ${firstBadByte(bytes)} is wrong` };
  }
}

/** Where the longest part that can be decoded ends, found by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return good;
}

/** `stream`: a character that is cut off at the end is fine. */
function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
