import assert from "node:assert/strict";
import { test } from "node:test";
import { knownNames } from "../api/environment.ts";
import { librarySources } from "../stdlib/sources.ts";
import { parseModule } from "../syntax/module.ts";
import { problemText } from "./problem-text.ts";

/** What people are told of the first problem of a text. */
function told(text: string): string {
  const [problem] = parseModule("main.star", text, knownNames("driver")).problems;
  return problemText(problem!, text);
}

test("habits of Python are answered with what Starlark has", () => {
  const cases: [text: string, hint: string][] = [
    ["import json\n", "no import: names of other files come with load("],
    ["from a import b\n", "no from: names of other files come with load("],
    ["try:\n    f()\nexcept:\n    pass\n", "no try: errors are caught with attempt("],
    ["raise x\n", "no raise: errors are raised with fail("],
    ["class A:\n    pass\n", "no class: use dicts, struct(...) and functions"],
    ["with x:\n    pass\n", "got with, want primary expression; Starlark has no with"],
    ["x = 1\ny = x is None\n", "no is: use == or !="],
    ["x = 1\r\nassert x\r\n", "no assert statement: errors are raised with fail("],
    ['x = f"{1}"\n', 'no f-strings: use "..." % value'],
    ["print(F'a')\n", 'no f-strings: use "..." % value'],
  ];
  for (const [text, hint] of cases) assert.ok(told(text).includes(hint), told(text));
});

test("other problems are told as they are", () => {
  assert.equal(told("x = (\n"), "got end of file, want primary expression");
  assert.equal(told('x = "a" "b"\n'), "got string literal, want newline");
  assert.equal(told("x = nosuch\n"), "undefined: nosuch");
});

test("a name of the library comes with the load that it lacks", () => {
  // gitlab.star passes on what other files have.
  for (const path of [...librarySources.keys()].filter((one) => one !== "gitlab.star")) {
    const name = /([^/]+)\.star$/.exec(path)![1]!;
    assert.match(librarySources.get(path)!, new RegExp(`^${name} = `, "m"));
    assert.ok(told(`print(${name})\n`).endsWith(`the library has it: load("@autoflow//${path}", "${name}")`));
  }
});
