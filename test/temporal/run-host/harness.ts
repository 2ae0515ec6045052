/** The workflow "run" on a real server, with stand-ins for what it has done outside; calls are performed by the real activity. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  Client,
  Connection,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from "@temporalio/client";
import {
  ApplicationFailure,
  type DataConverter,
  defineSearchAttributeKey,
  TypedSearchAttributes,
} from "@temporalio/common";
import { NativeConnection, Worker, type WorkerOptions } from "@temporalio/worker";
import type { Action } from "../../../src/core/action.ts";
import type { EmitEffect } from "../../../src/core/effect.ts";
import { silentLog, silentObserver } from "../../../src/core/ports.ts";
import { defaultLimits, type Image, type Program } from "../../../src/core/program.ts";
import { ClaimCheck } from "../../../src/engines/temporal/codec/claim-check.ts";
import { temporalDataConverter } from "../../../src/engines/temporal/codec/data-converter.ts";
import type { Activities, SpawnInput } from "../../../src/engines/temporal/protocol/activities.ts";
import type { RunReport } from "../../../src/engines/temporal/protocol/log.ts";
import { stateAttribute, workflowIds, workflowTypes } from "../../../src/engines/temporal/protocol/names.ts";
import {
  type RunHistory,
  type RunInput,
  type RunMessage,
  runQueries,
  type RunResult,
  runSignals,
  type RunView,
} from "../../../src/engines/temporal/protocol/run.ts";
import { sharedDevServer } from "../../../src/engines/temporal/testing/dev-server.ts";
import { bundleOnce, type WorkflowCode } from "../../../src/engines/temporal/worker/bundle.ts";
import { performing } from "../../../src/engines/temporal/worker/perform.ts";
import { sdkBundle } from "../../../src/engines/temporal/worker/worker.ts";
import { installRuntime } from "../../../src/engines/temporal/worker/runtime.ts";
import { type Instruction, toyProgram, toyWorkflow } from "../../../src/engines/testing/toy-program.ts";
import { historiesOf, type Recorded, replay } from "../support/replay.ts";
import { stubbornImage } from "./stubborn-program.ts";

let code: Promise<WorkflowCode> | undefined;

function openCode(): Promise<WorkflowCode> {
  const file = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  return (code ??= bundleOnce({ entry: file("workflows") }));
}

/** What a run has done outside, in order. */
export interface Outside {
  reports: RunReport[];
  emitted: EmitEffect[];
  told: { runId: string; message: RunMessage }[];
  spawned: SpawnInput[];
}

export interface HostedRunHandle {
  runId: string;
  workflow: WorkflowHandle;
  tell(message: RunMessage): Promise<void>;
  view(): Promise<RunView>;
  history(): Promise<RunHistory>;
  until(wanted: (view: RunView) => boolean): Promise<RunView>;
  /** Resolves once it is in that many executions. */
  untilExecutions(count: number): Promise<void>;
  /** How it ended; undefined for one that was cancelled. */
  ended(): Promise<RunResult | undefined>;
  /** What it has left when it failed. */
  failure(): Promise<{ result: RunResult; state: Uint8Array }>;
  /** All executions, computed again from their histories too. */
  histories(): Promise<Recorded[]>;
}

export interface StartOptions extends Partial<Omit<RunInput, "start">> {
  start?: Partial<RunInput["start"]>;
}

/** An instance with one worker. */
export class RunHost implements AsyncDisposable {
  readonly client: Client;
  readonly taskQueue = `hosts-${randomUUID()}`;
  readonly outside: Outside = { reports: [], emitted: [], told: [], spawned: [] };
  /** Children by their names. */
  readonly children = new Map<string, Image>();
  /** Replaces stand-ins. */
  readonly changes: Partial<Activities> = {};
  readonly #native: NativeConnection;
  readonly #images = new Map<string, Image>([[stubbornImage.hash, stubbornImage]]);
  readonly #actions: readonly Action[];
  readonly #converter: DataConverter;
  readonly #code: WorkflowCode;
  readonly #options: Partial<WorkerOptions>;
  #worker: { worker: Worker; ended: Promise<void> } | undefined;

