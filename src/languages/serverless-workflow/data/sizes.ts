/** How large and how deep values are. */
import { arrayBytes, objectBytes, textBytes } from "../../jq/library/contract.ts";
import type { Value } from "../../jq/value.ts";

/** Bytes of a value with all that it holds. */
export function sizeOf(value: Value): number {
  if (typeof value === "string") return textBytes(value.length);
  if (value === null || typeof value !== "object") return 8;
  if (Array.isArray(value)) {
    let bytes = arrayBytes(value.length);
    for (const element of value) bytes += sizeOf(element);
    return bytes;
  }
  let bytes = objectBytes(value.size);
  for (const [name, member] of value) bytes += 2 * name.length + sizeOf(member);
  return bytes;
}

/** Whether lists and objects are in each other more than so many deep; what walks values would run out of stack there. */
export function isDeeper(value: Value, depth: number): boolean {
  if (value === null || typeof value !== "object") return false;
  if (depth === 0) return true;
  for (const member of value.values()) if (isDeeper(member, depth - 1)) return true;
  return false;
}
