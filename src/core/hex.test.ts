import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { hexOf32 } from "./hex.ts";

it("gives the eight digits of an integer's low 32 bits", () => {
  fc.assert(fc.property(fc.integer(), (n) => assert.equal(hexOf32(n), (n >>> 0).toString(16).padStart(8, "0"))));
});
