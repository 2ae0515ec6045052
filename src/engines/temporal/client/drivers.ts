/** Driver scripts: one open run per identity, pinned to the sources it began with. */
import type { StartDriver } from "../../../core/engine.ts";
import { catalogue, type ErrorCode } from "../../../core/error-catalogue.ts";
import { AutoFlowError, formatLocation } from "../../../core/errors.ts";
import type { Diagnostic, Image } from "../../../core/program.ts";
import { workflowIds } from "../protocol/names.ts";
import { compileSources } from "../../run/compile.ts";
import type { TemporalContext } from "./context.ts";
import { describeRun, type Execution, listExecutions, visibility } from "./executions.ts";
import { label } from "./labels.ts";

type DriversContext = Pick<TemporalContext, "client" | "namespace" | "taskQueue" | "registry">;

/** Runs of one identity are numbered; more of them have never been. */
const mostRuns = 1_000_000;

/**
 * Starts a driver, or finds its open run. Throws RUN_DEFINITION_CHANGED, and what the sources' first problem is. `cancel` asks a run
 * to end.
 */
export async function startDriver(
  context: TemporalContext,
  { definition, identity, input, onChange = "refuse", askedAt = Infinity }: StartDriver,
  cancel: (runId: string, reason: string) => Promise<void>,
): Promise<{ runId: string; created: boolean }> {
  const before = await newestRun(context, identity);
  const { image, diagnostics } = await compileSources(context.programs, definition, "driver", context.limits);
  const { endedAt } = before.newest ?? {};
  const open = endedAt === undefined ? before.newest : undefined;
  if (open !== undefined && onChange !== "new") return resumed(open, image, definition.sources.entry, onChange);
  if (image === undefined) throw notCompiled(diagnostics);
  if (endedAt !== undefined && endedAt >= askedAt && isContinued(before.newest!, image, onChange))
    return { runId: before.newest!.runId, created: false };
  await context.images.put(image);
  if (open !== undefined) await cancelOpen(open, cancel);
  for (let { next } = before; ; next++) {
    const runId = idOf(context, identity, next);
    const { created } = await context.starts.startRun({
      runId,
      by: "driver",
      project: definition.project,
      definition: definition.sources.entry,
      definitionProject: definition.project,
      trigger: "",
      image: { hash: image.hash, language: image.language },
      position: await context.events.end(definition.project),
      hops: 0,
      identity,
      ...(definition.commit !== undefined && { commit: definition.commit }),
      ...(definition.author !== undefined && { author: definition.author }),
      ...(input !== undefined && { input }),
    });
    if (created) return { runId, created };
    // Somebody else was first; where their run is open it is the one of this identity.
    const theirs = await describeRun(context, runId);
    if (theirs !== undefined && theirs.endedAt === undefined)
      return resumed(theirs, image, definition.sources.entry, onChange === "new" ? "resume" : onChange);
  }
}

/** Whether one that has just ended, because it went on at once, is the one that was asked for. */
function isContinued({ about }: Execution, image: Image, onChange: StartDriver["onChange"]): boolean {
  return onChange !== "new" && (onChange === "resume" || about.imageHash === image.hash);
}

async function cancelOpen({ runId, state }: Execution, cancel: (runId: string, reason: string) => Promise<void>) {
  if (state === "cancelling") return;
  try {
    await cancel(runId, "started anew");
  } catch (error) {
    // It has ended by itself in between.
    if (!(error instanceof AutoFlowError && error.code === "RUN_ALREADY_ENDED")) throw error;
  }
}

/** Throws RUN_DEFINITION_CHANGED. */
function resumed(
  { runId, about }: Execution,
  image: Image | undefined,
  entry: string,
  onChange: "refuse" | "resume",
): { runId: string; created: boolean } {
  if (about.imageHash !== image?.hash && onChange === "refuse") {
    throw new AutoFlowError("RUN_DEFINITION_CHANGED", `${entry} has changed since its open run ${runId} began`);
  }
  return { runId, created: false };
}

/**
 * The run of an identity that was started last, and the number of the next. Lists may lag and forget: what they know last is where
 * looking for later ones begins.
 */
export async function newestRun(
  context: DriversContext,
  identity: string,
): Promise<{ newest: Execution | undefined; next: number }> {
  let newest = await newestListed(context, identity);
  let next = newest === undefined ? 0 : numberOf(context, identity, newest.runId) + 1;
  if (newest !== undefined) newest = await describeRun(context, newest.runId);
  for (; ; next++) {
    const later = await describeRun(context, idOf(context, identity, next));
    if (later === undefined) return { newest, next };
    newest = later;
  }
}

async function newestListed(context: DriversContext, identity: string): Promise<Execution | undefined> {
  const ofIdentity = visibility.oneOf("AutoFlowLabels", [label(context.registry, "driver", identity)]);
  const { executions } = await listExecutions(context, `${visibility.runs(context.taskQueue)} AND ${ofIdentity}`, 20);
  return executions.toSorted((a, b) => b.about.createdAt - a.about.createdAt)[0];
}

function idOf({ registry }: Pick<TemporalContext, "registry">, identity: string, n: number): string {
  return registry.uuidOf("driver", identity, n);
}

function numberOf(context: DriversContext, identity: string, runId: string): number {
  for (let n = 0; n < mostRuns; n++) if (idOf(context, identity, n) === runId) return n;
  throw new Error(`the run ${workflowIds.run(context.taskQueue, runId)} is none of its identity`);
}

/** The first problem with its own code; nothing runs until it is mended, unlike where a script handles events. */
function notCompiled(diagnostics: readonly Diagnostic[]): AutoFlowError {
  const { code, message, where } = diagnostics.find(({ severity }) => severity === "error")!;
  const known = Object.hasOwn(catalogue, code) ? (code as ErrorCode) : "SCRIPT_SYNTAX";
  return new AutoFlowError(known, `${formatLocation(where)}: ${message}`, {
    where,
    data: { diagnostics },
    ...(known !== "SCRIPT_SOURCE_UNAVAILABLE" && { hint: "Mend the script and run the command again." }),
  });
}
