/** Merging what an operator sends into a run's data: objects deeply, everything else is put in place. */
import { isObject } from "../../events/body-fields.ts";

/** Both are JSON texts of objects; so is the result. */
export function mergeData(data: string, change: string): string {
  return JSON.stringify(merged(JSON.parse(data), JSON.parse(change)));
}

function merged(into: unknown, change: unknown): unknown {
  if (!isObject(into) || !isObject(change)) return change;
  const names = new Set([...Object.keys(into), ...Object.keys(change)]);
  return Object.fromEntries(
    [...names].map((name) => [name, Object.hasOwn(change, name) ? merged(own(into, name), change[name]) : into[name]]),
  );
}

function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
