import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { asciiBytes, asciiOf } from "./machine/state-codec.ts";
import { language } from "./image.ts";
import { triage } from "./program.ts";
import { essence, type GoldenRun, turnOf } from "../testing/golden-run.ts";
import { goldenFolder } from "./testing/golden.ts";

const files = readdirSync(goldenFolder).filter((file) => file.endsWith(".json"));

test("there are recorded runs", () => {
  assert.ok(files.length > 0);
});

for (const file of files) {
  const golden = JSON.parse(readFileSync(new URL(file, goldenFolder), "utf8")) as GoldenRun;
  const { image, start, arrivals, turns, states } = golden;
  const load = () => triage.load({ hash: image.hash, language, bytes: asciiBytes(image.text) });

  test(`${file}: from its beginning it goes as it was recorded`, () => {
    const machine = load().open(start);
    assert.deepEqual(essence(turnOf(machine, undefined)), turns[0]);
    for (const [i, arrival] of arrivals.entries()) {
      assert.equal(asciiOf(machine.snapshot()), states[i]);
      assert.deepEqual(essence(turnOf(machine, arrival)), turns[i + 1]);
    }
  });

  test(`${file}: from each recorded state it goes on as it was recorded`, () => {
    const loaded = load();
    for (const [i, state] of states.entries()) {
      const machine = loaded.open(start, asciiBytes(state));
      assert.deepEqual(essence(turnOf(machine, arrivals[i])), turns[i + 1]);
    }
  });
}
