/** What runs do at their end: the calls that they deferred, whatever the end is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "../testing/handler-run.ts";

const above = `
def clean(w, name, seconds = 0):
    if seconds:
        w.sleep(seconds)
    print("clean", name)

def broken(w):
    fail("cannot clean")

`;

const outcome = (run: Run): string | undefined => run.last.outcome?.kind;

test("deferred calls are made at the end, the last one first, and the outcome stays", () => {
  const run = new Run('w.defer(clean, w, "a")\nw.defer(clean, w, name="b")\nprint("work")\nreturn 7', above);
  assert.deepEqual(run.output, ["work", "clean b", "clean a"]);
  assert.deepEqual(run.last.outcome, { kind: "succeeded", value: "7" });
});

test("a deferred call may wait", () => {
  const run = new Run('w.defer(clean, w, "a", seconds=5)\nreturn 7', above);
  assert.equal(outcome(run), undefined);
  run.tick();
  assert.deepEqual(run.output, ["clean a"]);
  assert.deepEqual(run.last.outcome, { kind: "succeeded", value: "7" });
});

test("deferred calls are made after a failure, which is what the run ends with", () => {
  const run = new Run('w.defer(clean, w, "a", seconds=5)\nfail("broken")', above);
  assert.equal(outcome(run), undefined);
  run.tick();
  assert.deepEqual(run.output, ["clean a"]);
  const ended = run.last.outcome!;
  assert.equal(ended.kind === "failed" && ended.error.message, "fail: broken");
  assert.match((ended.kind === "failed" && ended.error.traceback) || "", /main\.star:.* in h/);
});

test("a cancelled run gives up what it waits for, with its fibers, and cleans up", () => {
  const run = new Run(
    'w.defer(clean, w, "a", seconds=5)\nw.go(clean, w, "fiber", seconds=100)\nw.wait_for_event(type="never")',
    above,
  );
  run.cancel("not needed");
  assert.equal(outcome(run), undefined);
  assert.equal(run.open.size, 1, "only what cleans up is open");
  run.tick();
  assert.deepEqual(run.output, ["clean a"]);
  assert.deepEqual(run.last.outcome, { kind: "cancelled", reason: "not needed" });
});

test("a cancellation finds a run that cleans up already, and changes nothing", () => {
  const run = new Run('w.defer(clean, w, "a", seconds=5)\nreturn 7', above);
  run.cancel("not needed");
  assert.equal(outcome(run), undefined);
  run.tick();
  assert.equal(outcome(run), "succeeded");
});

test("an error in one is logged, and the others are called", () => {
  const run = new Run('w.defer(clean, w, "a")\nw.defer(broken, w)\nreturn 7', above);
  assert.deepEqual(run.output, ["the deferred call of broken failed: fail: cannot clean", "clean a"]);
  assert.equal(outcome(run), "succeeded");
});

test("what used up its steps has new ones to clean up with", () => {
  const run = new Run('w.defer(clean, w, "a")\nwhile True:\n    pass', above, { stepsPerTurn: 20_000 });
  assert.deepEqual(run.output, ["clean a"]);
  const ended = run.last.outcome!;
  assert.equal(ended.kind === "failed" && ended.error.code, "LIMIT_STEPS");
});

test("a clean-up that does not end passes a limit of its own, and the outcome stays", () => {
  const run = new Run("def forever():\n    while True:\n        pass\nw.defer(forever)\nreturn 7", above, {
    stepsPerTurn: 20_000,
  });
  assert.equal(outcome(run), "succeeded");
});

test("defer says what is wrong with its arguments", () => {
  const failure = (body: string): string => {
    const ended = new Run(body, above).last.outcome!;
    return ended.kind === "failed" ? ended.error.message : ended.kind;
  };
  assert.match(failure("w.defer()"), /missing argument for function/);
  assert.match(failure('w.defer(clean(w, "a"))'), /defer\(f, x\), not defer\(f\(x\)\)/);
});
