/**
 * A workflow as the Orchestrator's users have them (`sandbox/`), started as the Orchestrator's page starts it, against stand-ins
 * that note every call.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { startAutoflow } from "../support/autoflow.ts";
import type { ChildProcess } from "../support/child-process.ts";
import { type Answered, type Endpoint, type Received, startEndpoint } from "../support/endpoint.ts";
import { eventually, pause } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

const sandbox = path.join(import.meta.dirname, "sandbox");
const id = "sandbox-request-swt";

interface Instance {
  id: string;
  state: string;
  workflowdata: Record<string, unknown> & { result?: { completedWith?: string; message: string; outputs?: unknown } };
  error?: { message?: string; nodeDefinitionId?: string };
}

/** What the outside says of labels and of the template's task. */
interface Outside {
  labels: string[];
  task: string;
}

class Setup implements AsyncDisposable {
  readonly outside: Outside = { labels: [], task: "completed" };
  readonly calls: (Received & { at: number })[] = [];
  readonly #folder: TempFolder = tempFolder();
  #endpoint!: Endpoint;
  #process!: ChildProcess;
  #port = 0;

  static async start(): Promise<Setup> {
    const setup = new Setup();
    setup.#endpoint = await startEndpoint((call) => setup.#answer(call));
    setup.#port = await freePort();
    await setup.startServer();
    return setup;
  }

