/** Runs of earlier releases: this one continues their states, and computes the same. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { serverlessWorkflow } from "../program.ts";
import { essence, type GoldenRun, turnOf } from "../../testing/golden-run.ts";
import { goldenFolder } from "./testing/golden.ts";

for (const name of readdirSync(goldenFolder)) {
  test(`golden run ${name} goes on from its start and from each of its states`, () => {
    const golden = JSON.parse(readFileSync(new URL(name, goldenFolder), "utf8")) as GoldenRun;
    const { start, arrivals, turns, states } = golden;
    const bytes = new TextEncoder().encode(golden.image.text);
    const image = serverlessWorkflow.load({ language: "serverless-workflow", hash: golden.image.hash, bytes });
    assert.deepEqual(essence(turnOf(image.open(start), undefined)), turns[0]);
    for (const [from, state] of states.entries()) {
      const machine = image.open(start, new TextEncoder().encode(state));
      for (const [i, arrival] of arrivals.slice(from).entries()) {
        assert.deepEqual(
          essence(turnOf(machine, arrival)),
          turns[from + i + 1],
          `turn ${from + i + 1} from state ${from}`,
        );
      }
    }
  });
}
