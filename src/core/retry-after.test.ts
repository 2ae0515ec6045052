import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retryAfterMs } from "./retry-after.ts";

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 20, 9, 0, 0);

  it("is read as seconds or as a date", () => {
    assert.equal(retryAfterMs("120", now), 120_000);
    assert.equal(retryAfterMs("0", now), 0);
    assert.equal(retryAfterMs("Fri, 20 Nov 2026 09:00:30 GMT", now), 30_000);
  });

  it("is at once for a date that has passed", () => {
    assert.equal(retryAfterMs("Thu, 19 Nov 2026 09:00:30 GMT", now), 0);
  });

  it("is ignored when it is neither", () => {
    for (const text of [undefined, "", "soon", "-1", "1.5", "99999999999999", "2026-11-20T09:00:30Z", "x GMT"]) {
      assert.equal(retryAfterMs(text, now), undefined, text);
    }
  });
});
