import assert from "node:assert/strict";
import { test } from "node:test";
import { printedInBareContext } from "../testing/bare-process.ts";

test("the language needs nothing but JavaScript", () => {
  const output = printedInBareContext(new URL("testing/bare-context.ts", import.meta.url));
  assert.deepEqual(JSON.parse(output), { a: 1, b: 2, sum: 3, text: "éMQ==" });
});
