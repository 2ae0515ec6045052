/** Ids of runs that come of other runs: whoever asks again for the same one names the same one. */
import { sha256 } from "../../../core/sha256.ts";

/** The run that an effect of a run spawns. */
export function childRunId(runId: string, effect: number): string {
  return derived("child", runId, effect);
}

/** The run that takes over from a run. */
export function continuationRunId(runId: string): string {
  return derived("continuation", runId, 0);
}

/** A UUID of version 8 (RFC 9562, section 5.8). */
function derived(...parts: (string | number)[]): string {
  const hex = sha256(JSON.stringify(parts));
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
