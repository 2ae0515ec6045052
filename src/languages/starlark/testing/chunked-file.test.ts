import assert from "node:assert/strict";
import { test } from "node:test";
import { discrepancies, readChunks } from "./chunked-file.ts";

const text = ["x = 1", "y = z ### `undefined: \\w`", "---", "# option:while option:set", 'w ### "a\\\\.b"', ""].join(
  "\n",
);

test("line numbers of every chunk are those of the file", () => {
  const [first, second] = readChunks("t.star", text);
  assert.equal(first!.firstLine, 1);
  assert.equal(second!.firstLine, 4);
  assert.equal(second!.source.split("\n")[4], 'w ### "a\\\\.b"');
});

test("expectations are read from both kinds of Go string", () => {
  const [first, second] = readChunks("t.star", text);
  assert.deepEqual([...first!.expected], [[2, /undefined: \w/]]);
  assert.deepEqual([...second!.expected], [[5, /a\.b/]]);
});

test("options are off unless the chunk names them", () => {
  const [first, second] = readChunks("t.star", text);
  assert.equal(first!.options.while, false);
  assert.equal(second!.options.while, true);
  assert.equal(second!.options.set, true);
  assert.equal(second!.options.recursion, false);
});

test("a mark that is not a quoted pattern is an error of the test file", () => {
  assert.throws(() => readChunks("t.star", "x ### oops"), /t\.star:1: not a quoted regular expression: oops/);
});

test("missing, unexpected, mismatched and repeated errors are told apart", () => {
  const [first] = readChunks("t.star", text);
  assert.deepEqual(discrepancies("t.star", first!, [{ line: 2, message: "undefined: z" }]), []);
  assert.deepEqual(discrepancies("t.star", first!, []), ["t.star:2: expected an error matching /undefined: \\w/"]);
  assert.deepEqual(discrepancies("t.star", first!, [{ line: 2, message: "other" }]), [
    't.star:2: error "other" does not match /undefined: \\w/',
  ]);
  assert.deepEqual(
    discrepancies("t.star", first!, [
      { line: 2, message: "undefined: z" },
      { line: 2, message: "again" },
      { line: 1, message: "first" },
    ]),
    ["t.star:2: unexpected error: again", "t.star:1: unexpected error: first"],
  );
});
