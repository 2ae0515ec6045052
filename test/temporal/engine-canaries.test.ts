import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { RunDetails } from "../../src/core/run.ts";
import { hasEnded } from "../../src/core/run.ts";
import { type DevServer, startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { startAutoflow } from "../support/autoflow.ts";
import type { ChildProcess } from "../support/child-process.ts";
import { type Endpoint, startEndpoint } from "../support/endpoint.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { type Canaries, keptOf, neverKeptOf, newCanaries, writeProject } from "./support/canary-project.ts";
import { readableInDatabase } from "./support/temporal-database.ts";

/** Nothing that users write can be read in Temporal's storage: a server and a worker as people start them, and what they leave. */

const hasServer = (await temporalCli()) !== undefined;

interface Key {
  id: string;
  file: string;
}

describe("what AutoFlow leaves in the storage of Temporal", { skip: !hasServer }, () => {
  let folder: TempFolder;
  let server: DevServer;

  before(async () => {
    folder = tempFolder();
    server = await startDevServer({ databaseFile: folder.join("temporal.db") });
  });
  after(async () => {
    await server.stop();
    folder[Symbol.dispose]();
  });

  const newKey = (id: string): Key => ({ id, file: folder.write(`${id}.hex`, randomBytes(16).toString("hex")) });

  it("is unreadable with a key, all of it, and readable without", async () => {
    await using secret = await Instance.start(folder, server.address, { keys: [newKey("a")] });
    await using plain = await Instance.start(folder, server.address, { keys: [] });
    await Promise.all([secret.live(), plain.live()]);
    const database = folder.join("temporal.db");
    assert.deepEqual(readableInDatabase(database, [...keptOf(secret.canaries), ...neverKeptOf(secret.canaries)]), []);
    assert.deepEqual(readableInDatabase(database, neverKeptOf(plain.canaries)), []);
    const kept = keptOf(plain.canaries);
    assert.deepEqual(readableInDatabase(database, kept), kept);
    assert.deepEqual(readableInDatabase(database, [secret.taskQueue]), [secret.taskQueue]);
  });
});

interface InstanceOptions {
  keys: readonly Key[];
  keyPerProject?: boolean;
}

/** A server and a worker with a task queue of their own. */
class Instance implements AsyncDisposable {
  readonly taskQueue = `canaries-${randomUUID()}`;
  readonly canaries: Canaries = newCanaries();
  readonly #folder: TempFolder;
  readonly #address: string;
  #endpoint!: Endpoint;
  #processes: ChildProcess[] = [];
  #url = "";

  private constructor(folder: TempFolder, address: string) {
    this.#folder = folder;
    this.#address = address;
  }

  static async start(folder: TempFolder, address: string, options: InstanceOptions): Promise<Instance> {
    const instance = new Instance(folder, address);
    const { answer, refusal } = instance.canaries;
    instance.#endpoint = await startEndpoint(({ path }) =>
      path.startsWith("/good") ? { body: { text: answer } } : { status: 400, body: { text: refusal } },
    );
    writeProject(folder, instance.taskQueue, instance.canaries, instance.#endpoint.url);
    await instance.restart(options);
    return instance;
  }

  /** With other settings. */
  async restart({ keys, keyPerProject = false }: InstanceOptions): Promise<void> {
    await this.#stop();
    const { hostname, port } = new URL(this.#endpoint.url);
    const project = {
      script: { folder: this.taskQueue },
      vars: { TEXT: this.canaries.vars },
      secrets: { TOKEN: { env: "TOKEN" } },
    };
    const config = {
      engine: "temporal",
      listen: { host: "127.0.0.1", port: 0 },
      temporal: {
        host_port: this.#address,
        task_queue: this.taskQueue,
        workflow_data_encryption: { key_per_project: keyPerProject },
      },
      encryption: { keys },
      http_client: { allowed_ips: [hostname], allowed_ports: [Number(port)] },
      projects: { "1": project, "2": project },
    };
    this.#folder.write(`${this.taskQueue}.yaml`, JSON.stringify(config));
    const start = (...args: string[]): ChildProcess => {
      const child = startAutoflow([...args, "--config", `${this.taskQueue}.yaml`], {
        cwd: this.#folder.path,
        env: { TOKEN: this.canaries.secret },
      });
      this.#processes.push(child);
      return child;
    };
    start("worker", "--port", "0");
    const [, url] = await start("serve", "--no-worker").untilOutput(/AutoFlow serves (http\S+)/, "stderr");
    this.#url = `${url}/api/v1`;
  }

  /** Does everything that leaves something. */
  async live(): Promise<void> {
    const c = this.canaries;
    const run = await this.begin("1");
    await this.signal(run);
    await this.#send("1", { type: "next", data: { text: c.filter } });
    assert.equal((await this.ended(run)).state, "failed");
    const parked = await this.#started({ type: "park", id: randomUUID() });
    await this.until(parked, ({ state }) => state === "waiting");
    await this.#call("POST", `/runs/${parked}/cancel`, { reason: c.cancelled });
    assert.equal((await this.ended(parked)).state, "cancelled");
    await this.#sendBytes(c.unparsed);
    await this.#repair();
  }

  /** A run of the script, which waits for its signal. */
  async begin(project: string): Promise<string> {
    const c = this.canaries;
    const runId = await this.#started(
      {
        id: c.eventId + project,
        source: `/${c.eventSource}`,
        type: c.eventType,
        subject: c.eventSubject,
        canary: c.extension,
        data: { text: c.eventBody },
      },
      project,
    );
    await this.until(runId, ({ waitingFor }) => waitingFor?.includes(c.signal) === true);
    return runId;
  }

  signal(run: string): Promise<unknown> {
    return this.#call("POST", `/runs/${run}/signals/${this.canaries.signal}`, { text: this.canaries.payload });
  }

  ended(run: string): Promise<RunDetails> {
    return this.until(run, ({ state }) => hasEnded(state));
  }

  async until(run: string, wanted: (details: RunDetails) => boolean): Promise<RunDetails> {
    let last: RunDetails | undefined;
    return eventually(
      "the run gets there",
      async () => {
        last = (await this.#call("GET", `/runs/${run}`)) as RunDetails;
        return wanted(last) && last;
      },
      () => ({ last, said: this.#processes.map(({ stderr }) => stderr) }),
    );
  }

  /** A workflow that fails, and is let go on with other data. */
  async #repair(): Promise<void> {
    const c = this.canaries;
    const body = {
      input: { text: c.input },
      businessKey: c.businessKey,
      initiatorEntity: c.initiator,
      targetEntity: c.target,
    };
    const headers = {
      "idempotency-key": c.idempotencyKey,
      "x-canary": c.startHeader,
      "x-authorization": c.authorization,
    };
    const { runId } = (await this.#call("POST", `/workflows/${c.workflowId}/runs?project=1`, body, headers)) as {
      runId: string;
    };
    assert.equal((await this.ended(runId)).state, "failed");
    const data = { allowed: true, text: c.edited };
    await this.#call("POST", `/runs/${runId}/commands/data`, { data });
    await this.#call("POST", `/runs/${runId}/commands/retry`, {});
    assert.equal((await this.ended(runId)).state, "succeeded");
  }

  async #started(event: Record<string, unknown> & { id: string }, project = "1"): Promise<string> {
    const [runId] = (await this.#send(project, event)).runs;
    assert.ok(runId !== undefined, `the event ${event.id} starts a run`);
    return runId;
  }

  async #send(project: string, event: Record<string, unknown>): Promise<{ runs: string[] }> {
    const whole = { specversion: "1.0", id: randomUUID(), source: "/test", ...event };
    const headers = { "content-type": "application/cloudevents+json" };
    return (await this.#call("POST", `/projects/${project}/events`, whole, headers)) as { runs: string[] };
  }

  /** An event whose body is no text. */
  async #sendBytes(text: string): Promise<void> {
    const body = Buffer.concat([Buffer.from([0xff]), Buffer.from(text)]);
    const attributes = { "ce-specversion": "1.0", "ce-id": randomUUID(), "ce-source": "/test", "ce-type": "bytes" };
    const answer = await fetch(`${this.#url}/projects/1/events`, {
      method: "POST",
      body,
      headers: { ...attributes, "content-type": "application/octet-stream" },
    });
    assert.equal(answer.status, 202, await answer.text());
  }

  async #call(method: string, route: string, body?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
    const answer = await fetch(this.#url + route, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${route}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async #stop(): Promise<void> {
    for (const child of this.#processes) child.kill("SIGTERM");
    for (const child of this.#processes) await child.exited;
    this.#processes = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes) await child[Symbol.asyncDispose]();
    await this.#endpoint[Symbol.asyncDispose]();
  }
}
