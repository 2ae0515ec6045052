import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ConcurrencyMode, concurrencyModes } from "../../../../core/program.ts";
import { type KeyedCarry, KeyedRuns } from "./keyed-runs.ts";

const budget = 100_000;
const minute = 60_000;

function again(runs: KeyedRuns): KeyedRuns {
  const next = new KeyedRuns(budget);
  next.restore(JSON.parse(JSON.stringify(runs.carry())) as KeyedCarry);
  return next;
}

test("the runs of a key begin one after another in their order, whatever else ends or is carried over", () => {
  const step = fc.record({ kind: fc.constantFrom("add", "end", "carry"), key: fc.nat(2), which: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let runs = new KeyedRuns(budget);
      const open: string[][] = [[], [], []];
      for (const [n, { kind, key, which }] of steps.entries()) {
        const list = open[key]!;
        if (kind === "carry") runs = again(runs);
        else if (kind === "add") {
          const waits = runs.add(`r${n}`, { key: `k${key}`, mode: "queue" }, 0);
          assert.equal(waits, list.length > 0);
          list.push(`r${n}`);
        } else if (list.length > 0) {
          const at = which % list.length;
          const [ended] = list.splice(at, 1);
          assert.equal(runs.end(ended!, 0), at === 0 ? list[0] : undefined);
          assert.equal(runs.end(ended!, 0), undefined, "once");
        }
        for (const each of open) {
          for (const [at, runId] of each.entries()) assert.equal(runs.holderOf(runId), at === 0 ? undefined : each[0]);
        }
        assert.equal(runs.size, open.flat().length);
        assert.equal(
          runs.isAwaited,
          open.some(({ length }) => length > 1),
        );
      }
    }),
  );
});

test("what each mode does with the runs that are open", () => {
  const asked = (mode: ConcurrencyMode): unknown => {
    const key = { key: "k", mode };
    const runs = new KeyedRuns(budget);
    assert.deepEqual([runs.inTheWay(key), runs.takesPlace(key), runs.makeRoom(key)], [undefined, false, []]);
    for (const runId of ["a", "b", "c"]) runs.add(runId, key, 0);
    return [runs.inTheWay(key), runs.takesPlace(key), runs.makeRoom(key), runs.makeRoom(key), runs.size];
  };
  assert.deepEqual(Object.fromEntries(concurrencyModes.map((mode) => [mode, asked(mode)])), {
    queue: [undefined, false, [], [], 3],
    skip: ["a", false, [], [], 3],
    replace: [undefined, false, ["a", "b", "c"], [], 1],
    coalesce: [undefined, true, ["b", "c"], [], 1],
  });
});

test("a run that takes the place of one that was asked to end is asked by the next", () => {
  const key = { key: "k", mode: "replace" } as const;
  let runs = new KeyedRuns(budget);
  runs.add("a", key, 0);
  assert.deepEqual(runs.makeRoom(key), ["a"]);
  runs.add("b", key, 0);
  runs = again(runs);
  assert.deepEqual(runs.makeRoom(key), ["b"], "the first one has been asked");
  runs.add("c", key, 0);
  assert.equal(runs.end("a", 0), "c");
  assert.deepEqual(runs.makeRoom(key), ["c"]);
});

test("a first run that is silent is looked for while something waits for it", () => {
  const queue = { key: "q", mode: "queue" } as const;
  const skip = { key: "s", mode: "skip" } as const;
  let runs = new KeyedRuns(budget);
  runs.add("a", queue, 0);
  runs.add("s", skip, 0);
  assert.deepEqual([runs.isAwaited, runs.lookAt], [false, Infinity]);
  runs.add("b", queue, minute);
  assert.equal(runs.inTheWay(skip), "s");
  runs = again(runs);
  assert.deepEqual([runs.isAwaited, runs.lookAt], [true, 5 * minute]);
  assert.deepEqual(runs.silent(5 * minute - 1), []);
  const inTheWay = [skip, queue].map((key) => [4, 5].map((at) => runs.silentInTheWay(key, at * minute)));
  assert.deepEqual(inTheWay, [
    [undefined, "s"],
    [undefined, undefined],
  ]);
  assert.deepEqual(runs.silent(5 * minute), ["a", "s"]);
  for (const runId of ["a", "s"]) runs.seen(runId, 6 * minute);
  assert.equal(runs.lookAt, 11 * minute);
  assert.deepEqual(runs.silent(11 * minute), ["a"], "no event has been skipped since");
  assert.equal(runs.end("a", 12 * minute), "b");
  assert.deepEqual([runs.isAwaited, runs.lookAt], [false, Infinity]);
});

test("as many as fit, and their carry stays within the budget", () => {
  const runs = new KeyedRuns(10_000);
  const hex = (n: number): string => n.toString(16).padStart(32, "0");
  let count = 0;
  for (; runs.fits({ key: hex(count % 50), mode: "queue" }); count++)
    runs.add(
      `00000000-0000-8000-8000-${hex(count).slice(-12)}`,
      { key: hex(count % 50), mode: "queue" },
      1_795_000_000_000,
    );
  assert.ok(count > 150, String(count));
  assert.ok(JSON.stringify(runs.carry()).length <= 10_000);
});
