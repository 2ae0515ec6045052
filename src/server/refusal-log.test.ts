import assert from "node:assert/strict";
import { test } from "node:test";
import { AutoFlowError } from "../core/errors.ts";
import { silentLog } from "../core/ports.ts";
import { createRefusalLog } from "./refusal-log.ts";

test("of each code, one refusal a second is logged, and the others are counted", () => {
  const lines: unknown[] = [];
  let now = 0;
  const log = { ...silentLog, warn: (_message: string, fields?: Record<string, unknown>) => lines.push(fields) };
  const refused = createRefusalLog(log, { now: () => now });
  const refusal = { requestId: "r", url: "/webhooks/gitlab/a", from: "10.0.0.1" };
  const wrong = new AutoFlowError("WEBHOOK_SOURCE_UNKNOWN", "no such source");
  const malformed = new AutoFlowError("REQUEST_JSON_MALFORMED", "not JSON");

  refused(refusal, wrong);
  refused(refusal, wrong);
  refused(refusal, malformed);
  refused(refusal, wrong);
  now = 1000;
  refused(refusal, wrong);

  const first = { ...refusal, code: "WEBHOOK_SOURCE_UNKNOWN", reason: "no such source" };
  const other = { ...refusal, code: "REQUEST_JSON_MALFORMED", reason: "not JSON" };
  assert.deepEqual(lines, [first, other, { ...first, moreSinceTheLast: 2 }]);
});
