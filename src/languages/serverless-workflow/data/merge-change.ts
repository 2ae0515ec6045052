/** How what an operator sends is merged into data. */
import type { Value } from "../../jq/value.ts";

/** `change` merged into `target`; neither is changed. Objects are merged deeply, everything else is put in place. */
export function mergeChange(target: Value, change: Value): Value {
  if (!(target instanceof Map && change instanceof Map)) return change;
  const merged = new Map(target);
  for (const [name, value] of change) merged.set(name, mergeChange(target.get(name) ?? null, value));
  return merged;
}
