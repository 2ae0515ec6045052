/** How much memory values take, by the accounting of jq. */
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
