/** Limits hold where values are larger, or work is longer, than it looks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Evaluator } from "../run/evaluate.ts";

function evaluate(body: string, limits = { memoryBytes: 8 * 1024 * 1024, stepsPerTurn: 20_000_000 }): void {
  const lines = body.split("\n").map((line) => `    ${line}\n`);
  new Evaluator({ limits }).evaluate("main.star", `def f():\n${lines.join("")}f()\n`);
}

const memory = /live values take more than/;

// A tuple whose key is a million characters long, and which takes some hundred bytes.
const longKey = 't = "x" * 1000\nfor _ in range(3):\n    t = (t,) * 10';

test("long keys of small tuples count, in whatever way they get into a table", () => {
  for (const use of [
    "d = {}\nfor i in range(10000):\n    d[(t, i)] = 1",
    "d = {(t, i): 1 for i in range(10000)}",
    "d = set([(t, i) for i in range(10000)])",
    "d = dict([((t, i), 1) for i in range(10000)])",
    "d = {}\nfor i in range(10000):\n    d.setdefault((t, i))",
    "d = set()\nfor i in range(10000):\n    d.add(struct(t = t, i = i))",
    "d = set()\nd.update([(t, i) for i in range(10000)])",
  ]) {
    assert.throws(() => evaluate(`${longKey}\n${use}`), memory, use);
  }
});

test("looking for a long key takes steps by its length", () => {
  assert.throws(
    () => evaluate(`${longKey}\nd = {}\nfor i in range(1000):\n    t in d`),
    /more than 20,000,000 steps in one turn/,
  );
});

test("what is printed about a missing or repeated key counts while it grows", () => {
  const deep = 'x = "x" * 1000\nfor _ in range(30):\n    x = (x, x)';
  assert.throws(() => evaluate(`${deep}\n{}.pop(x)`), /too large to be a key|exceeded maximum recursion|live values/);
  assert.throws(() => evaluate(`${deep}\nstr(x)`), memory);
  assert.throws(() => evaluate(`${deep}\nfail(x)`), memory);
});

test("arguments that are spread count while they are gathered", () => {
  assert.throws(() => evaluate("max(*range(10000000))"), memory);
  assert.throws(() => evaluate("x = [1] * 100000\nmax(*(x * 100))"), memory);
});
