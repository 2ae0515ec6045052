/** Random programs that wait anywhere: restored at every wait, they do the same as in memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { functionBody } from "../testing/generated-script.ts";
import { compileScript, play } from "../testing/virtual-run.ts";

function scriptOf(body: readonly string[]): string {
  const lines = body.map((line) => `    ${line}\n`).join("");
  return `
def handler(w, ev):
    count = [0]
    def step(x):
        count[0] += 1
        if count[0] % 3 == 0 and count[0] < 40:
            w.sleep(1)
        return x
    def inc(x, y = 1, *rest, by = 1, **more):
        return step(x) + by if y else rest
    def call(f):
        return step(f())
    def attempted(f):
        return w.attempt(f)
    a, b, c, d, e = 1, "b", [3], None, [4]
${lines}    return [str(x) for x in (a, b, c, d, e)]

on_event(type = "t", handler = handler)
`;
}

/** The same body in three fibers, which share `e`, and in which calls of functions are fibers too. */
function fibersOf(body: readonly string[]): string {
  const lines = body.map((line) => `        ${line}\n`).join("");
  return `
def handler(w, ev):
    count = [0]
    e = [4]
    def step(x):
        count[0] += 1
        if count[0] % 3 == 0 and count[0] < 60:
            w.sleep(1)
        return x
    def inc(x, y = 1, *rest, by = 1, **more):
        return step(x) + by if y else rest
    def call(f):
        return w.race([w.go(f), w.timer(3)])[1]
    def attempted(f):
        return w.all([w.go(f), w.go(step, 1)], return_errors = True)
    def work(a):
        b, c, d = "b", [3], None
${lines}        return [str(x) for x in (a, b, c, d, e)]
    return w.parallel([(work, i) for i in range(3)], max = 2, on_error = "collect")

on_event(type = "t", handler = handler)
`;
}

test("a generated program of fibers that is restored at every wait is the same program", () => {
  checkRestored(fibersOf, 60);
});

test("a generated program that is restored at every wait is the same program", () => {
  checkRestored(scriptOf, 150);
});

function checkRestored(programOf: (body: readonly string[]) => string, numRuns: number): void {
  fc.assert(
    fc.property(functionBody, (body) => {
      const files = { "main.star": programOf(body) };
      const image = compileScript(files);
      const inMemory = play(image);
      const restored = play(image, { restoring: true });
      assert.deepEqual(restored.turns, inMemory.turns);
      assert.deepEqual(restored.states, inMemory.states);
      assert.deepEqual(play(compileScript(files), { budget: 13 }).turns, inMemory.turns);
    }),
    { numRuns },
  );
}
