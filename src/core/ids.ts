/**
 * Ids. Runs and events carry UUIDv7 (RFC 9562, section 5.7) outside; inside the store they are integers.
 * An effect is known by its run's id and a counter, so its id never depends on where or when it was computed.
 */

/** A UUIDv7 from a time in epoch milliseconds and ten random bytes. */
export function uuidv7(timeMs: number, random: Uint8Array): string {
  const time = Math.floor(timeMs).toString(16).padStart(12, "0");
  const hex = Array.from(random.subarray(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = (((random[2] ?? 0) & 0x3f) | 0x80).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(6, 8)}-${hex.slice(8, 20)}`;
}

/** The id of an effect outside its run: what an action receives as part of its idempotency key. */
export function effectId(runId: string, effect: number): string {
  return `${runId}:${effect}`;
}

/** What every attempt of one call carries; only an operator's retry raises the epoch. */
export function idempotencyKey(runId: string, effect: number, epoch: number): string {
  return epoch === 0 ? effectId(runId, effect) : `${effectId(runId, effect)}:${epoch}`;
}
