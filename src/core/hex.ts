/** Hexadecimal digits, from a table: Number.prototype.toString is slow for what does not fit 31 bits. */

/** The two lower-case digits of each byte. */
export const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** The eight digits of the low 32 bits of an integer. */
export function hexOf32(n: number): string {
  return hexOfByte[n >>> 24]! + hexOfByte[(n >>> 16) & 255]! + hexOfByte[(n >>> 8) & 255]! + hexOfByte[n & 255]!;
}
