import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { Client, Connection } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import { silentLog } from "../../src/core/ports.ts";
import type { RunDetails } from "../../src/core/run.ts";
import { hasEnded } from "../../src/core/run.ts";
import { TemporalImages } from "../../src/engines/temporal/client/images.ts";
import { LiveRegistry } from "../../src/engines/temporal/client/registry-mirror.ts";
import { reseal } from "../../src/engines/temporal/client/resealing.ts";
import { temporalCodec, temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { TemporalKeys } from "../../src/engines/temporal/codec/keys.ts";
import { ProjectScopes } from "../../src/engines/temporal/codec/project-scopes.ts";
import { ownerOf, projectOfLog } from "../../src/engines/temporal/protocol/names.ts";
import { type DevServer, startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { systemClock } from "../../src/host/clock.ts";
import { createSystemRandom } from "../../src/host/random.ts";
import { startAutoflow } from "../support/autoflow.ts";
import type { ChildProcess } from "../support/child-process.ts";
import { type Endpoint, startEndpoint } from "../support/endpoint.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { type Canaries, keptOf, neverKeptOf, newCanaries, writeProject } from "./support/canary-project.ts";
import { readableInDatabase } from "./support/temporal-database.ts";

/** Nothing that users write can be read in Temporal's storage: a server and a worker as people start them, and what they leave. */

const hasServer = (await temporalCli()) !== undefined;

const never = new AbortController().signal;

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

  it("has a key for each project, and goes on with another one", async () => {
    const [first, second] = [newKey("first"), newKey("second")];
    await using instance = await Instance.start(folder, server.address, { keys: [first], keyPerProject: true });
    const runs = [await instance.begin("1"), await instance.begin("2")];
    await using reader = await StorageReader.open(server, instance.taskQueue);
    // What has just begun is in lists a little later.
    const everything = ["bundle", "call", "image", "log", "registry", "run", "schedule"];
    const before = await eventually("one of each kind is there", async () => {
      const keyIds = await reader.keyIds();
      const kinds = new Set([...keyIds.keys()].map((id) => id.split("/")[1]));
      return everything.every((kind) => kinds.has(kind)) && keyIds;
    });
    const keysOf = (keyIds: Map<string, Set<string>>, id: string) => [...keyIds.get(`${instance.taskQueue}/${id}`)!];
    const [one, two] = runs.map((run) => keysOf(before, `run/${run}`).join());
    assert.match(one!, /^first\/[0-9a-f]{32}$/);
    assert.match(two!, /^first\/[0-9a-f]{32}$/);
    assert.notEqual(one, two);
    for (const [id, keyIds] of before) {
      const kind = id.slice(instance.taskQueue.length + 1).split("/")[0]!;
      const wanted = /^(run|log|call|schedule)$/.test(kind) ? [one, two] : ["first"];
      assert.ok([...keyIds].length === 1 && wanted.includes([...keyIds][0]), `${id}: ${[...keyIds].join()}`);
    }

    await instance.restart({ keys: [second, first], keyPerProject: true });
    for (const run of runs) {
      await instance.signal(run);
      await instance.until(run, ({ waitingFor }) => waitingFor?.startsWith("event next") === true);
    }
    const since = await reader.keyIds();
    for (const [at, key] of [one!, two!].entries())
      assert.deepEqual(keysOf(since, `run/${runs[at]!}`).toSorted(), [key, key.replace("first", "second")]);

    // The first key is needed no more once nothing that is open is encrypted with it.
    await reader.reseal(new TemporalKeys([second, first].map(({ id, file }) => ({ id, key: readFileSync(file) }))));
    await instance.restart({ keys: [second], keyPerProject: true });
    for (const run of runs) await instance.goOn(run);
    const another = await instance.begin("1", "again");
    await instance.until(another, ({ state }) => state === "waiting");

    const mains = [first, second].map(({ id, file }) => ({ id, key: readFileSync(file) }));
    const [payload] = await reader.payloadsOf(`run/${runs[0]!}`);
    const scopes = new ProjectScopes({ projectOf: projectOfLog, ownerOf });
    const codec = temporalCodec({ keys: new TemporalKeys(mains), scopes });
    const of = (id: string) =>
      ({ type: "workflow", namespace: server.namespace, workflowId: `${instance.taskQueue}/${id}` }) as const;
    await codec.decode([payload!], of(`run/${runs[0]!}`));
    const broken = { code: "CODEC_PAYLOAD_BROKEN" };
    await assert.rejects(codec.decode([payload!], of(`log/${two!.split("/")[1]!}`)), broken);
    const renamed = { ...payload!.metadata, "encryption-key-id": Buffer.from(two!) };
    await assert.rejects(codec.decode([{ ...payload!, metadata: renamed }]), broken);
  });
});

