import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { assertOptions } from "../testing/assertions.ts";
import { type ActualError, discrepancies, readChunks } from "../testing/chunked-file.ts";
import { superset } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { Range } from "../values/value.ts";
import { Evaluator } from "./evaluate.ts";
import { EvaluationError } from "./evaluation-error.ts";

const folder = new URL("../vm/testdata/", import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith(".star"))) {
  test(`programs of ${name}`, () => {
    for (const chunk of readChunks(name, readFileSync(new URL(name, folder), "utf8"))) {
      const problems: string[] = [];
      const evaluator = new Evaluator({
        ...assertOptions((problem) => problems.push(`${name}:${chunk.firstLine}: ${problem}`)),
        dialect: superset,
      });
      problems.push(
        ...discrepancies(
          name,
          chunk,
          errorsOf(() => evaluator.evaluate(name, chunk.source)),
        ),
      );
      assert.deepEqual(problems, []);
    }
  });
}

/** What went wrong, at the innermost place in the program. */
function errorsOf(action: () => unknown): ActualError[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (error.problems.length === 0) return [{ line: error.where?.line ?? 0, message: error.message }];
    return error.problems.map(({ message, where }) => ({ line: where.line, message }));
  }
}

function failureOf(source: string): string {
  try {
    new Evaluator().evaluate("main.star", source);
  } catch (error) {
    if (error instanceof EvaluationError && error.failure !== undefined) return toText(error.failure.traceback);
    throw error;
  }
  return "nothing failed";
}

// What starlark-go prints for the same programs.
test("a traceback has one line for each call, outermost first", () => {
  const source = "def f(x):\n    return 1 // x\n\ndef g():\n    return [f(x) for x in (1, 0)]\n\ng()\n";
  assert.equal(
    failureOf(source),
    "Traceback (most recent call last):\n  main.star:7:2: in <toplevel>\n  main.star:5:14: in g\n  main.star:2:14: in f\n" +
      "Error: floored division by zero",
  );
});

test("an error inside a builtin names the builtin", () => {
  assert.equal(
    failureOf('fail("a", 1)\n'),
    "Traceback (most recent call last):\n  main.star:1:5: in <toplevel>\nError in fail: fail: a 1",
  );
  assert.equal(
    failureOf("[].pop()\n"),
    "Traceback (most recent call last):\n  main.star:1:7: in <toplevel>\nError in pop: pop: index -1 out of range: empty list",
  );
});

test("a builtin that calls back is one frame of the traceback", () => {
  assert.equal(
    failureOf("print(sorted([1, 2], key=lambda x: x.y))\n"),
    "Traceback (most recent call last):\n  main.star:1:13: in <toplevel>\n  <builtin>: in sorted\n  main.star:1:37: in lambda\n" +
      "Error: int has no .y field or method",
  );
  assert.equal(
    failureOf('print(sorted([1, "a"], key=lambda x: x))\n'),
    "Traceback (most recent call last):\n  main.star:1:13: in <toplevel>\nError in sorted: string < int not implemented",
  );
});

test("a builtin that a builtin calls is a frame of its own", () => {
  assert.equal(
    failureOf("max(None, 1, key = len)\n"),
    "Traceback (most recent call last):\n  main.star:1:4: in <toplevel>\n  <builtin>: in max\n" +
      "Error in len: len: value of type NoneType has no len",
  );
  assert.match(failureOf("sorted([1, None])\n"), /\nError in sorted: /);
});

test("arguments that cannot be spread are no business of the builtin", () => {
  assert.match(failureOf("print(*1)\n"), /\nError: argument after \* must be iterable, not int$/);
  assert.match(failureOf("print(**1)\n"), /\nError: argument after \*\* must be a mapping, not int$/);
  assert.match(failureOf("print(**{1: 2})\n"), /\nError: keywords must be strings, not int$/);
});

test("a call that does not fit shows the function that was called", () => {
  assert.equal(
    failureOf("def f(a):\n    x = [].foo\n\nf()\n"),
    "Traceback (most recent call last):\n  main.star:4:2: in <toplevel>\n  main.star:1:1: in f\n" +
      "Error: function f missing 1 argument (a)",
  );
  assert.match(failureOf('def f():\n    return "text"[f:]\n\nf(1)\n'), /^ {2}main\.star:2:18: in f$/m);
});

