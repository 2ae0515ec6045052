import { hexOf32 } from "./hex.ts";

/**
 * A fast 64-bit fingerprint of text, as 16 hex digits. Not for secrets: it finds changes, it does not resist an attacker.
 * The same on every engine and release, since digests of turns are stored.
 */
export function fingerprint(...texts: string[]): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 2654435761);
      b = Math.imul(b ^ unit, 1597334677);
    }
    a = Math.imul(a ^ 0x10001, 2654435761);
    b = Math.imul(b ^ 0x10001, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hexOf32(b) + hexOf32(a);
}
