/**
 * npm test differential --minutes N [--seed S]: random programs of jq through ours and jq 1.6 of this machine, as long as one likes.
 */
import { parseArgs } from "node:util";
import { tempFolder } from "../support/temp-folder.ts";
import { compareAll, noFindings, programs, summaryOf } from "./jq/compare.ts";
import { findJq } from "./jq/native-jq.ts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } } });
const found = findJq();
if ("missing" in found) {
  process.stdout.write(`NOT compared with jq: ${found.missing}\n`);
  process.exitCode = 1;
} else run(found.file);

function run(jq: string): void {
  using folder = tempFolder();
  const findings = noFindings();
  const first = Number(values.seed ?? Date.now() % 1e9);
  const end = Date.now() + Number(values.minutes) * 60_000;
  process.stdout.write(`seed ${first}, ${values.minutes} minutes\n`);
  let shown = 0;
  for (let seed = first; Date.now() < end; seed += 200) {
    compareAll(jq, folder.join("batch.jq"), programs(seed, 200), findings);
    for (; shown < findings.differences.length; shown++) {
      const { program, native, ours } = findings.differences[shown]!;
      process.stdout.write(`\n${program}\n  native ${native}\n  ours   ${ours}\n`);
    }
  }
  process.stdout.write(`${summaryOf(findings)}\n`);
  if (findings.differences.length > 0) process.exitCode = 1;
}
