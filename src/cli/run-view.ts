/** How runs look on the command line. */
import { formatDuration } from "../core/duration.ts";
import type { Failure } from "../core/failure.ts";
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

function describeFrames(run: RunDetails): string {
  const frames = run.inspection?.fibers.flatMap((fiber) => fiber.frames) ?? [];
  return frames
    .map((frame) => {
      const locals = Object.entries(frame.locals).map(([name, value]) => `\n  ${name} = ${value}`);
      return `${frame.function} (${frame.at.file}:${frame.at.line}:${frame.at.column})${locals.join("")}`;
    })
    .join("\n");
}
