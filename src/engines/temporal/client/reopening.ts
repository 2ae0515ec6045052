/** Runs that have failed and can be repaired are opened again: a new execution goes on from the state that the last one has left. */
import type { OperatorCommand } from "../../../core/arrival.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { OpenNode } from "../../../core/program.ts";
import { requireFit } from "../../run/command-fit.ts";
import { workflowIds } from "../protocol/names.ts";
import type { CarriedMessage, RunCarry, RunInput } from "../protocol/run.ts";
import type { TemporalContext } from "./context.ts";
import { newestRun } from "./drivers.ts";
import type { Execution } from "./executions.ts";
import { labelsOf } from "./labels.ts";
import { readResult } from "./run-results.ts";
import { inputOf } from "./start-arguments.ts";
import { startExecution } from "./starts.ts";

/** A failed run, and what opens it again. */
export interface RepairableRun {
  execution: Execution;
  input: RunInput;
  carry: RunCarry;
  state: Uint8Array;
}

/** Throws RUN_ALREADY_ENDED, RUN_NOT_REPAIRABLE for a run that has ended and cannot be opened again. */
export async function requireRepairable(context: TemporalContext, execution: Execution): Promise<RepairableRun> {
  const { runId, state, about } = execution;
  if (state !== "failed") throw new AutoFlowError("RUN_ALREADY_ENDED", `the run ${runId} has ended: ${state}`);
  const refuse = (reason: string): AutoFlowError =>
    new AutoFlowError("RUN_NOT_REPAIRABLE", `the run ${runId} cannot be opened again: ${reason}`);
  const left = await readResult(context, execution);
  if (left?.again === undefined) throw refuse(`it failed with ${left?.view.error?.code ?? "no outcome of its own"}`);
  const input = await inputOf(context, execution);
  if (input === undefined) throw refuse("it is being removed, since it ended long ago");
  if (about.identity !== undefined) {
    const { newest } = await newestRun(context, about.identity);
    if (newest !== undefined && newest.runId !== runId) throw refuse("another run has been started in its place");
  }
  return { execution, input, ...left.again };
}

/** Throws NOT_FOUND, RUN_NOT_FAILED for a command that does not fit where the run failed. */
export async function requireFitting(
  { images }: Pick<TemporalContext, "images">,
  { execution, input, state }: RepairableRun,
  command: OperatorCommand,
): Promise<void> {
  const image = await images.load(execution.about.imageHash);
  const nodes = (): OpenNode[] => image.inspect(input.start, state).nodes ?? [];
  requireFit({ runId: execution.runId, describe: () => image.describe(), nodes }, command);
}

/** Opens it with a command, or with what it is told first. False when somebody else has opened it. */
export async function reopen(
  context: TemporalContext,
  { execution, input, carry, state }: RepairableRun,
  first: { command: OperatorCommand } | { message: CarriedMessage },
): Promise<boolean> {
  const { client, taskQueue, registry, images, observer } = context;
  const { runId, about } = execution;
  await images.ensure(about.imageHash);
  const { command: _, ...kept } = input;
  const next: RunInput =
    "command" in first
      ? { ...kept, carry, command: first.command }
      : { ...kept, carry: { ...carry, inbox: [...carry.inbox, first.message] } };
  const opened = await startExecution(client, {
    workflowId: workflowIds.run(taskQueue, runId),
    taskQueue,
    input: next,
    image: { hash: about.imageHash, language: about.language },
    state,
    memo: about,
    labels: labelsOf(registry, about, true),
    reuse: "ALLOW_DUPLICATE_FAILED_ONLY",
  });
  if (opened) observer.runStarted(about.definition, "command");
  return opened;
}
