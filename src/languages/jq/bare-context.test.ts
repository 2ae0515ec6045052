import assert from "node:assert/strict";
import { test } from "node:test";
import { printedInBareContext } from "../testing/bare-process.ts";

test("jq needs nothing but JavaScript", () => {
  const output = printedInBareContext(new URL("testing/bare-context.ts", import.meta.url));
  assert.equal(output, "[1,2,3] w6nwn5iA %C3%A9%F0%9F%98%80 6 true 1970-01-01T00:00:00Z 1.5\n");
});
