import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the language needs nothing but JavaScript", () => {
  const program = fileURLToPath(new URL("testing/bare-context.ts", import.meta.url));
  const output = execFileSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", program], {
    encoding: "utf8",
  });
  assert.deepEqual(JSON.parse(output), { a: 1, b: 2, sum: 3, text: "éMQ==" });
});
