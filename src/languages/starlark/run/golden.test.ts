/** Images and states of earlier releases: this one loads and continues them. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { starlark } from "../program.ts";
import { essence, goldenFolder, readGolden } from "../testing/golden.ts";
import { turn } from "../testing/virtual-run.ts";

for (const version of readdirSync(goldenFolder)) {
  const folder = new URL(`${version}/`, goldenFolder);
  for (const name of readdirSync(folder)) {
    test(`golden run ${version}/${name} goes on from its start and from each of its states`, () => {
      const { start, image, arrivals, turns, states } = readGolden(new URL(name, folder));
      const loaded = starlark.load({ language: "starlark", ...image });
      const fresh = loaded.open(start);
      assert.deepEqual(essence(turn(fresh, undefined)), turns[0]);
      for (const [from, state] of states.entries()) {
        const machine = loaded.open(start, state);
        for (const [i, arrival] of arrivals.slice(from).entries()) {
          assert.deepEqual(
            essence(turn(machine, arrival)),
            turns[from + i + 1],
            `turn ${from + i + 1} from state ${from}`,
          );
        }
      }
    });
  }
}
