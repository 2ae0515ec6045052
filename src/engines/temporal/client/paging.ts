/** Pages of long lists, and where a page ended. */
import { AutoFlowError } from "../../../core/errors.ts";
import type { RegistryMirror } from "./context.ts";

const defaultPage = 50;
const largestPage = 500;
/** Hex digits that tell a cursor of ours from anything else. */
const sealLength = 16;

export function pageSize(limit: number | undefined): number {
  return Math.min(limit ?? defaultPage, largestPage);
}

type Digests = Pick<RegistryMirror, "digest">;

/** Where a list of one query goes on: Temporal's token, sealed so that nothing else is taken for one. */
export function cursorOf(registry: Digests, query: string, token: Uint8Array): string {
  const text = Buffer.from(token).toString("base64url");
  return sealOf(registry, query, text) + text;
}

/** Throws REQUEST_INVALID for what no page of this query has answered as its `next`. */
export function tokenOf(registry: Digests, query: string, cursor: string | undefined): Uint8Array | undefined {
  if (cursor === undefined) return undefined;
  const text = cursor.slice(sealLength);
  if (text !== "" && cursor.slice(0, sealLength) === sealOf(registry, query, text))
    return Buffer.from(text, "base64url");
  throw new AutoFlowError("REQUEST_INVALID", `${JSON.stringify(cursor)} is not a cursor of this list`, {
    hint: "Give the `next` of the page before, or no cursor for the first page.",
  });
}

function sealOf(registry: Digests, query: string, text: string): string {
  return registry.digest("cursor", query, text).slice(0, sealLength);
}
