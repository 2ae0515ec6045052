import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { idempotencyKey, uuidv7 } from "./ids.ts";

describe("uuidv7", () => {
  it("holds the time, version, variant and the random bits in their places", () => {
    const bytes = Uint8Array.of(0xff, 0x12, 0xff, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0);
    assert.equal(uuidv7(0x0123456789ab, bytes), "01234567-89ab-7f12-bf34-56789abcdef0");
    assert.equal(uuidv7(0, new Uint8Array(10)), "00000000-0000-7000-8000-000000000000");
  });

  it("has its shape at any time and sorts by it", () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(
      fc.property(time, random, random, (ms, first, second) => {
        const earlier = uuidv7(ms, first);
        assert.match(earlier, shape);
        assert.ok(earlier < uuidv7(ms + 1, second));
      }),
    );
  });
});

describe("idempotencyKey", () => {
  it("changes with the epoch only", () => {
    assert.equal(idempotencyKey("r", 3, 0), "r:3");
    assert.equal(idempotencyKey("r", 3, 1), "r:3:1");
  });
});
