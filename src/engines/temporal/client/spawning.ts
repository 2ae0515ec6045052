/** What runs ask for that concerns other runs: local activities, made again with the same ids when in doubt. */
import { WorkflowNotFoundError } from "@temporalio/client";
import { AutoFlowError, type ErrorCode } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";
import type { Starter } from "../../../core/program.ts";
import { depthProblem } from "../../run/kin.ts";
import type { WorkflowEntry } from "../../run/workflow-index.ts";
import type { SpawnInput } from "../protocol/activities.ts";
import { type RunMessage, runSignals } from "../protocol/run.ts";
import type { TemporalContext } from "./context.ts";
import { handleOf } from "./executions.ts";
import { findWorkflow } from "./find-workflow.ts";
import { reach } from "./reach.ts";
import { parseRunId } from "./run-ids.ts";

/** Creates a run that another one asks for, or answers why there is none. */
export async function spawn(
  context: TemporalContext,
  asked: SpawnInput,
): Promise<{ runId: string } | { error: Failure }> {
  const { runId, by, definition, input, kin, timeout } = asked;
  const problem = depthProblem(kin.depth);
  if (problem !== undefined) return { error: problem };
  const workflow = await findWorkflow(context, by.project, definition.name, definition.version);
  if (workflow === undefined) {
    const { message, hint } = context.registry.workflows.notFound(by.project, definition.name, definition.version);
    return { error: failure("NOT_FOUND", `${message}. ${hint}`) };
  }
  const refused = problemOf(context, workflow.entry, input);
  if (refused !== undefined) return { error: refused };
  const starter = starterOf(asked);
  await context.starts.startRun({
    ...workflow.found,
    runId,
    by: kin.continues === undefined ? "parent" : "continuation",
    project: by.project,
    trigger: "",
    position: await context.events.end(by.project),
    hops: by.hops,
    input,
    ...(starter !== undefined && { starter }),
    kin: timeout === undefined ? kin : { ...kin, timeout },
  });
  return { runId };
}

/** A child knows who asked for its parent, and that. A run that takes over has the starter of the one before. */
function starterOf({ by, kin, starter }: SpawnInput): Starter | undefined {
  if (kin.continues !== undefined || kin.parent === undefined) return starter;
  const { runId, definition, startedBy } = by;
  return { ...starter, parent: { runId, definition, ...(startedBy !== undefined && { startedBy }) } };
}

/** Tells a run something. False when it is not open. */
export async function tell(
  context: Pick<TemporalContext, "client" | "taskQueue">,
  runId: string,
  message: RunMessage,
): Promise<boolean> {
  const id = parseRunId(runId);
  if (id === undefined) return false;
  try {
    const handle = handleOf(context, id);
    await reach(context.client, () => handle.signal(runSignals.message, message));
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Why a definition does not take an input. */
function problemOf({ checkInput }: TemporalContext, { workflow }: WorkflowEntry, input: string): Failure | undefined {
  try {
    const problems = checkInput?.(workflow, input) ?? [];
    if (problems.length === 0) return undefined;
    const message = `${workflow.name} does not take the input: ${problems.join("; ")}`;
    return failure("WORKFLOW_INPUT_INVALID", message, { problems });
  } catch (error) {
    if (error instanceof AutoFlowError) return failure(error.code, error.message);
    throw error;
  }
}

function failure(code: ErrorCode, message: string, details?: unknown): Failure {
  const result: Failure = { type: "child", code, message, retryable: false };
  if (details !== undefined) result.details = details;
  return result;
}
