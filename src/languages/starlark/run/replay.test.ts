/** Wherever a run waits, it can go on from its state in another process: with the same effects, the same outcome, the same states. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { compileScript, play, startOf, turn } from "../testing/virtual-run.ts";

const folder = new URL("testdata/", import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith(".star"))) {
  const source = readFileSync(new URL(name, folder), "utf8");
  const mode = name.startsWith("driver") ? "driver" : "handlers";
  const start = { input: '{"steps": [10, 50]}' };
  const compile = () => compileScript({ [name]: source }, mode);

  test(`${name}: a run that is restored at every wait is the same run`, () => {
    const inMemory = play(compile(), { source, start });
    const { outcome } = inMemory.turns.at(-1)!;
    const failure = /^# fails: (.*)$/m.exec(source)?.[1];
    assert.equal(outcome?.kind === "failed" ? outcome.error.message : outcome?.kind, failure ?? "succeeded");
    const restored = play(compile(), { source, start, restoring: true });
    assert.deepEqual(restored.turns, inMemory.turns);
    restored.states.forEach((state, i) => assert.deepEqual(state, inMemory.states[i], `state after turn ${i}`));
  });

  test(`${name}: recomputing from any state gives the same turns`, () => {
    const image = compile();
    const played = play(image, { source, start });
    for (const [from, state] of played.states.entries()) {
      const machine = image.open(startOf(image, start), state);
      assert.deepEqual(machine.snapshot(), state, `state after turn ${from}`);
      for (const [i, arrival] of played.arrivals.slice(from).entries()) {
        assert.deepEqual(turn(machine, arrival), played.turns[from + i + 1], `turn ${from + i + 1} from state ${from}`);
      }
    }
  });

  test(`${name}: the size of slices changes nothing`, () => {
    const whole = play(compile(), { source, start });
    for (const budget of [1, 7]) {
      const sliced = play(compile(), { source, start, budget });
      assert.deepEqual(sliced.turns, whole.turns);
      assert.deepEqual(sliced.states, whole.states);
    }
  });

  test(`${name}: what it prints`, () => {
    const expected = [...source.matchAll(/^# prints: (.*)$/gm)].map(([, line]) => line);
    const { lines } = play(compile(), { source, start });
    assert.deepEqual(lines, expected);
  });
}

test("a handler asleep three frames deep takes less than 1 KB", () => {
  const name = "handlers.star";
  const { states } = play(compileScript({ [name]: readFileSync(new URL(name, folder), "utf8") }));
  assert.ok(states[2]!.length < 1024, `${states[2]!.length} bytes`);
});
