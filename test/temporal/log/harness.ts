/** Logs of an instance on the shared server: real ones, with runs that the test reports for. */
import { createHash, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Client, WorkflowExecutionAlreadyStartedError } from "@temporalio/client";
import { NativeConnection, Worker } from "@temporalio/worker";
import { AutoFlowError } from "../../../src/core/errors.ts";
import type { NewEvent } from "../../../src/core/event.ts";
import type { Filter } from "../../../src/core/filter.ts";
import { silentLog, silentObserver } from "../../../src/core/ports.ts";
import type { TriggerDescription } from "../../../src/core/program.ts";
import type { RegistryMirror, TemporalContext } from "../../../src/engines/temporal/client/context.ts";
import { dispatching } from "../../../src/engines/temporal/client/dispatch.ts";
import { LogEvents } from "../../../src/engines/temporal/client/events.ts";
import { logId, logView, sendReports } from "../../../src/engines/temporal/client/log-entity.ts";
import { temporalDataConverter } from "../../../src/engines/temporal/codec/data-converter.ts";
import { openChannel } from "../../../src/engines/temporal/connection/channel.ts";
import type { LogView, RunReport } from "../../../src/engines/temporal/protocol/log.ts";
import { workflowIds } from "../../../src/engines/temporal/protocol/names.ts";
import type { DefinitionRecord, PauseRecord } from "../../../src/engines/temporal/protocol/registry.ts";
import type { RunMessage } from "../../../src/engines/temporal/protocol/run.ts";
import { sharedDevServer } from "../../../src/engines/temporal/testing/dev-server.ts";
import { bundleOnce, type WorkflowCode } from "../../../src/engines/temporal/worker/bundle.ts";
import { sdkBundle } from "../../../src/engines/temporal/worker/worker.ts";
import { installRuntime } from "../../../src/engines/temporal/worker/runtime.ts";
import { TriggerIndex } from "../../../src/events/trigger-index.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { createSystemRandom } from "../../../src/host/random.ts";

let code: Promise<WorkflowCode> | undefined;

function openCode(): Promise<WorkflowCode> {
  const entry = fileURLToPath(new URL("workflows.ts", import.meta.url));
  return (code ??= bundleOnce({ entry }));
}

export interface Logs extends AsyncDisposable {
  context: TemporalContext;
  events: LogEvents;
  /** What the registry was told. */
  pauses: PauseRecord[];
  /** Events of a type start runs. */
  trigger(type: string, more?: Partial<TriggerDescription>): void;
  /** Starts a run that no event has started. */
  startRun(runId: string): Promise<void>;
  endRun(runId: string): Promise<void>;
  report(report: Partial<RunReport> & { runId: string }): Promise<void>;
  /** What a run was told. */
  messages(runId: string): Promise<RunMessage[]>;
  view(): Promise<LogView | undefined>;
  /** Has the log continue in a new execution. */
  renew(): Promise<void>;
  /** Another process of the same instance. */
  join(): LogEvents;
  /** Has another worker take the place of the one there is. */
  replaceWorker(): Promise<void>;
}

export const project = "1";

/** Starting a run for an event of this type can never go well. */
export const poison = "poison";

