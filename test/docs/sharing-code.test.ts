/** The guide on sharing code, walked through: its commands are run, and what it says that they print is printed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { mergeLayers } from "../../src/config/layers.ts";
import { rootSchema } from "../../src/config/schema-walk.ts";
import { validate } from "../../src/config/validate.ts";
import { parseYaml } from "../../src/config/yaml-file.ts";
import { starlark } from "../../src/languages/starlark/program.ts";

const root = path.resolve(import.meta.dirname, "../..");
const guide = readFileSync(path.join(root, "docs/guides/sharing-code.md"), "utf8");

/** Fenced blocks with their languages, in order. */
function blocks(): { language: string; text: string }[] {
  return [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({ language: match[1]!, text: match[2]! }));
}

test("every command of the guide does what the guide says", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-guide-"));
  const bin = path.join(folder, ".bin");
  execFileSync("mkdir", [bin]);
  writeFileSync(path.join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}/bin/autoflow.js" "$@"\n`);
  chmodSync(path.join(bin, "npx"), 0o755);
  const identity = { GIT_AUTHOR_NAME: "Mara", GIT_AUTHOR_EMAIL: "mara@example.com", GIT_CONFIG_GLOBAL: "/dev/null" };
  const committer = { GIT_COMMITTER_NAME: "Mara", GIT_COMMITTER_EMAIL: "mara@example.com" };
  const env = { ...process.env, ...identity, ...committer, PATH: `${bin}:${process.env["PATH"]}` };
  try {
    let printed = "";
    for (const { language, text } of blocks()) {
      if (language === "sh") {
        printed = execFileSync("sh", ["-e", "-c", text], {
          cwd: folder,
          env,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        });
      }
      if (language === "text") assertInOrder(printed, text.trimEnd().split("\n"));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

test("what the guide shows of configuration and of load is right", () => {
  const settings = blocks().filter(({ language }) => language === "yaml");
  assert.equal(settings.length, 1);
  const layers = { file: parseYaml("autoflow.yaml", settings[0]!.text), environment: [], flags: {} };
  assert.deepEqual(validate(rootSchema, mergeLayers(rootSchema, layers)), []);
  const loads = blocks().find(({ language }) => language === "python");
  assert.deepEqual(starlark.dependencies(".gitlab/autoflow/main.star", loads!.text), [
    "lib/labels.star",
    ".gitlab/autoflow/format.star",
    ".gitlab/autoflow/teams.yaml",
    "@acme/library//lib/greet.star@v1.0",
  ]);
});

function assertInOrder(printed: string, lines: readonly string[]): void {
  let from = 0;
  for (const line of lines) {
    const at = printed.indexOf(line, from);
    assert.ok(at >= 0, `${JSON.stringify(line)} is not in, or not at its place in:\n${printed}`);
    from = at + line.length;
  }
}
