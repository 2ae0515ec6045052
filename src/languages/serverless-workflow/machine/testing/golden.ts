/**
 * Recorded runs, as files of JSON: every later release continues them. Run as a program, it records the runs of `golden-runs.ts`
 * under names that are not taken; what a release recorded stays as it is:
 *
 *     node src/languages/serverless-workflow/machine/testing/golden.ts
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { defaultLimits, type RunStart } from "../../../../core/program.ts";
import { serverlessWorkflow } from "../../program.ts";
import { compileFiles } from "../../testing/compile-files.ts";
import { type GoldenPlan, goldenRuns } from "./golden-runs.ts";
import { essence, type GoldenRun, turnOf } from "../../../testing/golden-run.ts";

export const goldenFolder = new URL("../testdata/golden/", import.meta.url);

function record({ name, files, start: changes, arrivals }: GoldenPlan): void {
  const path = new URL(`${name}.json`, goldenFolder);
  if (existsSync(path)) return;
  const { image, diagnostics } = compileFiles(files);
  if (image === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const start: RunStart = {
    runId: "run-1",
    project: "p",
    trigger: "",
    position: 100,
    time: Date.UTC(2026, 10, 21, 9),
    vars: {},
    secrets: [],
    limits: defaultLimits,
    ...changes,
  };
  const machine = serverlessWorkflow.load(image).open(start);
  const text = Buffer.from(image.bytes).toString("latin1");
  const turns = [essence(turnOf(machine, undefined))];
  const states: string[] = [];
  for (const arrival of arrivals) {
    states.push(Buffer.from(machine.snapshot()).toString("latin1"));
    turns.push(essence(turnOf(machine, arrival)));
  }
  const golden: GoldenRun = { image: { hash: image.hash, text }, start, arrivals, turns, states };
  mkdirSync(goldenFolder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(golden, null, 1)}\n`);
}

if (import.meta.main) {
  const request = new URL("../testdata/workspace-request/", import.meta.url);
  for (const plan of goldenRuns((path) => readFileSync(new URL(path, request), "utf8"))) record(plan);
}
