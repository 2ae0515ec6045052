/** Starts runs: each is a workflow whose id is the run's, so that starting it again finds it. */
import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from "@temporalio/common";
import type { Client } from "@temporalio/client";
import type { RunStart } from "../../../core/program.ts";
import { labelsAttribute, stateAttribute, workflowIds, workflowTypes } from "../protocol/names.ts";
import { holderText } from "../../run/keys.ts";
import { type ImageValue, memoKeys, type RunInput, type RunLive, type RunMemo } from "../protocol/run.ts";
import type { NewRun, Starts, TemporalContext } from "./context.ts";
import { labelsOf } from "./labels.ts";
import { belongsTo } from "./project-keys.ts";
import { reach } from "./reach.ts";

export type StartsContext = Pick<
  TemporalContext,
  "client" | "taskQueue" | "clock" | "observer" | "variables" | "secrets" | "limits" | "registry" | "images" | "scopes"
>;

const stateKey = defineSearchAttributeKey(stateAttribute, "KEYWORD");
const labelsKey = defineSearchAttributeKey(labelsAttribute, "KEYWORD_LIST");

export class RunStarts implements Starts {
  readonly #context: StartsContext;

  constructor(context: StartsContext) {
    this.#context = context;
  }

  async startRun(run: NewRun): Promise<{ created: boolean }> {
    const { client, taskQueue, observer, registry, clock, images } = this.#context;
    await images.ensure(run.image.hash);
    const createdAt = clock.now();
    const memo = runMemo(run, createdAt);
    const workflowId = workflowIds.run(taskQueue, run.runId);
    belongsTo(this.#context, workflowId, run.project);
    const execution: NewExecution = {
      workflowId,
      taskQueue,
      input: runInput(this.#context, run, createdAt),
      image: run.image,
      memo,
      labels: labelsOf(registry, memo),
      ...(run.keyed?.waits === true && { live: { state: "queued", updatedAt: createdAt, waitingFor: holderText() } }),
      reuse: run.again === true ? "ALLOW_DUPLICATE" : "REJECT_DUPLICATE",
    };
    const created = await startExecution(client, execution);
    if (created) observer.runStarted(run.definition, run.by);
    return { created };
  }
}

/** A longer input is not kept a second time in the memo, which every list reads. */
const mostInputInMemo = 8192;

/** A workflow "run" that is to begin. */
export interface NewExecution {
  workflowId: string;
  taskQueue: string;
  input: RunInput;
  image: { hash: string; language: string };
  /** The machine's, for a run that goes on. */
  state?: Uint8Array;
  memo: RunMemo;
  labels: string[];
  /** How it stands, unless it begins at once. */
  live?: RunLive;
  /** What to do where a workflow of this id has ended. */
  reuse: "ALLOW_DUPLICATE" | "ALLOW_DUPLICATE_FAILED_ONLY" | "REJECT_DUPLICATE";
}

/** False when there is one of this id: open, or ended and not to be followed by another. */
export async function startExecution(client: Client, execution: NewExecution): Promise<boolean> {
  const { workflowId, taskQueue, input, image, state, memo, labels, live, reuse } = execution;
  const value: ImageValue = { kind: "autoflow/image", hash: image.hash, language: image.language };
  try {
    await reach(client, () =>
      client.workflow.start(workflowTypes.run, {
        workflowId,
        taskQueue,
        args: state === undefined ? [input, value] : [input, value, state],
        memo: { [memoKeys.about]: memo, ...(live !== undefined && { [memoKeys.live]: live }) },
        typedSearchAttributes: new TypedSearchAttributes([
          { key: stateKey, value: live?.state ?? "running" },
          { key: labelsKey, value: labels },
        ]),
        workflowIdReusePolicy: reuse,
        workflowIdConflictPolicy: "FAIL",
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function runInput(context: StartsContext, run: NewRun, time: number): RunInput {
  const { definition, definitionProject, hops, kin, correlated, keyed } = run;
  return {
    start: runStart(context, run, time),
    definition,
    definitionKey: context.registry.digest("definition", definitionProject, definition),
    hops,
    ...(kin !== undefined && { kin }),
    ...(correlated === true && { correlated }),
    ...(keyed !== undefined && { keyed }),
  };
}

function runStart({ variables, secrets, limits }: StartsContext, run: NewRun, time: number): RunStart {
  const { runId, project, trigger, position, event, input, starter, kin, workflow } = run;
  const environment = workflow?.environment ?? [];
  return {
    runId,
    project,
    trigger,
    position,
    time,
    vars: variables.values(project, environment),
    secrets: secrets.names(project, environment),
    limits,
    ...(event !== undefined && { event: event.text }),
    ...(input !== undefined && { input }),
    ...(starter !== undefined && { starter }),
    ...(kin?.timeout !== undefined && { timeout: kin.timeout }),
  };
}

function runMemo(run: NewRun, createdAt: number): RunMemo {
  const { project, definition, trigger, image, event, commit, author, workflow, input, starter, identity, kin } = run;
  return {
    project,
    definition,
    trigger,
    imageHash: image.hash,
    language: image.language,
    createdAt,
    ...(event !== undefined && { eventId: event.id, eventType: event.type, eventSource: event.source }),
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    ...(workflow !== undefined && { workflow: { name: workflow.name, version: workflow.version } }),
    ...(input !== undefined && input.length <= mostInputInMemo && { input }),
    ...(starter !== undefined && { starter }),
    ...(identity !== undefined && { identity }),
    ...(kin !== undefined && { kin }),
  };
}
