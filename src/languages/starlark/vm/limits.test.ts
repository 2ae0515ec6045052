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
  assert.throws(
    () => evaluate(`${deep}\n{1: 1}.pop(x)`),
    /too large to be a key|exceeded maximum recursion|live values/,
  );
  assert.throws(() => evaluate(`${deep}\nstr(x)`), memory);
  assert.throws(() => evaluate(`${deep}\nfail(x)`), memory);
});

test("arguments that are spread count while they are gathered", () => {
  assert.throws(() => evaluate("max(*range(10000000))"), memory);
  assert.throws(() => evaluate("x = [1] * 100000\nmax(*(x * 100))"), memory);
});

test("comparing and looking up long texts takes steps by their length", () => {
  const texts = 's = "a" * 1000000 + "b"\nt = "a" * 1000000 + "c"\nsame = "a" * 1000000 + "b"';
  for (const use of ["s == t", "s != t", "s < t", "s in [t]", "[s] == [t]", "min(s, t)", "bytes(s) == bytes(t)"]) {
    assert.throws(() => evaluate(`${texts}\nfor _ in range(2000):\n    ${use}`), /more than 20,000,000 steps/, use);
  }
  for (const use of ["s in d", "d[s]", "d.get(s)", "d[s] = 1", "s in e"]) {
    const tables = "d = {same: 1}\ne = set([same])";
    assert.throws(() => evaluate(`${texts}\n${tables}\nfor _ in range(2000):\n    ${use}`), /20,000,000 steps/, use);
  }
  assert.throws(() => evaluate(`${texts}\nsorted([s, t] * 2000)`), /more than 20,000,000 steps/);
});

test("shared parts make no comparison longer than a turn", () => {
  const nested = "def m():\n    x = [1] * 1000\n    for i in range(3):\n        x = [x] * 1000\n    return x";
  assert.throws(() => evaluate(`${nested}\nm() == m()`), /more than 20,000,000 steps/);
});

test("looking into a text that was just made longer takes steps by its length", () => {
  const limits = { memoryBytes: 8 * 1024 * 1024, stepsPerTurn: 500_000 };
  const looking = (times: number) => `s = "a" * 1000000\nfor i in range(${times}):\n    (s + "b")[i]`;
  assert.throws(() => evaluate(looking(1000), limits), /500,000 steps/);
  evaluate(looking(100), limits);
  evaluate('s = ""\nfor i in range(60000):\n    s += "x"', limits);
});

test("large integers are charged, whatever makes them", () => {
  for (const make of [
    "-x",
    "~x",
    "x + 1",
    "x | 1",
    "x * 3",
    "abs(-x)",
    "x // 3",
    "x >> 1",
    "x << 1",
    "x % (x - 1) + x",
    "int(hex)",
  ]) {
    const source = `hex = "9" * 9000\nx = int(hex)\nl = []\nfor i in range(20000):\n    l.append(${make})`;
    assert.throws(() => evaluate(source, { memoryBytes: 4_000_000, stepsPerTurn: 1e9 }), memory, make);
  }
});

test("JSON has a limit of values", () => {
  const limits = { memoryBytes: 64 * 1024 * 1024, stepsPerTurn: 20_000_000 };
  assert.throws(() => evaluate('json.decode("[" + "1," * 1000000 + "1]")', limits), /more than 1,000,000 values/);
  evaluate('json.decode("[" + "1," * 999998 + "1]")', limits);
});
