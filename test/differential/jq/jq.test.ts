/** Our jq beside jq 1.6: the same programs, chosen at random, must give the same outputs and the same errors. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { tempFolder } from "../../support/temp-folder.ts";
import { compareAll, noFindings, programs, summaryOf } from "./compare.ts";
import { findJq } from "./native-jq.ts";

const found = findJq();
const skip = "missing" in found ? `NOT compared with jq 1.6: ${found.missing}` : false;

/** Other programs every minute, so that over time many are tried. */
const rotatingSeed = Math.floor(Date.now() / 60_000) * 2000;

for (const [name, seed] of [
  ["programs from seed 1", 1],
  [`programs from seed ${rotatingSeed}`, rotatingSeed],
] as const) {
  test(`${name}: as jq 1.6`, { skip, timeout: 200_000 }, () => {
    using folder = tempFolder();
    const findings = noFindings();
    for (let batch = 0; batch < 10; batch++) {
      const sources = programs(seed + batch * 200, 200);
      compareAll((found as { file: string }).file, folder.join("batch.jq"), sources, findings);
    }
    process.stdout.write(`${name}: ${summaryOf(findings)}\n`);
    assert.deepEqual(findings.differences, []);
    assert.ok(findings.compared > 1500, summaryOf(findings));
  });
}
