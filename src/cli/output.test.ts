import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTime, visible } from "./output.ts";

test("no control character reaches the terminal, except the tab", () => {
  assert.equal(visible("a\x1b[31mb\x00\x9bc\td\r\n"), "a\\x1b[31mb\\x00\\x9bc\td\\x0d\\x0a");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.doesNotMatch(visible(text), /[^\P{Cc}\t]/u);
    }),
  );
});

test("times are written in UTC", () => {
  assert.equal(formatTime(Date.UTC(2026, 10, 24, 9, 0, 0, 999)), "2026-11-24 09:00:00Z");
  assert.equal(formatTime(undefined), undefined);
});
