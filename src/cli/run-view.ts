/** How runs look on the command line. */
import { formatDuration } from "../core/duration.ts";
import type { Failure } from "../core/failure.ts";
import type { FiberInspection, Frame } from "../core/program.ts";
import type { RunDetails, RunSummary } from "../core/run.ts";
import { formatTime, type View } from "./output.ts";

export const runView: View<RunSummary> = {
  name: (run) => run.id,
  columns: [
    { title: "id", value: (run) => run.id },
    { title: "project", value: (run) => run.project },
    { title: "definition", value: (run) => definitionOf(run) },
    { title: "state", value: (run) => run.state },
    { title: "created", value: (run) => formatTime(run.createdAt) },
    { title: "took", value: (run) => took(run) },
    { title: "waiting for", value: (run) => run.waitingFor ?? firstLine(run.error) },
  ],
};

export const runDetailsView: View<RunDetails> = {
  name: (run) => run.id,
  columns: [
    { title: "run", value: (run) => run.id },
    { title: "state", value: (run) => run.state },
    { title: "waiting for", value: (run) => run.waitingFor },
    { title: "error", value: (run) => describeFailure(run.error) },
    { title: "value", value: (run) => run.value },
    { title: "project", value: (run) => run.project },
    { title: "definition", value: (run) => definitionOf(run) },
    { title: "image", value: (run) => run.imageHash },
    { title: "commit", value: (run) => [run.commit, run.author].filter(Boolean).join(" by ") },
    { title: "event", value: (run) => run.eventId },
    { title: "created", value: (run) => formatTime(run.createdAt) },
    { title: "ended", value: (run) => formatTime(run.endedAt) },
    { title: "turns", value: (run) => run.turns },
    { title: "state size", value: (run) => `${run.stateBytes} bytes` },
    { title: "open", value: (run) => run.openEffects.map(describeOpenEffect).join("\n") },
    { title: "stands at", value: (run) => describeFrames(run) },
  ],
};

function definitionOf(run: RunSummary): string {
  return run.trigger === "" ? run.definition : `${run.definition} ${run.trigger}`;
}

function took(run: RunSummary): string | undefined {
  return run.endedAt === undefined ? undefined : formatDuration(run.endedAt - run.createdAt);
}

function firstLine(failure: Failure | undefined): string | undefined {
  return failure && `${failure.code}: ${failure.message}`.split("\n")[0];
}

/** A failure with the traceback that leads to it. */
export function describeFailure(failure: Failure | undefined): string | undefined {
  if (failure === undefined) return undefined;
  return [`${failure.code}: ${failure.message}`, failure.traceback?.trimEnd()].filter(Boolean).join("\n");
}

function describeOpenEffect(effect: RunDetails["openEffects"][number]): string {
  const { n, what, origin, attempt, nextAttemptAt, lastError } = effect;
  const parts = [`#${n} ${what} (${origin.file}:${origin.line})`];
  if (attempt !== undefined && attempt > 1) parts.push(`attempt ${attempt}`);
  if (nextAttemptAt !== undefined) parts.push(`next attempt ${formatTime(nextAttemptAt)}`);
  if (lastError !== undefined) parts.push(`last error ${lastError.code}: ${lastError.message}`);
  return parts.join(", ");
}

/** Frames of a run without further fibers; else every fiber with what it waits for, and its frames under it. */
function describeFrames(run: RunDetails): string {
  const fibers = run.inspection?.fibers ?? [];
  if (fibers.length < 2) return fibers.flatMap((fiber) => fiber.frames.map(describeFrame)).join("\n");
  return fibers
    .map((fiber) => [describeFiber(fiber), ...fiber.frames.map(describeFrame)].join("\n").replaceAll("\n", "\n  "))
    .join("\n");
}

function describeFrame(frame: Frame): string {
  const locals = Object.entries(frame.locals).map(([name, value]) => `\n  ${name} = ${value}`);
  return `${frame.function} (${frame.at.file}:${frame.at.line}:${frame.at.column})${locals.join("")}`;
}

function describeFiber(fiber: FiberInspection): string {
  const { id, started, frames, waitingFor, waitingForFibers, waitingForSignals } = fiber;
  const what = [
    ...waitingFor.map((n) => `#${n}`),
    ...waitingForFibers.map((other) => `fiber ${other}`),
    ...waitingForSignals.map((name) => `signal ${name}`),
  ];
  const parts = [`fiber ${id}`];
  if (started !== undefined) {
    parts[0] += ` (${started.function})`;
    parts.push(`started by fiber ${started.by} at ${started.at.file}:${started.at.line}:${started.at.column}`);
  }
  if (frames.length === 0 && started === undefined) parts.push("has returned");
  if (what.length > 0) parts.push(`waits for ${shorten(what)}`);
  return parts.join(", ");
}

const maxShown = 10;

function shorten(what: readonly string[]): string {
  const shown = what.slice(0, maxShown).join(", ");
  return what.length > maxShown ? `${shown} and ${what.length - maxShown} more` : shown;
}
