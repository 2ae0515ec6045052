/**
 * npm run test:fuzz -- --minutes N [--seed S]: random programs, as long as one likes.
 * npm run test:fuzz -- --program grammar:17: one of them, and what is wrong with it.
 */
import { parseArgs } from "node:util";
import { findStarlarkGo } from "../support/starlark-go.ts";
import { Bench, runCampaign, subjectNamed } from "./campaign.ts";
import { summaryOf } from "./summary.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    program: { type: "string" },
  },
});
const found = findStarlarkGo();
const go = "file" in found ? found.file : undefined;
if (go === undefined && "missing" in found)
  write(`NOT compared with starlark-go, which is not there: ${found.missing}`);

if (values.program !== undefined) await tryOne(values.program);
else await tryMany(number("seed", values.seed ?? String(Date.now() % 1e9)), number("minutes", values.minutes) * 60);

async function tryOne(name: string): Promise<void> {
  const subject = subjectNamed(name);
  write(subject.source);
  using bench = new Bench(go);
  const { problem, status } = await bench.try(subject);
  write(problem ?? `All is well; it ends with "${status}".`);
  if (problem !== undefined) process.exitCode = 1;
}

async function tryMany(seed: number, seconds: number): Promise<void> {
  write(`seed ${seed}, ${seconds} s`);
  const findings = await runCampaign({ seed, seconds, atLeast: 1, go, report: write });
  write(summaryOf(findings));
  if (findings.problems.length > 0) process.exitCode = 1;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  process.stderr.write(`--${name} must be a number, got ${text}\n`);
  process.exit(2);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
