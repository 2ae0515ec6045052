/** Definitions that are started by name. */
import { uuidv7 } from "../../../core/ids.ts";
import type { Settled, StartWorkflow } from "../../../core/workflows.ts";
import type { TemporalContext } from "./context.ts";
import { describeRun } from "./executions.ts";
import { findWorkflow } from "./find-workflow.ts";
import type { Settling } from "./settling.ts";

/** A run that has been started or found. Whoever reads `settled` has it watched from then on. */
export interface StartedRun {
  runId: string;
  created: boolean;
  readonly settled: Promise<Settled>;
}

/** Starts a run, or finds the one of the key; resolves once it is in Temporal. Throws NOT_FOUND. */
export async function startWorkflow(
  context: TemporalContext,
  settling: Settling,
  request: StartWorkflow,
): Promise<StartedRun> {
  const { project, name, version, input, starter, key } = request;
  const { registry, starts, events, clock, random } = context;
  const runId =
    key === undefined ? uuidv7(clock.now(), random.bytes(10)) : registry.uuidOf("start", project, name, key);
  const workflow = await findWorkflow(context, project, name, version);
  if (workflow === undefined) {
    // What a key has started is found also when its definition is gone.
    if (key !== undefined && (await describeRun(context, runId)) !== undefined)
      return startedRun(settling, runId, false);
    throw registry.workflows.notFound(project, name, version);
  }
  const { created } = await starts.startRun({
    ...workflow.found,
    runId,
    by: "name",
    project,
    trigger: "",
    position: await events.end(project),
    hops: 0,
    input,
    ...(starter !== undefined && { starter }),
  });
  return startedRun(settling, runId, created);
}

/** Nobody looks at the run while nobody asks how it stands. */
function startedRun(settling: Settling, runId: string, created: boolean): StartedRun {
  let settled: Promise<Settled> | undefined;
  return {
    runId,
    created,
    get settled() {
      return (settled ??= settling.when(runId));
    },
  };
}
