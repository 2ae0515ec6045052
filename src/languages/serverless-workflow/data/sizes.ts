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

/**
 * What is left of `bytes` without those of a value and all that it holds, each thing as often as it is met: less than 0 when it has
 * more. What walks values would run out of time or stack otherwise: sixty arrays that hold the next one twice are 2 to the 60.
 */
export function bytesLeft(value: Value, bytes: number, depth: number): number | "too deep" {
  if (typeof value === "string") return bytes - textBytes(value.length);
  if (value === null || typeof value !== "object") return bytes - 8;
  if (depth === 0) return "too deep";
  let left: number | "too deep" = bytes - (Array.isArray(value) ? arrayBytes(value.length) : objectBytes(value.size));
  for (const member of value.values()) {
    if (left < 0) return left;
    left = bytesLeft(member, left, depth - 1);
    if (left === "too deep") return left;
  }
  return left;
}