export async function openLogs(): Promise<Logs> {
  installRuntime(silentLog);
  const { address, namespace } = await sharedDevServer();
  const taskQueue = `log-${randomUUID()}`;
  const credentials = { tls: undefined, apiKey: undefined };
  const { connection } = openChannel({ hostPort: address, namespace }, () => credentials, 10_000);
  const client = new Client({ connection, namespace, dataConverter: temporalDataConverter({}) });
  const pauses: PauseRecord[] = [];
  const triggers = new TriggerIndex<DefinitionRecord>();
  const described: TriggerDescription[] = [];
  const registry = fakeRegistry(triggers, pauses);
  const startRun = async (runId: string): Promise<boolean> => {
    try {
      const workflowId = workflowIds.run(taskQueue, runId);
      await client.workflow.start("run", { workflowId, taskQueue, workflowIdReusePolicy: "REJECT_DUPLICATE" });
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  };
  const known = {
    client,
    namespace,
    taskQueue,
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: silentObserver,
    registry,
    starts: {
      async startRun({ runId, event }: { runId: string; event?: { type: string } }) {
        if (event?.type === poison) throw new AutoFlowError("IMAGE_MISSING", "the image is gone");
        return { created: await startRun(runId) };
      },
    },
  } as unknown as TemporalContext;
  const events = new LogEvents(known);
  const context: TemporalContext = { ...known, events };
  let stopWorker = await startWorker(context, address);
  return {
    context,
    events,
    pauses,
    trigger(type, more = {}) {
      const where = { file: "f", line: 1, column: 1 };
      described.push({ name: `on ${type}`, filter: anyOf(type), where, ...more });
      triggers.set({ project, path: "f", owner: definition }, described);
    },
    async startRun(runId) {
      await startRun(runId);
    },
    endRun: (runId) => client.workflow.getHandle(workflowIds.run(taskQueue, runId)).signal("end"),
    report: (report) =>
      persistently(() =>
        sendReports(context, project, [
          {
            n: 1,
            position: 0,
            heard: 0,
            definitionKey: registry.digest("definition", project, "f"),
            opens: [],
            closes: [],
            stands: "standing",
            ...report,
          },
        ]),
      ),
    messages: (runId) => client.workflow.getHandle(workflowIds.run(taskQueue, runId)).query<RunMessage[]>("messages"),
    view: () => logView(context, project),
    renew: () => client.workflow.getHandle(logId(context, project)).signal("renew"),
    join: () => new LogEvents(known),
    async replaceWorker() {
      const next = await startWorker(context, address);
      await stopWorker();
      stopWorker = next;
    },
    async [Symbol.asyncDispose]() {
      await stopWorker();
      await connection.close();
    },
  };
}

/** As an activity does: a log that is about to continue takes nothing until it has. */
async function persistently(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AutoFlowError) || error.code !== "TEMPORAL_UNAVAILABLE") throw error;
    }
  }
}

/** Answers how to end it. Of every third activity the answer is lost, so that it is performed again. */
async function startWorker(context: TemporalContext, address: string): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address });
  let performed = 0;
  const activities = Object.fromEntries(
    Object.entries(dispatching(context)).map(([name, perform]) => [
      name,
      async (...args: unknown[]): Promise<unknown> => {
        const answer = await (perform as (...args: unknown[]) => Promise<unknown>)(...args);
        if (++performed % 3 === 0) throw new Error("the answer is lost");
        return answer;
      },
    ]),
  );
  const worker = await Worker.create({
    connection,
    namespace: context.namespace,
    taskQueue: context.taskQueue,
    workflowBundle: sdkBundle(await openCode()),
    activities,
    dataConverter: temporalDataConverter({}),
    stickyQueueScheduleToStartTimeout: "1s",
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}

const definition = {
  project,
  path: "f",
  language: "toy",
  imageHash: "image",
  problems: [],
  earlier: [],
} as unknown as DefinitionRecord;

function fakeRegistry(triggers: TriggerIndex<DefinitionRecord>, pauses: PauseRecord[]): RegistryMirror {
  const digest = (...parts: readonly (string | number)[]): string =>
    createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
  return {
    triggers,
    digest,
    heldByFlag: () => undefined,
    descriptionOf: () => undefined,
    uuidOf(...parts: readonly (string | number)[]) {
      const hex = digest("uuid", ...parts);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    change: (change: { kind: "pause"; pause: PauseRecord }) => {
      pauses.push(change.pause);
      return Promise.resolve({ version: 1 });
    },
  } as unknown as RegistryMirror;
}

export function anyOf(...types: string[]): Filter {
  return { types, fields: [] };
}

export function event(
  id: string,
  type = "go",
  more: Partial<NewEvent["attributes"]> = {},
  data: unknown = {},
): NewEvent {
  return {
    project,
    attributes: { id, source: "test", type, datacontenttype: "application/json", ...more },
    body: new TextEncoder().encode(JSON.stringify(data)),
    overlay: "",
  };
}
