/** `autoflow test` on every example that has test files. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { suite, test } from "node:test";

const examples = import.meta.dirname;

function hasTests(folder: string): boolean {
  return readdirSync(path.join(examples, folder), { recursive: true }).some((file) =>
    String(file).endsWith("_test.star"),
  );
}

suite("autoflow test", () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders.filter((folder) => hasTests(folder.name))) {
    test(name, () => {
      const command = ["../src/cli/main.ts", "test", name];
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: examples, encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /\d+ passed, 0 failed/);
    });
  }
});
