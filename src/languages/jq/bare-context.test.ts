import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("jq needs nothing but JavaScript", () => {
  const program = fileURLToPath(new URL("testing/bare-context.ts", import.meta.url));
  const output = execFileSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", program], {
    encoding: "utf8",
  });
  assert.equal(output, "[1,2,3] w6nwn5iA %C3%A9%F0%9F%98%80 6 true 1970-01-01T00:00:00Z 1.5\n");
});
