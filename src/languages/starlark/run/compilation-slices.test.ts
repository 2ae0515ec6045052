/** Compiling long texts leaves room for others in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { starlark } from "../program.ts";

/** How often compiling pauses, with a budget of steps that is never used up. */
function pauses(files: Record<string, string>): number {
  const compilation = starlark.compile({ entry: "main.star", files: new Map(Object.entries(files)) }, "handlers");
  for (let count = 0; ; count++) {
    const result = compilation.step(1e9);
    if (result === "running") continue;
    assert.ok(result.image, result.diagnostics[0]?.message);
    return count;
  }
}

test("a short script is compiled at once", () => {
  assert.equal(pauses({ "main.star": 'load("a.star", "x")\n', "a.star": "x = 1\n" }), 0);
});

test("long scripts are compiled in several goes, however they are spread over files", () => {
  const long = "x = [1, 2, 3]\n".repeat(30_000);
  assert.ok(pauses({ "main.star": long }) >= 2);
  const files: Record<string, string> = { "main.star": "" };
  for (let i = 0; i < 16; i++) {
    files[`f${i}.star`] = "x = [1, 2, 3]\n".repeat(3000);
    files["main.star"] += `load("f${i}.star", x${i} = "x")\n`;
  }
  assert.ok(pauses(files) >= 10);
});

test("an image has a limit of size", () => {
  const source = 'x = [str(i) + "x" * 2000 for i in range(9000)]\n';
  const compilation = starlark.compile({ entry: "main.star", files: new Map([["main.star", source]]) }, "handlers", {
    memoryBytes: 64 * 1024 * 1024,
  });
  let result = compilation.step(1e9);
  while (result === "running") result = compilation.step(1e9);
  assert.equal(result.image, undefined);
  assert.match(
    result.diagnostics.at(-1)!.message,
    /^compiled it takes 18,\d{3},\d{3} bytes with what its top level made, the limit is 16,777,216$/,
  );
});
