import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { starlark } from "../program.ts";
import { describeLibrary } from "./describe.ts";
import { librarySources } from "./sources.ts";

const folder = new URL("./", import.meta.url);

/** What a script prints at its top level. Fails the test when it has problems. */
function printed(name: string, text: string): string[] {
  const compilation = starlark.compile({ entry: name, files: new Map([[name, text]]) }, "handlers");
  const result = compilation.step(100_000_000);
  assert.ok(result !== "running");
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  return result.output;
}

test("the library's texts are those of its files (npm run docs writes them)", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".star"));
  assert.deepEqual([...librarySources.keys()], files.toSorted());
  for (const [name, text] of librarySources) assert.equal(text, readFileSync(new URL(name, folder), "utf8"), name);
});

test("every function is documented, argument by argument", () => {
  for (const { name: file, functions } of describeLibrary()) {
    for (const { name, parameters, summary, arguments: args } of functions) {
      assert.match(summary, /\.$/, `${file}.${name}`);
      const names = parameters.split(", ").map((parameter) => parameter.split(" ")[0]);
      assert.deepEqual(
        args.map((one) => one.name),
        names,
        `${file}.${name}`,
      );
    }
  }
});

for (const { path, name, functions } of describeLibrary()) {
  test(`the examples of ${name}`, () => {
    for (const { expression, value } of functions.flatMap(({ examples }) => examples)) {
      const text = `load("${path}", "${name}")\nprint(repr(${expression}))\nprint(repr(${value}))\n`;
      const [got, want] = printed("example.star", text);
      assert.equal(got, want, expression);
    }
  });
}

for (const file of readdirSync(new URL("testdata/", folder))) {
  test(`checks of ${file}`, () => {
    assert.deepEqual(printed(file, readFileSync(new URL(`testdata/${file}`, folder), "utf8")), ["done"]);
  });
}