  async startServer(): Promise<void> {
    const { url } = this.#endpoint;
    this.#process = startAutoflow(["dev", sandbox, "--port", String(this.#port), "--data", this.#folder.path], {
      env: {
        PORTAL_ADDRESS: url,
        PORTAL_BEARER_TOKEN: "portal-secret-1",
        FORGE_ADDRESS: url,
        FORGE_TOKEN: "forge-secret-1",
        TEMPLATE_REF: "template:default/sandbox",
      },
    });
    await this.#process.untilOutput(/AutoFlow serves http/);
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  execute(inputData: unknown): Promise<Response> {
    return fetch(`${this.url}/api/orchestrator/v2/workflows/${id}/execute`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer of-the-user" },
      body: JSON.stringify({ inputData }),
    });
  }

  async run(size: string): Promise<string> {
    const answer = await this.execute(request(size));
    assert.ok(answer.ok, await answer.clone().text());
    return ((await answer.json()) as { id: string }).id;
  }

  async instance(runId: string): Promise<Instance> {
    const answer = await fetch(`${this.url}/api/orchestrator/v2/workflows/instances/${runId}`);
    assert.equal(answer.status, 200);
    return (await answer.json()) as Instance;
  }

  ended(runId: string): Promise<Instance> {
    let last: Instance | undefined;
    return eventually(
      `run ${runId} ends`,
      async () => ((last = await this.instance(runId)).state === "ACTIVE" ? undefined : last),
      () => ({ last, calls: this.said(), stderr: this.#process.stderr, stdout: this.#process.stdout }),
    );
  }

  /** The calls so far: method and path. */
  said(): string[] {
    return this.calls.map(({ method, path: asked }) => `${method} ${asked}`);
  }

  #answer(call: Received): Answered {
    this.calls.push({ ...call, at: Date.now() });
    const { method, path: asked } = call;
    const issue = {
      iid: 4,
      project_id: 9,
      labels: this.outside.labels,
      web_url: "http://forge.example.com/a/-/issues/4",
    };
    if (asked.startsWith("/api/v4/projects?")) return { body: [{ id: 9, name: "sandbox-approvals" }] };
    if (asked === "/api/v4/projects/9/issues") return { status: 201, body: { ...issue, labels: [] } };
    if (asked.startsWith("/api/v4/projects/9/issues/4")) return { body: issue };
    if (asked === "/api/notifications") return { body: [{ id: "n1", payload: {} }] };
    if (asked === "/api/scaffolder/v2/tasks") return { status: 201, body: { id: "task-1" } };
    if (asked === "/api/scaffolder/v2/tasks/task-1") return { body: { id: "task-1", status: this.outside.task } };
    return { status: 404, body: { message: `${method} ${asked}` } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#endpoint[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

function request(size: string): Record<string, unknown> {
  return { sandbox: "box1", requester: "ana", size, git_host: "forge.example.com", recipients: ["user:default/ana"] };
}

const search = "GET /api/v4/projects?search=sandbox-approvals&simple=true";
const create = "POST /api/v4/projects/9/issues";
const poll = "GET /api/v4/projects/9/issues/4";
const close = "PUT /api/v4/projects/9/issues/4?state_event=close";
const launch = "POST /api/scaffolder/v2/tasks";
const task = "GET /api/scaffolder/v2/tasks/task-1";
const notify = "POST /api/notifications";

describe("a workflow of the Orchestrator, unchanged", { timeout: 240_000, concurrency: true }, () => {
  it("small: launches the template, looks after the wait, tells, and has its result", async () => {
    await using setup = await Setup.start();
    const done = await setup.ended(await setup.run("small"));
    assert.equal(done.state, "COMPLETED");
    assert.deepEqual(setup.said(), [launch, task, notify]);
    const [launched, looked, told] = setup.calls as [
      (typeof setup.calls)[0],
      (typeof setup.calls)[0],
      (typeof setup.calls)[0],
    ];
    assert.ok(looked.at - launched.at >= 2000);
    for (const { headers } of setup.calls) assert.equal(headers.authorization, "Bearer portal-secret-1");
    assert.deepEqual(JSON.parse(launched.body), {
      templateRef: "template:default/sandbox",
      values: { git_host: "forge.example.com", component_id: "box1", owner: "ana", size: "small" },
    });
    const { recipients, payload } = JSON.parse(told.body) as { recipients: unknown; payload: { link: string } };
    assert.deepEqual(recipients, { type: "entity", entityRef: ["user:default/ana"] });
    const base = payload.link.replace("/catalog/default/component/box1", "");
    assert.deepEqual(done.workflowdata.result?.outputs, [
      { key: "Component", value: `${base}/catalog/default/component/`, format: "link" },
    ]);
    // An answer that is a list and goes nowhere in particular.
    assert.deepEqual(done.workflowdata["response"], [{ id: "n1", payload: {} }]);
    assert.ok(!JSON.stringify(done).includes("portal-secret-1"));
  });

  it("large: asks for approval, polls, launches when it is given, closes the issue without a body", async () => {
    await using setup = await Setup.start();
    const runId = await setup.run("large");
    await eventually("two polls", () => setup.said().filter((each) => each === poll).length === 2);
    const polls = setup.calls.filter(({ method, path: asked }) => `${method} ${asked}` === poll);
    assert.ok(polls[1]!.at - polls[0]!.at >= 4000);
    setup.outside.labels = ["approved"];
    const done = await setup.ended(runId);
    assert.equal(done.state, "COMPLETED");
    assert.deepEqual(setup.said(), [search, create, notify, poll, poll, poll, launch, task, notify, close]);
    const created = setup.calls[1]!;
    assert.equal(created.headers["private-token"], "forge-secret-1");
    assert.deepEqual(JSON.parse(created.body), { title: "Request for large sandbox box1 for user ana" });
    const closed = setup.calls.at(-1)!;
    assert.deepEqual([closed.body, closed.headers["content-type"]], ["", undefined]);
  });

  it("denied: fails with the message, closes the issue, launches nothing, and a retrigger changes nothing", async () => {
    await using setup = await Setup.start();
    setup.outside.labels = ["denied"];
    const done = await setup.ended(await setup.run("large"));
    assert.equal(done.state, "ERROR");
    assert.match(JSON.stringify(done.error), /Making sandbox box1 denied/);
    assert.equal(done.workflowdata.result?.message, "Sandbox box1 denied");
    assert.deepEqual(setup.said(), [search, create, notify, poll, notify, close]);
    await fetch(`${setup.url}/api/orchestrator/v2/workflows/${id}/${done.id}/retrigger`, { method: "POST" });
    const again = await setup.ended(done.id);
    assert.equal(again.state, "ERROR");
    assert.equal(setup.calls.length, 6);
  });

  it("a template that fails is completed with an error", async () => {
    await using setup = await Setup.start();
    setup.outside.task = "failed";
    const done = await setup.ended(await setup.run("medium"));
    assert.deepEqual([done.state, done.workflowdata.result?.completedWith], ["COMPLETED", "error"]);
  });

  it("an input that does not fit starts nothing and names every field", async () => {
    await using setup = await Setup.start();
    const answer = await setup.execute({ ...request("huge"), sandbox: "Box 1", recipients: [] });
    assert.equal(answer.status, 400);
    const text = await answer.text();
    for (const name of ["sandbox", "size", "recipients"]) assert.match(text, new RegExp(name));
    assert.equal(setup.calls.length, 0);
  });

  it("kill -9 between any two calls makes no issue and no task twice", async () => {
    await using setup = await Setup.start();
    const runId = await setup.run("large");
    for (let killed = 0; killed < 8;) {
      const seen = setup.calls.length;
      await eventually("the next call", () => setup.calls.length > seen || killed === 0);
      if (setup.said().filter((each) => each === poll).length >= 2) setup.outside.labels = ["approved"];
      await pause(killed * 5);
      await setup.kill();
      killed++;
      await setup.startServer();
      if ((await setup.instance(runId)).state !== "ACTIVE") break;
    }
    setup.outside.labels = ["approved"];
    assert.equal((await setup.ended(runId)).state, "COMPLETED");
    for (const once of [create, launch]) {
      const made = setup.calls.filter(({ method, path: asked }) => `${method} ${asked}` === once);
      const keys = new Set(made.map(({ headers }) => headers["idempotency-key"]));
      assert.equal(keys.size, 1, `${once}: ${made.length} times`);
    }
  });
});
