import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSystemRandom } from "./random.ts";

describe("system random", () => {
  it("gives the count asked for, every time other bytes, across refills of its pool", () => {
    const random = createSystemRandom();
    const seen = new Set<string>();
    for (let i = 0; i < 2000; i++) seen.add(Buffer.from(random.bytes(10)).toString("hex"));
    assert.equal(seen.size, 2000);
    assert.equal(random.bytes(0).length, 0);
    assert.equal(random.bytes(100_000).length, 100_000);
  });

  it("does not change bytes it has given", () => {
    const random = createSystemRandom();
    const first = random.bytes(16);
    const copy = first.slice();
    for (let i = 0; i < 2000; i++) random.bytes(16);
    assert.deepEqual(first, copy);
  });
});
