import assert from "node:assert/strict";
import { test } from "node:test";
import { printedInBareContext } from "../testing/bare-process.ts";

test("the language needs nothing but JavaScript", () => {
  const output = printedInBareContext(new URL("testing/bare-context.ts", import.meta.url));
  assert.equal(
    output,
    '1 [1, 3] {"a":1.5} 1970-01-01 00:00:00 +0000 UTC\n{"b": b"\\xff", "s": "é"} 97 é 1180591620717411303424 ' +
      '{"a": [1, 2.5, 12345678901234567890, "é"]} ["1.9", "1.10"]\n',
  );
});