test("functions of an evaluated file can be called", () => {
  const evaluator = new Evaluator();
  const names = evaluator.evaluate("main.star", "def add(x, y = 2):\n    return x + y\n");
  assert.equal(evaluator.call(names.get("add")!, [40]), 42);
  assert.throws(() => evaluator.call(names.get("add")!, []), /function add missing 1 argument \(x\)/);
});

test("files load names of other files, each evaluated once", () => {
  const lines: string[] = [];
  const files = new Map([
    ["lib/a.star", 'print("a")\nx = 1\n_hidden = 2\n'],
    ["lib/b.star", 'load("a.star", "x")\ny = x + 1\n'],
  ]);
  const evaluator = new Evaluator({ load: (path) => files.get(path), print: (line) => lines.push(line) });
  const source = 'load("//lib/a.star", "x")\nload("lib/b.star", z = "y")\nresult = (x, z)\nshown = str(result)\n';
  assert.equal(evaluator.evaluate("main.star", source).get("shown"), "(1, 2)");
  assert.deepEqual(lines, ["a"]);
  assert.throws(
    () => evaluator.evaluate("main.star", 'load("//lib/a.star", "y")\n'),
    /name y not found in module lib\/a.star/,
  );
  assert.throws(
    () => evaluator.evaluate("main.star", 'load("nowhere.star", "y")\n'),
    /cannot load nowhere.star: there is no such file/,
  );
  assert.throws(
    () => evaluator.evaluate("lib/a.star", 'load("b.star", "y")\nload("//lib/a.star", "x")\n'),
    /cannot load .*: it loads itself/,
  );
});

test("what an evaluated file made is frozen", () => {
  const evaluator = new Evaluator();
  const names = evaluator.evaluate("main.star", "l = [1]\ndef grow():\n    l.append(2)\n");
  assert.throws(() => evaluator.call(names.get("grow")!), /cannot append to frozen list/);
});

test("names that the caller supplies are found", () => {
  const evaluator = new Evaluator({ names: new Map([["numbers", new Range(0, 3, 1, 3)]]) });
  assert.equal(evaluator.evaluate("main.star", "n = len(numbers)\n").get("n"), 3);
});

test("equal texts take the room of one in values, and each its own as keys", () => {
  const evaluate = (source: string, limits: object) => new Evaluator({ limits }).evaluate("main.star", source);
  const values = 'x = []\nfor _ in range(2000):\n  x.append("a" * 500)\n';
  evaluate(values, { memoryBytes: 100_000 });
  const keys = 'x = []\nfor _ in range(2000):\n  x.append({"a" * 500: 1})\n';
  assert.throws(() => evaluate(keys, { memoryBytes: 100_000 }), /live values take more than 98 KiB/);
});

test("what the library does when it is made takes nothing of the limits", () => {
  const evaluator = new Evaluator({ limits: { stepsPerTurn: 1, memoryBytes: 1, depth: 1 } });
  assert.deepEqual(
    errorsOf(() => evaluator.evaluate("main.star", "print(1)\n")),
    [{ line: 1, message: "more than 1 steps in one turn" }],
  );
});

test("steps, memory and depth have limits", () => {
  const evaluate = (source: string, limits: object) => new Evaluator({ limits }).evaluate("main.star", source);
  assert.throws(() => evaluate("while True:\n    pass\n", { stepsPerTurn: 1000 }), /more than 1,000 steps in one turn/);
  assert.throws(() => evaluate("def f():\n    f()\nf()\n", { depth: 50 }), /more than 50 nested calls/);
  const growing = "l = []\nfor i in range(1000000):\n    l.append(i)\n";
  assert.throws(() => evaluate(growing, { memoryBytes: 100_000 }), /live values take more than 98 KiB/);
  const dropping = "for i in range(100000):\n    l = [i, i, i]\n";
  evaluate(dropping, { memoryBytes: 100_000 });
});
