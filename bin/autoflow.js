#!/usr/bin/env node
// Starts the command line on a Node that can run it. AutoFlow brings one along, since the machine's own may be older.
// This file runs on Node 20.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import v8 from "node:v8";

const self = fileURLToPath(import.meta.url);
const root = path.resolve(path.dirname(self), "..");
const source = path.join(root, "src/cli/main.ts");
const isClone = existsSync(source);

const isServer = ["dev", "serve", "worker"].includes(process.argv[2] ?? "");
// Some versions of Node let a busy server's nursery grow to 128 MB and more; it is as fast with this one.
const flags = isServer ? ["--max-semi-space-size=16"] : [];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 15);
if (isClone && !existsSync(path.join(root, "node_modules")) && findPinnedNode() === undefined) {
  console.error(`AutoFlow's dependencies are not installed: run npm ci in ${root}.`);
  process.exit(1);
}
if (isNewEnough) await runHere();
else runOn(findPinnedNode());

async function runHere() {
  // When the process that started us is killed, nobody is left to pass signals on: end as if asked to.
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  // Node's cache holds what was compiled. A command that is over soon has everything compiled when a file is read, so that the next
  // one compiles nothing: its first script is done in half the time. A server starts sooner, and takes 25 MB less, without what it
  // never calls. V8 takes no cache that was written under other flags.
  if (!isServer) v8.setFlagsFromString("--no-lazy");
  const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache");
  const folder = isClone ? path.join(root, ".cache") : path.join(cache, "autoflow");
  module.enableCompileCache(path.join(folder, isServer ? "node-server" : "node"));
  await import(pathToFileURL(isClone ? source : path.join(root, "dist/cli/main.js")).href);
}

/** @param {string | undefined} node */
function runOn(node) {
  if (node === undefined) {
    console.error(`AutoFlow needs Node 24.15 or newer, and this is ${process.version}.`);
    console.error("It brings its own, which is missing here: run npm ci (in a clone) or npm rebuild node.");
    process.exit(1);
  }
  const child = spawn(node, [...flags, self, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  child.once("error", (error) => {
    console.error(`Cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.once("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function findPinnedNode() {
  try {
    const packageFile = createRequire(import.meta.url).resolve("node/package.json");
    const file = path.join(path.dirname(packageFile), "bin/node");
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
