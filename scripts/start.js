// npm start: installs what is missing, starts AutoFlow with the example in examples/quickstart and a stand-in for a chat server,
// sends the webhook that GitLab sends when an issue changes, shows the run to its end, and stays up. Takes --port and --engine
// as `autoflow dev` does. Runs on Node 20.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { ensureInstalled } from "./lib/install.js";
import { pinnedNode, root, toolEnvironment } from "./lib/pinned-node.js";

const usualPort = 8080;
const readyWithinMs = 60_000;

ensureInstalled();
const port = await choosePort();
const url = `http://127.0.0.1:${port}`;
let isEnding = false;
const server = startServer(await startChat());
try {
  await untilReady();
  await demonstrate();
} catch (error) {
  if (!isEnding) giveUp(error);
}

/** @param {unknown} error */
function giveUp(error) {
  console.error(`The demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
  server.kill("SIGTERM");
  process.exitCode = 1;
}

/** The port of --port, else the usual one, else a free one. */
async function choosePort() {
  if (hasOption("--port")) {
    const text = valueOf("--port");
    const wanted = Number(text);
    if (Number.isInteger(wanted) && wanted > 0 && wanted < 65_536) return wanted;
    console.error(`--port needs a number from 1 to 65535, got ${text ?? "nothing"}`);
    process.exit(2);
  }
  const chosen = (await freePort(usualPort)) ?? (await freePort(0));
  if (chosen === undefined) throw new Error("no port is free");
  if (chosen !== usualPort) console.error(`Port ${usualPort} is busy, so this is port ${chosen}.`);
  return chosen;
}

/** @param {string} name */
function hasOption(name) {
  return process.argv.some((argument) => argument === name || argument.startsWith(`${name}=`));
}

/**
 * What is given as `--name value` or `--name=value`.
 * @param {string} name
 */
function valueOf(name) {
  const at = process.argv.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
  return process.argv[at]?.split("=")[1] ?? process.argv[at + 1];
}

/**
 * @param {number} wanted 0 for any
 * @returns {Promise<number | undefined>} undefined when it is busy
 */
function freePort(wanted) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}

/**
 * A chat server as the example's script needs one: it takes messages and prints them.
 * @returns {Promise<string>} where it takes them
 */
function startChat() {
  const chat = createHttpServer((request, response) => {
    text(request)
      .then((body) => console.log(`  the chat received ${body}`))
      .then(() => response.writeHead(201).end("{}"))
      .catch(() => response.writeHead(400).end());
  });
  return new Promise((resolve, reject) => {
    chat.once("error", reject);
    chat.listen(0, "127.0.0.1", () => {
      const address = chat.address();
      if (address !== null && typeof address === "object") resolve(`http://127.0.0.1:${address.port}/messages`);
    });
  });
}

/**
 * Starts the server as a user would; when it ends, so does this process, with its status.
 * @param {string} chatUrl
 */
function startServer(chatUrl) {
  const variable = `CHAT_URL=${chatUrl}`;
  const args = ["bin/autoflow.js", "dev", "examples/quickstart", "--port", String(port), "--var", variable];
  if (hasOption("--engine")) args.push("--engine", valueOf("--engine") ?? "");
  const child = spawn(pinnedNode, args, { cwd: root, env: toolEnvironment(), stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      isEnding = true;
      child.kill(signal);
    });
  }
  child.once("exit", (code, signal) => process.exit(process.exitCode ?? code ?? (signal === null ? 0 : 1)));
  return child;
}

async function untilReady() {
  const end = Date.now() + readyWithinMs;
  while (Date.now() < end) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error(`the server was not ready within ${readyWithinMs / 1000} seconds`);
}

/** Sends the webhook and waits until the run that it started has ended. */
async function demonstrate() {
  const body = readFileSync(path.join(root, "examples/quickstart/issue-update.json"), "utf8");
  const id = randomUUID();
  console.log(`\nGitLab would now send a webhook, because an issue was changed: POST ${url}/webhooks/gitlab/default\n`);
  const answer = await fetch(`${url}/webhooks/gitlab/default`, { method: "POST", headers: webhookHeaders(id), body });
  if (!answer.ok) throw new Error(`the webhook was answered with ${answer.status}: ${await answer.text()}`);
  const run = await untilRunEnded(id);
  console.log(
    `\nRun ${run.id} ${run.state}.${run.error === undefined ? "" : ` ${run.error.code}: ${run.error.message}`}`,
  );
  explain(run.id);
}

/**
 * The headers of a webhook as GitLab sends them.
 * @param {string} id
 */
function webhookHeaders(id) {
  return {
    "content-type": "application/json",
    "user-agent": "GitLab/18.5.0",
    "x-gitlab-instance": "https://gitlab.example.com",
    "x-gitlab-event": "Issue Hook",
    "x-gitlab-event-uuid": randomUUID(),
    "x-gitlab-webhook-uuid": randomUUID(),
    "idempotency-key": id,
  };
}

/** @typedef {{ id: string, state: string, endedAt?: number, error?: { code: string, message: string } }} Run */
/** @typedef {{ decisions?: { runId?: string }[], reason?: string }} EventAnswer */

/**
 * @param {string} eventId
 * @returns {Promise<Run>}
 */
async function untilRunEnded(eventId) {
  for (;;) {
    const event = await getJson(`/api/v1/events/${eventId}`);
    const { decisions, reason } = /** @type {EventAnswer} */ (event);
    const runId = decisions?.find((decision) => decision.runId !== undefined)?.runId;
    if (runId === undefined && decisions !== undefined)
      throw new Error(`the event started nothing: ${reason ?? "see above"}`);
    const run = runId === undefined ? undefined : /** @type {Run} */ (await getJson(`/api/v1/runs/${runId}`));
    if (run?.endedAt !== undefined) return run;
    await pause(200);
  }
}

/**
 * @param {string} route
 * @returns {Promise<unknown>}
 */
async function getJson(route) {
  const answer = await fetch(url + route);
  if (!answer.ok) throw new Error(`${route} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** @param {string} runId */
function explain(runId) {
  console.log(`
AutoFlow is running at ${url}. In another terminal, in this folder:

  npx autoflow runs show ${runId}
  npx autoflow events list
  npx autoflow events send --project 1 --type com.gitlab.events.issue_updated --data @examples/quickstart/issue-update.json

Or change examples/quickstart/.gitlab/autoflow/main.star: it is taken up when you save it. Ctrl-C ends AutoFlow; a run that is
under way goes on at the next start.
`);
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
