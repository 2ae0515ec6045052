import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { cursorOf, tokenOf } from "./paging.ts";

const registry = { digest: (...parts: readonly (string | number)[]) => hash("sha256", parts.join("/")).slice(0, 32) };
const token = new Uint8Array([0, 1, 2, 250]);

test("a cursor is a token, sealed for the list that it is of", () => {
  const cursor = cursorOf(registry, "query", token);
  assert.deepEqual(new Uint8Array(tokenOf(registry, "query", cursor)!), token);
  assert.equal(tokenOf(registry, "query", undefined), undefined);
  const forged = Array.from(cursor)
    .map((one) => (one === "A" ? "B" : one))
    .join("");
  assert.notEqual(forged, cursor);
  for (const nonsense of ["", "0", "1e3", "nope", cursor.slice(0, 16), cursor.slice(1), `${cursor}A`, forged])
    assert.throws(() => tokenOf(registry, "query", nonsense), { code: "REQUEST_INVALID" }, nonsense);
  assert.throws(() => tokenOf(registry, "other query", cursor), { code: "REQUEST_INVALID" });
});
