import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { asTested } from "../../test/support/on-temporal.ts";

const root = path.resolve(import.meta.dirname, "../..");

test("npm start shows the example's run to its end, stays up, and ends on Ctrl-C", { timeout: 90_000 }, async () => {
  const data = mkdtempSync(path.join(tmpdir(), "autoflow-quickstart-"));
  const tested = asTested(["dev"]);
  const env = { ...process.env, ...tested.env, AUTOFLOW_DATA: data };
  const demo = spawn(process.execPath, ["scripts/start.js", ...tested.args.slice(1)], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(demo, "exit");
  let said = "";
  demo.stdout.on("data", (chunk: Buffer) => (said += String(chunk)));
  demo.stderr.on("data", (chunk: Buffer) => (said += String(chunk)));
  try {
    while (!said.includes("Ctrl-C ends AutoFlow")) await Promise.race([once(demo.stdout, "data"), failOnExit(ended)]);
    assert.match(said, /main\.star \| issue #23 changed: Evening ferry is missing on Sundays/);
    assert.match(said, /the chat received \{"text":"Issue #23 was changed: Evening ferry is missing on Sundays"\}/);
    assert.match(said, /main\.star \| done with issue #23/);
    assert.match(said, /Run \S+ succeeded\./);
    const url = /AutoFlow is running at (\S+)\. /.exec(said)![1]!;
    assert.equal((await fetch(`${url}/readyz`)).status, 200);

    demo.kill("SIGINT");
    assert.deepEqual(await ended, [0, null], said);
  } catch (error) {
    demo.kill("SIGTERM");
    throw new Error(`it said:\n${said}`, { cause: error });
  } finally {
    rmSync(data, { recursive: true });
  }
});

async function failOnExit(ended: Promise<unknown[]>): Promise<never> {
  throw new Error(`npm start ended with ${String((await ended)[0])}`);
}
