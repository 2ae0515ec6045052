/** What happened in a test's world, for people: runs with their history, and the calls they made. */
import { formatDuration } from "../../core/duration.ts";
import type { Simulation, TestWorld } from "../simulation.ts";
import { simulationStart } from "../simulation.ts";
import { showCall } from "./calls-view.ts";
import { runsOf } from "./runs-view.ts";

/** A line of the trace. */
interface Moment {
  at: number;
  text: string;
}

const mostLines = 200;

export interface TraceContext {
  simulation: Simulation;
  world: TestWorld;
}

/** In the order of time; the beginning is left out when there are too many. */
export async function traceOf({ simulation, world }: TraceContext): Promise<string[]> {
  const moments: Moment[] = world.project.calls.map((call) => ({ at: call.at, text: showCall(call) }));
  for (const [i, run] of (await runsOf({ simulation, world })).entries()) {
    const name = `run ${i + 1} ${run.definition}${run.trigger === "" ? "" : ` ${run.trigger}`}`;
    for (let after = 0; ;) {
      const entries = await simulation.engine.history(run.id, { after });
      if (entries.length === 0) break;
      after = entries.at(-1)!.seq;
      for (const { time, text } of entries) moments.push({ at: time, text: `${name}: ${text}` });
    }
    if (run.waitingFor !== undefined)
      moments.push({ at: simulation.clock.now(), text: `${name}: waits for ${run.waitingFor}` });
  }
  const lines = moments.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `${since(at)} ${text}`);
  if (lines.length <= mostLines) return lines;
  return [`(${lines.length - mostLines} earlier lines are left out)`, ...lines.slice(-mostLines)];
}

/** "+3d2h" after the test's beginning. */
function since(at: number): string {
  return `+${formatDuration(Math.max(0, at - simulationStart))}`.padEnd(8);
}
