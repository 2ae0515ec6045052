/** Engines on the Temporal server that the tests of a process share. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Action } from "../../../core/action.ts";
import { silentLog, silentObserver } from "../../../core/ports.ts";
import { defaultLimits } from "../../../core/program.ts";
import { systemClock } from "../../../host/clock.ts";
import { createSystemRandom } from "../../../host/random.ts";
import type { EngineUnderTest } from "../../testing/engine.suite.ts";
import { toyProgram } from "../../testing/toy-program.ts";
import { openTemporalEngine, type TemporalOptions } from "../open.ts";
import { bundleOnce, type WorkflowCode, type WorkflowSources } from "../worker/bundle.ts";
import { sharedDevServer } from "./dev-server.ts";

export interface TemporalUnderTest extends EngineUnderTest {
  /** Changes count from the next reopen on. */
  options: TemporalOptions;
}

const toySources: WorkflowSources = {
  entry: fileURLToPath(new URL("./toy-entry.ts", import.meta.url)),
};

let toyCode: Promise<WorkflowCode> | undefined;

/** The workflows with the toy language in place of ours. */
function openToyCode(): Promise<WorkflowCode> {
  toyCode ??= bundleOnce(toySources);
  return toyCode;
}

export type TemporalChanges = Partial<Omit<TemporalOptions, "temporal">> & {
  temporal?: Partial<TemporalOptions["temporal"]>;
};

/** For an instance of its own on the shared server, with the toy language. */
export async function testOptions(
  actions: readonly Action[],
  { temporal, ...changes }: TemporalChanges = {},
): Promise<TemporalOptions> {
  const server = await sharedDevServer();
  return {
    temporal: {
      hostPort: server.address,
      namespace: server.namespace,
      taskQueue: randomUUID(),
      tls: undefined,
      apiKey: undefined,
      encryptionKeys: [],
      keyPerProject: false,
      allowPlaintext: false,
      worker: {
        maxConcurrentWorkflowTasks: undefined,
        maxConcurrentActivities: undefined,
        maxCachedWorkflows: undefined,
      },
      ...temporal,
    },
    actions,
    programs: new Map([["toy", toyProgram()]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: silentObserver,
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
    drainGraceMs: 1000,
    code: await openToyCode(),
    ...changes,
  };
}

/** An engine of such an instance, in a process that also computes the runs. */
export async function openTestEngine(
  actions: readonly Action[],
  changes: TemporalChanges = {},
): Promise<TemporalUnderTest> {
  const options = await testOptions(actions, changes);
  const test: TemporalUnderTest = {
    options,
    listsLag: true,
    engine: await openTemporalEngine({ ...options, works: true }),
    async reopen() {
      await test.engine.drain();
      test.engine = await openTemporalEngine({ ...test.options, works: true });
    },
    async [Symbol.asyncDispose]() {
      await test.engine.drain();
    },
  };
  return test;
}
