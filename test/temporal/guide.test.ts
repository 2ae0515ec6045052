import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { Workplace } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";

/** The first steps of the guide, as somebody types them in. */

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const root = path.resolve(import.meta.dirname, "../..");
const guide = readFileSync(path.join(root, "docs/guides/temporal.md"), "utf8");
const [, steps = ""] = /^## Five minutes[^\n]*\n(.*?)^## /ms.exec(guide) ?? [];
const blocks = [...steps.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1]!);

describe("the first steps of the guide to Temporal", { skip }, () => {
  test("work as they are written", async (t) => {
    const { address } = await sharedDevServer();
    await using place = new Workplace();
    const environment = {
      ...process.env,
      AUTOFLOW_TEMPORAL_HOST_PORT: address,
      AUTOFLOW_TEMPORAL_TASK_QUEUE: `guide-${randomUUID()}`,
      AUTOFLOW_LISTEN_PORT: "0",
    };
    /** With a folder of its own in place of /tmp, and this clone's command in place of npx. */
    const shell = (text: string) => {
      const command = `"${process.execPath}" "${path.join(root, "bin/autoflow.js")}"`;
      const here = text.replaceAll("/tmp/", `${place.folder}/`).replaceAll("npx autoflow", command);
      const child = promisify(execFile)("bash", ["-e"], { cwd: place.folder, env: environment });
      child.child.stdin!.end(here);
      t.after(() => child.child.kill("SIGKILL"));
      return child;
    };
    const [dev = "", files = "", look = "", kill = ""] = blocks;
    assert.equal(dev, "temporal server start-dev\n");
    const [making = "", serve = ""] = files.split(/^(?=npx autoflow serve)/m);
    await shell(making);

    const server = shell(`exec ${serve}`);
    server.catch(() => {});
    let told = "";
    server.child.stderr!.on("data", (chunk) => (told += String(chunk)));
    await eventually(
      "it serves",
      () => told.includes("AutoFlow serves"),
      () => told,
    );
    const looked = await shell(look);
    assert.match(looked.stdout, /^temporal namespace +warning +default, ended runs are kept for 1 day$/m);
    assert.match(looked.stdout, /^temporal workers +ok +1 asks for work/m);
    assert.match(looked.stderr, /^accepted \S+ at log position 1$/m);

    const [worker = "", event = "", pkill = ""] = kill.split("\n");
    assert.match(worker, / &$/);
    const other = shell(`exec ${worker.slice(0, -2)}`);
    other.catch(() => {});
    let said = "";
    other.child.stderr!.on("data", (chunk) => (said += String(chunk)));
    await eventually(
      "it works",
      () => said.includes("AutoFlow works on"),
      () => said,
    );
    await shell(event);
    assert.equal(pkill, "pkill -9 -f 'serve --config /tmp/temporal.yaml'");
    server.child.kill("SIGKILL");

    const again = shell(`exec ${serve}`);
    again.catch(() => {});
    let second = "";
    again.child.stderr!.on("data", (chunk) => (second += String(chunk)));
    await eventually(
      "it serves again",
      () => second.includes("AutoFlow serves"),
      () => second,
    );
    const listed = await shell("npx autoflow runs list -o name");
    const [run = ""] = listed.stdout.split("\n");
    const ended = async () => (await shell(`npx autoflow runs logs ${run}`)).stdout;
    await eventually("the run ends", async () => (await ended()) === "hello Lee\nhalf a minute later\n", ended);
    again.child.kill("SIGTERM");
    other.child.kill("SIGTERM");
    await Promise.allSettled([again, other, server]);
  });
});