/** What somebody sees who reads Temporal's storage: payloads as they are. */
class StorageReader implements AsyncDisposable {
  readonly #client: Client;
  readonly #taskQueue: string;

  private constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  static async open({ address, namespace }: DevServer, taskQueue: string): Promise<StorageReader> {
    const connection = await Connection.connect({ address });
    return new StorageReader(new Client({ connection, namespace }), taskQueue);
  }

  /** The ids of the keys that the payloads of each workflow have. */
  async keyIds(): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    const { workflowService } = this.#client;
    const { namespace } = this.#client.options;
    const query = `TaskQueue = "${this.#taskQueue}"`;
    const { executions } = await workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1000 });
    for (const { execution } of executions) {
      const { workflowId, runId } = execution as { workflowId: string; runId: string };
      const ids = found.get(workflowId) ?? new Set();
      found.set(workflowId, ids);
      for (const { metadata } of await this.#payloads(workflowId, runId)) {
        const encoding = Buffer.from(metadata?.["encoding"] ?? []).toString();
        assert.equal(encoding, "binary/encrypted", workflowId);
        ids.add(Buffer.from(metadata!["encryption-key-id"]!).toString());
      }
    }
    return found;
  }

  /** Until nothing that is open is encrypted with another key than the first one. */
  async reseal(keys: TemporalKeys): Promise<void> {
    const { connection } = this.#client;
    const { namespace } = this.#client.options;
    const scopes = new ProjectScopes({ projectOf: projectOfLog, ownerOf });
    const client = new Client({ connection, namespace, dataConverter: temporalDataConverter({ keys, scopes }) });
    const known = { client, namespace, taskQueue: this.#taskQueue, programs: new Map(), clock: systemClock };
    const digests: Pick<LiveRegistry, "digest"> = { digest: (...parts) => registry.digest(...parts) };
    const images = new TemporalImages({ ...known, registry: digests });
    const registry = await LiveRegistry.begin({ ...known, images, random: createSystemRandom(), log: silentLog });
    const context = { ...known, images };
    assert.ok((await reseal(context, never)) > 0);
    await eventually("nothing is left", async () => (await reseal(context, never)) === 0);
  }

  payloadsOf(id: string): Promise<Payload[]> {
    return this.#payloads(`${this.#taskQueue}/${id}`);
  }

  async #payloads(workflowId: string, runId?: string): Promise<Payload[]> {
    const { events } = await this.#client.workflow.getHandle(workflowId, runId).fetchHistory();
    const payloads: Payload[] = [];
    const look = (value: unknown, name = ""): void => {
      if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
      // Search attributes are digests. What the SDK notes of a local activity beside its result are ids and times.
      if (name === "indexedFields" || name === "data") return;
      if ("metadata" in value && "data" in value) payloads.push(value as Payload);
      else for (const [key, part] of Object.entries(value)) look(part, key);
    };
    // The server itself says there what took the place of a workflow.
    look(events?.filter((event) => !event.workflowExecutionTerminatedEventAttributes));
    return payloads;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.connection.close();
  }
}

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
    await this.goOn(run);
    const parked = await this.#started({ type: "park", id: randomUUID() });
    await this.until(parked, ({ waitingFor }) => waitingFor?.includes(c.task) === true);
    const { items } = (await this.#call("GET", `/tasks?run=${parked}`)) as { items: { id: string }[] };
    await this.#call("POST", `/tasks/${items[0]!.id}/answer`, {
      action: "approve",
      by: c.assignee,
      comment: c.comment,
    });
    await this.#call("POST", `/runs/${parked}/cancel`, { reason: c.cancelled });
    assert.equal((await this.ended(parked)).state, "cancelled");
    await this.#sendBytes(c.unparsed);
    await this.#repair();
  }

  /** A run of the script, which waits for its signal. */
  async begin(project: string, id = ""): Promise<string> {
    const c = this.canaries;
    const runId = await this.#started(
      {
        id: c.eventId + project + id,
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

  /** What comes after the signal. */
  async goOn(run: string): Promise<void> {
    const { project } = await this.until(run, () => true);
    await this.#send(project, { type: "next", data: { text: this.canaries.filter } });
    assert.equal((await this.ended(run)).state, "failed");
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
      () => `${JSON.stringify(last)}\n${this.#processes.map(({ stderr }) => stderr).join("\n")}`,
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
