// npm run bench -- NAME [--json]: measures what the documents claim, on the pinned Node. Runs on Node 20.
import { spawn } from "node:child_process";
import { ensureInstalled } from "./lib/install.js";
import { pinnedNode, root, toolEnvironment } from "./lib/pinned-node.js";

ensureInstalled();
// What runs in this process has the nursery that a server has (bin/autoflow.js).
const args = ["--max-semi-space-size=64", "bench/main.ts", ...process.argv.slice(2)];
const child = spawn(pinnedNode, args, { cwd: root, env: toolEnvironment(), stdio: "inherit" });
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal));
child.once("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
