/** Runs of the Starlark machine by itself, as the measurements need them. */
import { defaultLimits, type EntryMode, type LoadedImage, type RunStart, type Turn } from "../src/core/program.ts";
import { starlark } from "../src/languages/starlark/program.ts";
import type { Measured } from "./starlark-go.ts";

/** Wide, but counted and checked as in any run. */
const limits = { ...defaultLimits, stepsPerTurn: 1_000_000_000, memoryBytes: 256 * 1024 * 1024 };

/** Compiles a text and loads the image. */
export function loadText(source: string, mode: EntryMode): LoadedImage {
  const compilation = starlark.compile({ entry: "main.star", files: new Map([["main.star", source]]) }, mode, limits);
  let result = compilation.step(100_000);
  while (result === "running") result = compilation.step(100_000);
  if (result.image === undefined) throw new Error(result.diagnostics.map(({ message }) => message).join("; "));
  return starlark.load(result.image);
}

/** Where a run of the trigger begins; "" for a driver. */
export function startOf(trigger: string, event?: string): RunStart {
  const start = {
    runId: "01a1fc69-6049-734b-b8dc-1d64953f52f4",
    project: "1",
    trigger,
    position: 1,
    time: 0,
    vars: {},
    secrets: [],
    limits,
  };
  return event === undefined ? start : { ...start, event };
}

/** Computes a driver that prints one line, to its end. */
export function runDriver(image: LoadedImage): Measured {
  const machine = image.open(startOf(""));
  const start = performance.now();
  let turn = machine.step(undefined, 1_000_000);
  while (turn === "running") turn = machine.step(undefined, 1_000_000);
  const ms = performance.now() - start;
  requireSuccess(turn);
  const line = turn.effects.find((effect) => effect.kind === "log");
  return { ms, result: line?.message ?? "" };
}

export function requireSuccess(turn: Turn | "running"): void {
  const outcome = turn === "running" ? undefined : turn.outcome;
  if (outcome?.kind !== "succeeded") throw new Error(`it did not succeed: ${JSON.stringify(outcome)}`);
}
