/** UUIDs as the 16 bytes that the store keeps; they travel to SQLite as hex digits and through its unhex(). */

/** The 32 hex digits of a UUID's text; undefined when it is not one. */
export function parseUuid(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? uuidHex(text) : undefined;
}

/** The 32 hex digits of a UUID's text that is known to be one. */
export function uuidHex(text: string): string {
  return text.replaceAll("-", "");
}

export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
