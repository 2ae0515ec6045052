import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { startAutoflow } from "../../test/support/autoflow.ts";
import { eventually } from "../../test/support/eventually.ts";
import { freePort } from "../../test/support/free-port.ts";
import { tempFolder } from "../../test/support/temp-folder.ts";
import type { Call } from "./stand-ins/calls.ts";
import { startGitLab } from "./stand-ins/gitlab.ts";
import { startPortal } from "./stand-ins/portal.ts";

const folder = import.meta.dirname;

interface Instance {
  id: string;
  state: string;
  workflowdata: { result?: { completedWith: string; message: string } };
  error?: { message: string };
}

/** The example as its README starts it, with other ports. */
async function start(): Promise<{ url: string; calls: string[]; gitlab: string } & AsyncDisposable> {
  const data = tempFolder();
  const calls: string[] = [];
  const show = ({ method, path: asked, query }: Call) =>
    void calls.push(`${method} ${asked}${query.size === 0 ? "" : `?${String(query)}`}`);
  const portal = await startPortal({ port: 0, token: "portal-token", taskMs: 2000, show });
  const gitlab = await startGitLab({ port: 0, token: "gitlab-token", show });
  const port = await freePort();
  const server = startAutoflow(["dev", folder, "--port", String(port), "--data", data.path], {
    env: {
      GITLAB_URL: gitlab.url,
      GITLAB_TOKEN: "gitlab-token",
      PORTAL_URL: portal.url,
      PORTAL_TOKEN: "portal-token",
    },
  });
  await server.untilOutput(/AutoFlow serves http/);
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    gitlab: gitlab.url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await portal.close();
      await gitlab.close();
      data[Symbol.dispose]();
    },
  };
}

function post(url: string, request: string): Promise<Response> {
  const body = readFileSync(path.join(folder, "requests", `${request}.json`), "utf8");
  return fetch(`${url}/namespace-request`, { method: "POST", body, headers: { "content-type": "application/json" } });
}

async function run(url: string, request: string): Promise<string> {
  const answer = await post(url, request);
  assert.equal(answer.status, 201, await answer.clone().text());
  return ((await answer.json()) as { id: string }).id;
}

function instance(url: string, id: string): Promise<Instance> {
  return fetch(`${url}/api/orchestrator/v2/workflows/instances/${id}`).then(
    (answer) => answer.json() as Promise<Instance>,
  );
}

/** The instance, once it has come to an end or failed. */
function ended(url: string, id: string): Promise<Instance> {
  let last: Instance | undefined;
  return eventually(
    `request ${id} ends`,
    async () => ((last = await instance(url, id)).state === "ACTIVE" ? undefined : last),
    () => last,
  );
}

async function decide(gitlab: string, url: string, id: string, label: string): Promise<void> {
  const issue = await eventually("the issue is there", async () => {
    const { workflowdata } = (await instance(url, id)) as unknown as { workflowdata: { issue?: { iid: number } } };
    return workflowdata.issue?.iid;
  });
  await fetch(`${gitlab}/decide/${issue}/${label}`, { method: "POST", redirect: "manual" });
}

describe("the namespace request", { timeout: 180_000 }, () => {
  it("comes to each of its ends", async () => {
    await using example = await start();
    const { url, calls, gitlab } = example;

    const refused = await post(url, "refused");
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /namespace[^]*size/);
    assert.equal(calls.length, 0);

    const small = await ended(url, await run(url, "small"));
    assert.deepEqual([small.state, small.workflowdata.result?.completedWith], ["COMPLETED", "success"]);
    assert.deepEqual(
      calls.filter((call) => call.startsWith("POST")),
      ["POST /api/scaffolder/v2/tasks", "POST /api/notifications"],
    );

    const [approved, denied, broken] = await Promise.all(["large", "large", "broken"].map((name) => run(url, name)));
    await decide(gitlab, url, approved!, "approved");
    await decide(gitlab, url, denied!, "denied");

    const ready = await ended(url, approved!);
    assert.deepEqual([ready.state, ready.workflowdata.result?.completedWith], ["COMPLETED", "success"]);
    const refusedByPerson = await ended(url, denied!);
    assert.equal(refusedByPerson.state, "ERROR");
    assert.match(JSON.stringify(refusedByPerson.error), /The namespace ferries-large was denied/);
    const failed = await ended(url, broken!);
    assert.deepEqual([failed.state, failed.workflowdata.result?.completedWith], ["COMPLETED", "error"]);
    assert.match(failed.workflowdata.result?.message ?? "", /ended as failed/);

    const made = calls.filter((call) => call === "POST /api/scaffolder/v2/tasks");
    assert.equal(made.length, 3, "small, approved and broken; none for the denied one");
    const closed = calls.filter((call) => call.startsWith("PUT ") && call.endsWith("?state_event=close"));
    assert.equal(closed.length, 2);
  });
});
