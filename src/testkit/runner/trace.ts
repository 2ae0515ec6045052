/** What happened in a test's world, for people: what its runs did, calls, and what the test did itself. */
import { formatDuration } from "../../core/duration.ts";
import type { HistoryEntry } from "../../core/run.ts";
import { toEntries } from "../../engines/run/history-text.ts";
import type { Moment } from "../simulated-project.ts";
import { type Simulation, simulationStart, type TestWorld } from "../simulation.ts";
import { showCall } from "./calls-view.ts";
import { runsOf } from "./runs-view.ts";

const mostLines = 200;

export interface TraceContext {
  simulation: Simulation;
  world: TestWorld;
}

/** A line for each thing that happened, in order; the beginning is left out when there are too many. */
export async function traceOf({ simulation, world }: TraceContext): Promise<string[]> {
  const runs = await runsOf({ simulation, world });
  const names = new Map(runs.map((run, i) => [run.id, `run ${i + 1} (${nameOf(run)})`]));
  const lines = world.project.moments.flatMap((moment) =>
    textsOf(moment, names).flatMap((text) => below(since(moment.at), text)),
  );
  for (const { id, waitingFor } of runs) {
    if (waitingFor !== undefined)
      lines.push(`${since(simulation.clock.now())} ${names.get(id)} waits for ${waitingFor}`);
  }
  if (lines.length <= mostLines) return lines;
  return [`(${lines.length - mostLines} earlier lines are left out)`, ...lines.slice(-mostLines)];
}

function nameOf({ definition, trigger }: { definition: string; trigger: string }): string {
  return trigger === "" ? definition : trigger;
}

function textsOf(moment: Moment, names: ReadonlyMap<string, string>): string[] {
  if ("text" in moment) return [moment.text];
  if ("call" in moment) return [`${names.get(moment.call.call.runId) ?? "a rule"}: ${showCall(moment.call)}`];
  const name = names.get(moment.run.id) ?? nameOf(moment.run);
  const entries = toEntries(moment.row).filter((entry) => !isToldByCalls(entry));
  return entries.map(({ text }) => `${name}: ${text}`);
}

/** Calls are told when they have ended, with what became of them. */
function isToldByCalls({ kind, effect, arrival }: HistoryEntry): boolean {
  if (kind === "attempt") return true;
  if (effect?.kind === "call") return effect.action === "gitlab" || effect.action === "http";
  return arrival?.kind === "answer";
}

/** A text behind its time; further lines of it, as those of a traceback, stand under its first. */
function below(time: string, text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line, i) => `${i === 0 ? time : " ".repeat(time.length)} ${line}`);
}

/** "+3d2h" after the test's beginning. */
function since(at: number): string {
  return `+${formatDuration(Math.max(0, at - simulationStart))}`.padEnd(8);
}
