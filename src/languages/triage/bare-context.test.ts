import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the language needs nothing but JavaScript", () => {
  const program = fileURLToPath(new URL("testing/bare-context.ts", import.meta.url));
  const output = execFileSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", program], {
    encoding: "utf8",
  });
  assert.deepEqual(JSON.parse(output), {
    method: "POST",
    path: "projects/:id/issues/2/notes",
    body: { body: "Hello @eve, 1970-01-03 é" },
  });
});
