/** Runs, as tests see them. */
import { AutoFlowError, formatLocation } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";
import { hasEnded, type RunDetails, type RunState, type RunSummary } from "../../core/run.ts";
import { decodeWire, type WireText, type WireValue } from "../../core/wire.ts";
import type { Simulation, TestWorld } from "../simulation.ts";
import { placeOfFailure } from "./failure-place.ts";

interface Context {
  simulation: Simulation;
  world: TestWorld;
}

interface LookingContext extends Context {
  /** Runs that the test has looked at. */
  seen: Set<string>;
}

export interface RunsQuery {
  states?: RunState[];
  definition?: string;
  trigger?: string;
}

/** All runs of a test's world, the oldest first. */
export async function runsOf({ simulation, world }: Context, query: RunsQuery = {}): Promise<RunSummary[]> {
  const { states, definition, trigger } = query;
  const found: RunSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await simulation.engine.listRuns({
      project: world.name,
      ...(states !== undefined && { states }),
      ...(definition !== undefined && { definition }),
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found.filter((run) => trigger === undefined || run.trigger === trigger).toReversed();
}

/** A check that failed, with the run that failed before it and that the test did not look at: that may be why. */
export async function withUnseenFailure(failure: Failure, context: LookingContext): Promise<Failure> {
  const failed = await unseenRun(context);
  if (failed === undefined) return failure;
  const place = placeOfFailure(failed.error?.traceback ?? "");
  const at = place === undefined ? "" : ` (${formatLocation(place)})`;
  const message = `${failure.message}\nBefore that, a run of ${nameOf(failed)} failed: ${failed.error?.message ?? ""}${at}`;
  return { ...failure, message };
}

/** A run that failed without the test having looked at it, after all else went well. */
export async function unseenFailure(context: LookingContext): Promise<Failure | undefined> {
  const failed = await unseenRun(context);
  if (failed === undefined) return undefined;
  const { error } = failed;
  const message = `a run of ${nameOf(failed)} failed, and the test did not look at it with testing.runs(): ${error?.message ?? ""}`;
  return {
    type: "test",
    code: "TEST_FAILED",
    message,
    retryable: false,
    ...(error?.traceback !== undefined && { traceback: error.traceback }),
  };
}

async function unseenRun({ simulation, world, seen }: LookingContext): Promise<RunSummary | undefined> {
  return (await runsOf({ simulation, world }, { states: ["failed"] })).find(({ id }) => !seen.has(id));
}

function nameOf({ definition, trigger }: RunSummary): string {
  return trigger === "" ? definition : `${definition} ${trigger}`;
}

export async function describeRuns(context: LookingContext, query: RunsQuery): Promise<WireValue> {
  const described: WireValue[] = [];
  for (const { id } of await runsOf(context, query)) described.push(await describeRun(context, id));
  return described;
}

/** A record for `testing.run`. Throws NOT_FOUND. */
export async function describeRun({ simulation, world, seen }: LookingContext, id: string): Promise<WireValue> {
  const run = await simulation.engine.findRun(id);
  if (run === undefined || run.project !== world.name)
    throw new AutoFlowError("NOT_FOUND", `there is no run ${id}`, { hint: "testing.runs() lists them." });
  seen.add(id);
  return {
    id,
    definition: run.definition,
    trigger: run.trigger,
    state: run.state,
    waiting_for: run.waitingFor ?? null,
    value: valueOf(run),
    error: run.error === undefined ? null : { type: run.error.type, code: run.error.code, message: run.error.message },
    lines: await linesOf(simulation, id),
    seconds: ((hasEnded(run.state) ? (run.endedAt ?? 0) : simulation.clock.now()) - run.createdAt) / 1000,
  };
}

function valueOf({ value, data }: RunDetails): WireValue {
  if (value !== undefined) return decodeWire(value as WireText);
  return data === undefined ? null : (JSON.parse(data) as WireValue);
}

/** What a run printed. */
async function linesOf({ engine }: Simulation, id: string): Promise<string[]> {
  const lines: string[] = [];
  let after = 0;
  for (;;) {
    const entries = await engine.history(id, { after });
    if (entries.length === 0) return lines;
    for (const { effect } of entries) if (effect?.kind === "log") lines.push(effect.message);
    after = entries.at(-1)!.seq;
  }
}
