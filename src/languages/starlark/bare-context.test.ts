import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the language needs nothing but JavaScript", () => {
  const program = fileURLToPath(new URL("testing/bare-context.ts", import.meta.url));
  const output = execFileSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", program], {
    encoding: "utf8",
  });
  assert.equal(
    output,
    '1 [1, 3] {"a":1.5} 1970-01-01 00:00:00 +0000 UTC\n{"b": b"\\xff", "s": "é"} 97 é 1180591620717411303424 ' +
      '{"a": [1, 2.5, 12345678901234567890, "é"]} ["1.9", "1.10"]\n',
  );
});
