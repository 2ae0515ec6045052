/** Random programs for a few seconds: no crash, no hang, no untyped error, no difference from starlark-go that is not listed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findStarlarkGo } from "../support/starlark-go.ts";
import { runCampaign } from "./campaign.ts";
import { summaryOf } from "./summary.ts";

const found = findStarlarkGo();
const go = "file" in found ? found.file : undefined;
const seconds = 7;

/** Another one every minute, so that over time many programs are tried. */
const rotatingSeed = Math.floor(Date.now() / 60_000) * 1000;

if ("missing" in found) process.stdout.write(`NOT compared with starlark-go, which is not there: ${found.missing}\n`);

for (const [name, seed] of [
  ["programs from seed 1", 1],
  [`programs from seed ${rotatingSeed}`, rotatingSeed],
] as const) {
  test(name, { timeout: 120_000 }, async () => {
    const findings = await runCampaign({ seed, seconds, atLeast: 40, go, report: () => {} });
    process.stdout.write(`${name}: ${summaryOf(findings)}\n`);
    assert.deepEqual(findings.problems, []);
    assert.ok(findings.ended.ok > 0 && findings.ended.failed > 0, summaryOf(findings));
    assert.equal(findings.compared > 0, go !== undefined);
  });
}

test(
  "starlark-go is there, so that answers are compared",
  { skip: "missing" in found && skipReason(found.missing) },
  () => {
    assert.ok(go !== undefined);
  },
);

function skipReason(missing: string): string {
  return `NOT compared with starlark-go: ${missing}`;
}
