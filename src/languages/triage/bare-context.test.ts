import assert from "node:assert/strict";
import { test } from "node:test";
import { printedInBareContext } from "../testing/bare-process.ts";

test("the language needs nothing but JavaScript", () => {
  const output = printedInBareContext(new URL("testing/bare-context.ts", import.meta.url));
  assert.deepEqual(JSON.parse(output), {
    method: "POST",
    path: "projects/:id/issues/2/notes",
    body: { body: "Hello @eve, 1970-01-03 é" },
  });
});
