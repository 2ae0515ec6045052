/** Recorded runs, as files of JSON: every later release continues them. */
import type { Arrival } from "../../core/arrival.ts";
import type { Machine, RunStart, Turn } from "../../core/program.ts";

export interface GoldenRun {
  image: { hash: string; text: string };
  start: RunStart;
  arrivals: Arrival[];
  /** One more than arrivals: the first is that of the start. */
  turns: unknown[];
  /** What was stored before each arrival. */
  states: string[];
}

/** A turn to its end. */
export function turnOf(machine: Machine, arrival: Arrival | undefined): Turn {
  let turn = machine.step(arrival, 1_000_000);
  while (turn === "running") turn = machine.step(undefined, 1_000_000);
  return turn;
}

/** What later releases must do again, as JSON holds it: not how many steps it takes. */
export function essence({ effects, outcome }: Turn): unknown {
  return JSON.parse(JSON.stringify({ effects, outcome })) as unknown;
}
