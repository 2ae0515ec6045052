import assert from "node:assert/strict";
import { test } from "node:test";
import { starlark } from "../program.ts";
import { ByteReader } from "../snapshot/bytes.ts";
import { compileLibrary } from "./compile-library.ts";
import { readImage } from "./image-codec.ts";
import { libraryBytes, libraryModules } from "./library-modules.ts";

test("the library's code is that of its texts (npm run docs writes it)", () => {
  assert.deepEqual(libraryBytes(), compileLibrary());
});

test("images hold the library's code, and share it when they are loaded", () => {
  const files = new Map([["main.star", "print(1)\n"]]);
  const result = starlark.compile({ entry: "main.star", files }, "driver").step(100_000);
  assert.ok(result !== "running");
  const { bytes } = result.image!;
  assert.ok(Buffer.from(bytes).includes(Buffer.from(libraryBytes())));
  const { modules } = readImage(new ByteReader(bytes));
  assert.equal(modules.length, libraryModules().length + 1);
  for (const [i, module] of libraryModules().entries()) assert.equal(modules[i], module);
});
