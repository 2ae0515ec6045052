/** The guide of newcomers, walked through: its commands are run in order, and what it says that they print is printed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { mergeLayers } from "../../src/config/layers.ts";
import { rootSchema } from "../../src/config/schema-walk.ts";
import { validate } from "../../src/config/validate.ts";
import { parseYaml } from "../../src/config/yaml-file.ts";
import { root } from "../support/autoflow.ts";
import { type ChildProcess, startProcess } from "../support/child-process.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

const script = ".gitlab/autoflow/main.star";
const guide = readFileSync(`${root}/docs/guides/first-automation.md`, "utf8");

interface Block {
  language: string;
  text: string;
}

/** Fenced blocks, in order; those of lists without their indentation. */
function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms)].map(([, indent, language, text]) => ({
    language: language!,
    text: text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

test("whoever follows the guide to a first automation sees what it says", async () => {
  using folder = tempFolder();
  using outside = tempFolder();
  const [port, gitlabPort] = [await freePort(), await freePort()];
  const page = guide
    .replaceAll("8080", String(port))
    .replaceAll("8929", String(gitlabPort))
    .replaceAll("/tmp/", outside.join("/"));
  const env = { PATH: `${withNpx(outside)}:${process.env["PATH"]}`, AUTOFLOW_LISTEN_PORT: String(port) };
  await using servers = new AsyncDisposableStack();
  const blocks = blocksOf(page);
  let walked = 0;
  for (const [index, { language, text }] of blocks.entries()) {
    const next = blocks[index + 1];
    const shown = next?.language === "text" ? next.text.trimEnd().split("\n") : [];
    if (language === "python") replaceTidy(folder, text);
    if (language !== "sh") continue;
    walked++;
    if (/npx autoflow (dev|gitlab-sim)/.test(text)) {
      const server = startProcess("sh", ["-c", `exec env ${text}`], { cwd: folder.path, env });
      servers.use(server);
      await untilShown(server, shown);
    } else await walk(text, shown, { cwd: folder.path, env });
  }
  assert.ok(walked >= 12, `${walked} blocks`);
  assert.match(folder.read("autoflow.yaml"), /sources:/);
  const layers = { file: parseYaml("autoflow.yaml", folder.read("autoflow.yaml")), environment: [], flags: {} };
  assert.deepEqual(validate(rootSchema, mergeLayers(rootSchema, layers)), []);
});

/** A folder with an `npx` that starts this AutoFlow. */
function withNpx(folder: TempFolder): string {
  const file = folder.join("npx");
  writeFileSync(file, `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}/bin/autoflow.js" "$@"\n`);
  chmodSync(file, 0o755);
  return folder.path;
}

async function untilShown(server: ChildProcess, lines: readonly string[]): Promise<void> {
  for (const line of lines) await server.untilOutput(new RegExp(RegExp.escape(line)));
}

/** A command fails where a failure is what the page shows. What webhooks do is there a moment later, so that is looked at again. */
async function walk(text: string, shown: readonly string[], place: { cwd: string; env: object }): Promise<void> {
  const run = (): { status: number | null; printed: string } => {
    const env = { HOME: process.env["HOME"], ...place.env } as NodeJS.ProcessEnv;
    const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", text], { cwd: place.cwd, env, encoding: "utf8" });
    return { status, printed: stdout + stderr };
  };
  if (text.trim() === "npx autoflow runs list") {
    let last = run();
    await eventually(
      "the run waits",
      () => (missingLine(last.printed, shown) === undefined ? true : void (last = run())),
      () => last.printed,
    );
    return;
  }
  const { status, printed } = run();
  const fails = shown.some((line) => line.startsWith("FAIL"));
  assert.equal(status, fails ? 1 : 0, `${text}\n${printed}`);
  assert.equal(missingLine(printed, shown), undefined, printed);
}

/** The first line that is not printed behind those before it. */
function missingLine(printed: string, lines: readonly string[]): string | undefined {
  let from = 0;
  return lines.find((line) => {
    const at = printed.indexOf(line, from);
    if (at >= 0) from = at + line.length;
    return at < 0;
  });
}

/** "Put this in place of the function `tidy`." */
function replaceTidy(folder: TempFolder, text: string): void {
  const before = folder.read(script);
  const after = before.replace(/^def tidy[^]*?\n\n/m, () => `${text}\n`);
  assert.notEqual(after, before);
  folder.write(script, after);
}
