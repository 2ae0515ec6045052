/**
 * Ids. Runs and events carry UUIDv7 (RFC 9562, section 5.7) outside; inside the store they are integers.
 * An effect is known by its run's id and a counter, so its id never depends on where or when it was computed.
 */
import { hexOf32, hexOfByte } from "./hex.ts";

/** A UUIDv7 from a time in epoch milliseconds and ten random bytes. */
export function uuidv7(timeMs: number, random: Uint8Array): string {
  const time = Math.floor(timeMs);
  const low = hexOf32(time);
  const digits = (at: number): string => hexOfByte[random[at] ?? 0]!;
  const version = hexOfByte[0x70 | ((random[0] ?? 0) & 0x0f)]! + digits(1);
  const variant = hexOfByte[0x80 | ((random[2] ?? 0) & 0x3f)]! + digits(3);
  const node = digits(4) + digits(5) + digits(6) + digits(7) + digits(8) + digits(9);
  return `${hexOf32(time / 0x1_0000_0000).slice(4)}${low.slice(0, 4)}-${low.slice(4)}-${version}-${variant}-${node}`;
}

/** The id of an effect outside its run: what an action receives as part of its idempotency key. */
export function effectId(runId: string, effect: number): string {
  return `${runId}:${effect}`;
}

/** What every attempt of one call carries; only an operator's retry raises the epoch. */
export function idempotencyKey(runId: string, effect: number, epoch: number): string {
  return epoch === 0 ? effectId(runId, effect) : `${effectId(runId, effect)}:${epoch}`;
}
