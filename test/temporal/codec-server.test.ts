import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { startIdentityProvider, testEmail } from "../../src/server/codec-server/testing.ts";
import { Workplace } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";

/** The codec server of `autoflow serve`, asked as Temporal's command line and web app ask it. */

const cli = await temporalCli();
const skip = cli === undefined && "there is no temporal CLI";
const webApp = "https://temporal.example.com";
const script = 'def hello(w, ev):\n    print(ev["data"]["name"])\n\non_event(type = "example", handler = hello)\n';

describe("what serve has encrypted", { skip }, () => {
  test("is shown to people with a token, in Temporal's command line and on pages of its web app", async () => {
    const { address } = await sharedDevServer();
    await using identity = await startIdentityProvider();
    await using place = new Workplace();
    const taskQueue = `codec-${randomUUID()}`;
    const canary = `canary-${randomUUID()}`;
    place.write("key.bin", "k".repeat(32));
    place.write("flows/.gitlab/autoflow/main.star", script);
    const codecServer = {
      listen: { address: "127.0.0.1:0" },
      temporal_web_ui_url: webApp,
      temporal_oidc_url: identity.url,
      authorized_user_emails: [testEmail],
    };
    place.write(
      "autoflow.yaml",
      stringify({
        engine: "temporal",
        listen: { port: 0 },
        temporal: {
          host_port: address,
          task_queue: taskQueue,
          workflow_data_encryption: {
            secret_key_file: "key.bin",
            key_per_project: true,
            codec_server: codecServer,
          },
        },
        projects: { "1": { script: { folder: "flows" } } },
      }),
    );
    const server = place.start("serve");
    const said = await server.says("AutoFlow serves");
    const [url = ""] = /http:[\w/.:-]+\/codec-server/.exec(said) ?? [];
    const sent = await place.run(
      "events",
      "send",
      "-p",
      "1",
      "-t",
      "example",
      "--data",
      JSON.stringify({ name: canary }),
    );
    assert.equal(sent.status, 0, sent.stderr);
    const run = await eventually("the run is listed", async () => {
      return (await place.run("runs", "list", "-o", "name")).stdout.trim() || undefined;
    });

    const show = ["workflow", "show", "-w", `${taskQueue}/run/${run}`, "--address", address, "--detailed"];
    const shown = async (...args: string[]) => (await promisify(execFile)(cli!, [...show, ...args])).stdout;
    assert.ok(!(await shown()).includes(canary));
    const authorization = `Bearer ${await identity.issue()}`;
    assert.ok((await shown("--codec-endpoint", url, "--codec-auth", authorization)).includes(canary));
    await assert.rejects(shown("--codec-endpoint", url, "--command-timeout", "2s"));
    await server.says("CODEC_TOKEN_REQUIRED");

    const ask = { method: "POST", body: JSON.stringify({ payloads: [] }) };
    const preflight = await fetch(`${url}/decode`, {
      method: "OPTIONS",
      headers: {
        origin: webApp,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-namespace",
      },
    });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, webApp]);
    const headers = { authorization, "content-type": "application/json", "x-namespace": "default" };
    const answer = await fetch(`${url}/decode`, { ...ask, headers: { ...headers, origin: webApp } });
    assert.deepEqual([answer.status, await answer.json()], [200, { payloads: [] }]);
    const other = await fetch(`${url}/decode`, { ...ask, headers: { ...headers, origin: "https://example.com" } });
    assert.equal(other.status, 403);
  });
});
