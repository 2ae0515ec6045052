import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromBase64, toBase64 } from "./base64.ts";

const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

test("base64", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      assert.equal(toBase64(bytes), Buffer.from(bytes, "latin1").toString("base64"));
      assert.equal(fromBase64(toBase64(bytes)), bytes);
    }),
  );
  for (const wrong of ["a", "ab=a", "====", "a\n==", "ab$="]) assert.equal(fromBase64(wrong), undefined);
});
