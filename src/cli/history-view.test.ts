import assert from "node:assert/strict";
import { test } from "node:test";
import { historyLine } from "./history-view.ts";

test("an entry of several lines stands under its time, and steers no terminal", () => {
  const time = Date.UTC(2026, 10, 24, 9);
  assert.equal(
    historyLine({ seq: 4, time, kind: "ended", text: "failed: RUN_FAILED\n  at a.star:1\u001b[2J\n" }),
    "2026-11-24 09:00:00Z  ended    failed: RUN_FAILED\n                                 at a.star:1\\x1b[2J",
  );
});
