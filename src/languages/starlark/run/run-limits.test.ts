/** Limits of whole runs: what was used before counts, also in a restored run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLimits, type Limits } from "../../../core/program.ts";
import { compileScript, play } from "../testing/virtual-run.ts";

/** How a run ends in which each turn counts to 100, prints ten bytes, and asks for a sleep, which counts as 32. */
function outcomeOf(limits: Partial<Limits>, restoring: boolean): string {
  const image = compileScript({
    "main.star": `
def h(w, ev):
    for turn in range(20):
        for i in range(100):
            pass
        print("0123456789")
        w.sleep(1)

on_event(type = "t", handler = h)
`,
  });
  const { turns } = play(image, { start: { limits: { ...defaultLimits, ...limits } }, restoring });
  const { outcome } = turns.at(-1)!;
  return outcome?.kind === "failed"
    ? `${outcome.error.code}: ${outcome.error.message} after ${turns.length} turns`
    : outcome!.kind;
}

for (const restoring of [false, true]) {
  const how = restoring ? "restored at every wait" : "in memory";
  test(`a run that is ${how} has limits of steps and output for all its turns together`, () => {
    assert.equal(outcomeOf({}, restoring), "succeeded");
    assert.match(
      outcomeOf({ stepsPerRun: 1000 }, restoring),
      /^LIMIT_STEPS: more than 1,000 steps in the whole run \(main.star:\d+:\d+ in h\) after [4-9] turns$/,
    );
    assert.equal(
      outcomeOf({ outputBytesPerRun: 95 }, restoring),
      "LIMIT_OUTPUT: more than 95 bytes printed or sent in the whole run (main.star:7:16 in h) after 3 turns",
    );
  });
}

test("the limit of a turn is told as such", () => {
  assert.match(
    outcomeOf({ stepsPerTurn: 90, stepsPerRun: 1000 }, false),
    /^LIMIT_STEPS: more than 90 steps in one turn \(main.star:4:\d+ in h\) after 1 turns$/,
  );
});
