/** What fits into a payload, of which a server takes two megabytes. */

/** Bytes of a state, with what belongs to it, and of what a run ends with. */
export const mostBytes = 1.5 * 1024 * 1024;

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a pair of surrogates makes two bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Whether a text has at most so many bytes. */
export function fits(text: string, most = mostBytes): boolean {
  return text.length * 3 <= most || utf8Length(text) <= most;
}
