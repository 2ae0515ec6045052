/** The guide of newcomers, walked through: its commands are run in order, and what it says that they print is printed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "../support/autoflow.ts";
import { type ChildProcess, startProcess } from "../support/child-process.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

const script = ".gitlab/autoflow/main.star";
const guide = readFileSync(`${root}/docs/guides/first-automation.md`, "utf8");

/** What the variables that the guide exports hold from then on. */
const exported = {
  GITLAB_TOKEN: "glpat-try",
  WEBHOOK_TOKEN: "webhook-token-0123456789",
  AUTOFLOW_API_TOKEN: "api-token-0123456789",
};

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
    .replaceAll("/tmp/", outside.join("/"))
    .replaceAll("https://gitlab.example.com", `http://127.0.0.1:${gitlabPort}`)
    .replaceAll("1234", "1");
  const path = `${withNpx(outside)}:${process.env["PATH"]}`;
  const env: Record<string, string> = { PATH: path, AUTOFLOW_LISTEN_PORT: String(port) };
  const tryGitLab = gitlabCaller(`http://127.0.0.1:${gitlabPort}/api/v4/projects/1`);
  await using closing = new AsyncDisposableStack();
  const servers = new Map<string, ChildProcess>();
  const blocks = blocksOf(page);
  let walked = 0;
  for (const [index, { language, text }] of blocks.entries()) {
    const next = blocks[index + 1];
    const shown = next?.language === "text" ? next.text.trimEnd().split("\n") : [];
    if (language === "python") replaceTidy(folder, text);
    if (language !== "sh") continue;
    walked++;
    if (text.startsWith("export GITLAB_TOKEN")) Object.assign(env, exported);
    const [, command] = /npx autoflow (dev|gitlab-sim|serve)\b/.exec(text) ?? [];
    if (command === "serve") {
      await tryGitLab("POST", "/repository/files/.gitlab%2Fautoflow%2Fmain.star", {
        branch: "main",
        commit_message: "AutoFlow",
        content: folder.read(script),
      });
      await servers.get("dev")?.[Symbol.asyncDispose]();
    }
    if (command !== undefined) {
      const server = startProcess("sh", ["-c", `exec env ${text}`], { cwd: folder.path, env });
      servers.set(command, server);
      closing.use(server);
      await untilShown(server, shown, command === "serve" ? "stderr" : "stdout");
    } else await walk(text, shown, { cwd: folder.path, env });
  }
  assert.ok(walked >= 15, `${walked} blocks`);
  // The webhook of step 5, and an issue that closes.
  const url = `http://127.0.0.1:${port}/webhooks/gitlab/default`;
  await tryGitLab("POST", "/hooks", { url, token: exported.WEBHOOK_TOKEN, issues_events: true });
  const issue = (await tryGitLab("POST", "/issues", { title: "Slow", labels: "blocked" })) as { iid: number };
  await tryGitLab("PUT", `/issues/${issue.iid}`, { state_event: "close" });
  await eventually("the served script takes its label away", async () => {
    const { labels } = (await tryGitLab("GET", `/issues/${issue.iid}`)) as { labels: string[] };
    return labels.length === 0;
  });
});

/** A folder with an `npx` that starts this AutoFlow. */
function withNpx(folder: TempFolder): string {
  const file = folder.join("npx");
  writeFileSync(file, `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}/bin/autoflow.js" "$@"\n`);
  chmodSync(file, 0o755);
  return folder.path;
}

/** What GitLab's pages do in the guide. */
function gitlabCaller(project: string): (method: string, path: string, body?: object) => Promise<unknown> {
  return async (method, path, body) => {
    const headers = { "private-token": "glpat-try", "content-type": "application/json" };
    const answer = await fetch(project + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as unknown;
  };
}

async function untilShown(server: ChildProcess, lines: readonly string[], where: "stdout" | "stderr"): Promise<void> {
  for (const line of lines) await server.untilOutput(new RegExp(RegExp.escape(line)), where);
}

/** A command fails where a failure is what the page shows. What webhooks do is there a moment later, so that is looked at again. */
async function walk(text: string, shown: readonly string[], place: { cwd: string; env: object }): Promise<void> {
  const run = (): { status: number | null; printed: string } => {
    const env = { HOME: process.env["HOME"], ...place.env } as NodeJS.ProcessEnv;
    const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", text], { cwd: place.cwd, env, encoding: "utf8" });
    return { status, printed: stdout + stderr };
  };
  if (/npx autoflow (runs|definitions) list$/m.test(text)) {
    let last = run();
    await eventually(
      text,
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
