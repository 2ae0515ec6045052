/** Starts a workflow as a request asks for it. */
import type { Engine } from "../../core/engine.ts";
import type { Starter } from "../../core/program.ts";
import type { Settled, StartWorkflow } from "../../core/workflows.ts";
import type { WorkflowToRun } from "./find-workflow.ts";
import { requireInput } from "./input-check.ts";

export interface WorkflowStart {
  /** JSON text of an object, and the same parsed. */
  input: { text: string; value: unknown };
  starter: Starter;
  /** Starting again with the same key answers with the first run. */
  key?: string | undefined;
}

export interface Started {
  runId: string;
  created: boolean;
  settled: Promise<Settled>;
}

/** Throws WORKFLOW_INPUT_INVALID, and then no run is made. */
export function startRun(
  engine: Engine,
  found: WorkflowToRun,
  { input, starter, key }: WorkflowStart,
): Promise<Started> {
  const { workflow, runProject } = found;
  requireInput(workflow, input.value);
  const request: StartWorkflow = {
    project: runProject,
    name: workflow.name,
    version: workflow.version,
    input: input.text,
  };
  for (const _ in starter) {
    request.starter = starter;
    break;
  }
  if (key !== undefined) request.key = key;
  return engine.startWorkflow(request);
}

/** A request is not answered later than this: the run goes on. */
const longestWaitMs = 60_000;

/** How a run stands once it waits or has ended; undefined when that takes long. */
export async function settledInTime(settled: Promise<Settled>): Promise<Settled | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), longestWaitMs);
  try {
    return await Promise.race([settled, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