  private constructor(
    parts: { client: Client; native: NativeConnection; code: WorkflowCode },
    actions: readonly Action[],
    options: Partial<WorkerOptions>,
  ) {
    this.client = parts.client;
    this.#native = parts.native;
    this.#code = parts.code;
    this.#actions = actions;
    this.#options = options;
    const get = (hash: string): Promise<Image> => Promise.resolve(this.#images.get(hash)!);
    this.#converter = temporalDataConverter({ before: [new ClaimCheck({ get })] });
  }

  static async open(actions: readonly Action[], options: Partial<WorkerOptions> = {}): Promise<RunHost> {
    installRuntime(silentLog);
    const server = await sharedDevServer();
    const connection = await Connection.connect({ address: server.address });
    const native = await NativeConnection.connect({ address: server.address });
    const client = new Client({ connection, dataConverter: temporalDataConverter({}) });
    const host = new RunHost({ client, native, code: await openCode() }, actions, options);
    await host.startWorker();
    return host;
  }

  async startWorker(): Promise<void> {
    const worker = await Worker.create({
      connection: this.#native,
      taskQueue: this.taskQueue,
      workflowBundle: sdkBundle(this.#code),
      activities: { ...this.#standIns(), ...this.changes },
      dataConverter: this.#converter,
      isolateExecutionTimeout: "20s",
      ...this.#options,
    } as WorkerOptions);
    this.#worker = { worker, ended: worker.run() };
  }

  async stopWorker(): Promise<void> {
    this.#worker?.worker.shutdown();
    await this.#worker?.ended;
    this.#worker = undefined;
  }

  async startToy(body: Instruction[], options: StartOptions = {}): Promise<HostedRunHandle> {
    return this.start(this.compileToy(body), options);
  }

  keep(image: Image): Image {
    this.#images.set(image.hash, image);
    return image;
  }

  compileToy(body: Instruction[]): Image {
    return this.compile(toyProgram(), "toy.json", toyWorkflow({ name: "toy", body }));
  }

  compile(program: Program, entry: string, text: string, mode: "handlers" | "driver" = "handlers"): Image {
    const compilation = program.compile({ entry, files: new Map([[entry, text]]) }, mode);
    let result = compilation.step(1_000_000);
    while (result === "running") result = compilation.step(1_000_000);
    if (result.image === undefined) throw new Error(JSON.stringify(result.diagnostics));
    return this.keep(result.image);
  }

  async start(
    { hash, language }: Image,
    { start, ...options }: StartOptions = {},
    state?: Uint8Array,
  ): Promise<HostedRunHandle> {
    const runId = start?.runId ?? randomUUID();
    const input: RunInput = {
      start: {
        runId,
        project: "1",
        trigger: "",
        position: 0,
        time: Date.now(),
        vars: {},
        secrets: [],
        limits: defaultLimits,
        ...start,
      },
      definition: "toy.json",
      definitionKey: "d",
      hops: 0,
      ...options,
    };
    const image = { kind: "autoflow/image", hash, language };
    const workflow = await this.client.workflow.start(workflowTypes.run, {
      workflowId: workflowIds.run(this.taskQueue, runId),
      taskQueue: this.taskQueue,
      args: state === undefined ? [input, image] : [input, image, state],
      memo: { about: { project: "1" } },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: defineSearchAttributeKey(stateAttribute, "KEYWORD"), value: "running" },
      ]),
    });
    return this.handle(runId, workflow);
  }

  handle(runId: string, started?: WorkflowHandle): HostedRunHandle {
    const workflowId = workflowIds.run(this.taskQueue, runId);
    const workflow = this.client.workflow.getHandle(workflowId);
    const view = (): Promise<RunView> => workflow.query(runQueries.view);
    return {
      runId,
      workflow,
      view,
      tell: (message) => workflow.signal(runSignals.message, message),
      history: () => workflow.query(runQueries.history, { after: 0, limit: 100_000 }),
      until: (wanted) => polled(view, wanted),
      async untilExecutions(count) {
        const history = (): Promise<RunHistory> => workflow.query(runQueries.history, { after: 0, limit: 1 });
        await polled(history, ({ executions }) => executions.length + 1 >= count);
      },
      ended: async () => {
        try {
          return (await (started ?? workflow).result()) as RunResult;
        } catch (error) {
          if (!(error instanceof WorkflowFailedError)) throw error;
          const { cause } = error;
          return cause instanceof ApplicationFailure ? (cause.details?.[0] as RunResult) : undefined;
        }
      },
      failure: async () => {
        const failed: unknown = await (started ?? workflow).result().catch((error: unknown) => error);
        const { cause } = failed as WorkflowFailedError;
        const [result, state] = (cause as ApplicationFailure).details as [RunResult, Uint8Array];
        return { result, state };
      },
      histories: async () => {
        const recorded = await historiesOf(this.client, workflowId);
        await replay(this.#code, this.#converter, recorded);
        return recorded;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopWorker();
    await this.#native.close();
    await this.client.connection.close();
  }

  #standIns(): Partial<Activities> {
    const { outside, client, taskQueue } = this;
    const actions = new Map(this.#actions.map((action) => [action.name, action]));
    return {
      perform: performing({ actions, log: silentLog, observer: silentObserver }),
      async report(_, report) {
        outside.reports.push(report);
      },
      async emit(_, effects) {
        outside.emitted.push(...effects);
      },
      async tell(runId, message) {
        outside.told.push({ runId, message });
        try {
          await client.workflow.getHandle(workflowIds.run(taskQueue, runId)).signal(runSignals.message, message);
          return true;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      },
      spawn: async (asked) => {
        outside.spawned.push(asked);
        const image = this.children.get(asked.definition.name);
        if (image === undefined)
          return { error: { type: "child", code: "NOT_FOUND", message: "nobody", retryable: false } };
        const { runId, input, kin } = asked;
        await this.start(image, { start: { runId, input }, kin });
        return { runId };
      },
      async beginLongCall(input) {
        const workflowId = workflowIds.longCall(taskQueue, input.runId, input.call.n, input.attempt);
        await client.workflow.start(workflowTypes.longCall, { workflowId, taskQueue, args: [input] });
      },
      async endLongCall({ runId, effect, attempt }) {
        await client.workflow.getHandle(workflowIds.longCall(taskQueue, runId, effect, attempt)).cancel();
      },
    };
  }
}

async function polled<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const seen = await read();
    if (wanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`the run did not get there: ${JSON.stringify(await read())}`);
}

/** The value that a run has succeeded with. */
export function valueOf(result: RunResult | undefined): string {
  if (result?.outcome.kind !== "succeeded") throw new Error(`it did not succeed: ${JSON.stringify(result)}`);
  return result.outcome.value;
}
