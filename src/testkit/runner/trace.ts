/** What happened in a test's world, for people: what its runs did, calls, and what the test did itself. */
import { formatDuration } from "../../core/duration.ts";
import type { HistoryEntry } from "../../core/run.ts";
import { toEntries } from "../../engines/run/history-text.ts";
import type { Moment } from "../simulated-project.ts";
import { type Simulation, simulationStart, type TestWorld } from "../simulation.ts";
import { showCall } from "./calls-view.ts";
import { foldTrace, type TraceLine } from "./fold-trace.ts";
import { runsOf } from "./runs-view.ts";

const mostLines = 200;

export interface TraceContext {
  simulation: Simulation;
  world: TestWorld;
}

/** A line for each thing that happened, in order; what happens again and again is folded, and the beginning left out when there are too many. */
export async function traceOf({ simulation, world }: TraceContext): Promise<string[]> {
  const runs = await runsOf({ simulation, world });
  const names = new Map(runs.map((run, i) => [run.id, `run ${i + 1} (${nameOf(run)})`]));
  const happened = world.project.moments.flatMap((moment) => linesOf(moment, names));
  const when = since(simulation.clock.now());
  for (const { id, trigger, definition, waitingFor } of runs) {
    if (waitingFor === undefined) continue;
    happened.push({ when, who: [nameOf({ trigger, definition })], text: `${names.get(id)} waits for ${waitingFor}` });
  }
  const lines = foldTrace(happened).flatMap((line) => below(line.when.padEnd(8), line.text));
  if (lines.length <= mostLines) return lines;
  return [`(${lines.length - mostLines} earlier lines are left out)`, ...lines.slice(-mostLines)];
}

function nameOf({ definition, trigger }: { definition: string; trigger: string }): string {
  return trigger === "" ? definition : trigger;
}

function linesOf(moment: Moment, names: ReadonlyMap<string, string>): TraceLine[] {
  const when = since(moment.at);
  if ("text" in moment) return [{ when, who: [], text: moment.text }];
  if ("call" in moment) {
    const name = names.get(moment.call.call.runId) ?? "a rule";
    return [{ when, who: [withoutNumber(name)], text: `${name}: ${showCall(moment.call)}` }];
  }
  const name = names.get(moment.run.id) ?? nameOf(moment.run);
  const entries = toEntries(moment.row).filter((entry) => !isToldByCalls(entry));
  return entries.map(({ text }) => ({ when, who: [nameOf(moment.run)], text: `${name}: ${text}` }));
}

/** "daily" of "run 7 (daily)" */
function withoutNumber(name: string): string {
  return /^run \d+ \((.*)\)$/.exec(name)?.[1] ?? name;
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
  return `+${formatDuration(Math.max(0, at - simulationStart))}`;
}
