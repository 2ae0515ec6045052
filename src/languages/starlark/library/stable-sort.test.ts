/** The sort that reports errors as starlark-go does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EvalError } from "../values/errors.ts";
import { stableSort } from "./stable-sort.ts";

const keyLists = fc.array(fc.nat(20), { maxLength: 300 });

test("it sorts, and equal ones keep their order", () => {
  fc.assert(
    fc.property(keyLists, (keys) => {
      const order = stableSort([...keys.keys()], (i, j) => keys[i]! < keys[j]!);
      assert.deepEqual(
        order,
        [...keys.keys()].toSorted((i, j) => keys[i]! - keys[j]! || i - j),
      );
    }),
  );
});

test("of several comparisons that fail the last one is reported", () => {
  let failures = 0;
  const sort = () =>
    stableSort([...Array(100).keys()], (i, j) => {
      if (i % 10 === 0) throw new EvalError(`failure ${++failures}`);
      return i < j;
    });
  assert.throws(sort, (error) => error instanceof EvalError && error.message === `failure ${failures}`);
});
