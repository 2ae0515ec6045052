import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { outputProblems, readOutputChunks } from "./output-suite.ts";

const text = `x = 1
assert_eq(x, 1)
---
1 // 0 ### (go|java): division by zero
---
[1][5] ### out of range
y = 1 ### rust: other
`;

test("line numbers are the file's, and expectations those that concern us", () => {
  const chunks = readOutputChunks(text);
  assert.deepEqual(
    chunks.map(({ firstLine, expected }) => [firstLine, expected]),
    [
      [1, []],
      [4, [{ line: 4, text: "division by zero" }]],
      [6, [{ line: 6, text: "out of range" }]],
    ],
  );
  assert.equal(chunks[1]!.source.split("\n")[3], "1 // 0 ### (go|java): division by zero");
  assert.deepEqual(
    chunks.flatMap((chunk) => outputProblems("t.star", chunk)),
    [],
  );
});

test("a mark may be a text that begins like a name, and a regular expression", () => {
  const problems = (source: string) => outputProblems("t.star", readOutputChunks(source)[0]!);
  assert.deepEqual(problems('fail("key: 5") ### key: 5\n'), []);
  assert.deepEqual(problems('fail("a(b") ### a(b\n'), []);
  assert.deepEqual(problems('fail("abc") ### a.c$\n'), []);
  assert.deepEqual(problems("assert_eq(1, 2) ### 1 != 2\n"), []);
  assert.deepEqual(problems("assert_ne(1, 1) ### 1 == 1\n"), []);
  assert.deepEqual(problems('assert_(False, "oh") ### oh\n'), []);
  assert.deepEqual(problems("x = y ### go: undefined: y\n"), []);
});

test("failures that are missing, other, or not expected are told", () => {
  const problems = (source: string) => outputProblems("t.star", readOutputChunks(source)[0]!);
  assert.deepEqual(problems("x = 1 ### boom\n"), ["t.star:1: it did not fail", 't.star:1: no "boom" in: ']);
  assert.match(problems("\n1 // 0 ### boom\n")[0]!, /^t\.star:2: no "boom" in: (?:.|\n)*floored division by zero/);
  assert.match(problems("1 // 0\n")[0]!, /^t\.star:1: unexpected failure: /);
});

const folder = new URL("../vm/output-testdata/", import.meta.url);

for (const name of readdirSync(folder)) {
  test(`programs of ${name}`, () => {
    const chunks = readOutputChunks(readFileSync(new URL(name, folder), "utf8"));
    assert.ok(chunks.length > 1);
    assert.deepEqual(
      chunks.flatMap((chunk) => outputProblems(name, chunk)),
      [],
    );
  });
}
