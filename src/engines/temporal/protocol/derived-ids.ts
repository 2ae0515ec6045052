/** Ids of runs that come of other runs: whoever asks again for the same one names the same one. */
import { sha256 } from "../../../core/sha256.ts";

/** The run that an effect of a run spawns. */
export function childRunId(runId: string, effect: number): string {
  return derived(runId, String(effect));
}

/** The run that takes over from a run. */
export function continuationRunId(runId: string): string {
  return derived(runId, "continued");
}

/** A UUID of version 8 (RFC 9562, section 5.8), made of a run's id and what it is for. */
function derived(runId: string, what: string): string {
  const hex = sha256(`${runId}:${what}`);
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
