/**
 * The Starlark machine by itself, in this process: classic programs beside starlark-go, what a run of a handler costs, the state of
 * a sleeping handler, and the first script of a new process.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Arrival } from "../src/core/arrival.ts";
import type { LoadedImage, Turn } from "../src/core/program.ts";
import { encodeWire } from "../src/core/wire.ts";
import type { BenchContext } from "./context.ts";
import { median } from "./figure.ts";
import { StarlarkGo } from "./starlark-go.ts";
import { programs } from "./starlark-programs.ts";
import { loadText, requireSuccess, runDriver, startOf } from "./starlark-run.ts";

const echoHandler = `
def handle(w, ev):
    iid = ev["data"]["issue"]["iid"]
    first = w.run("builtin://echo", {"step": 1, "iid": iid})
    second = w.run("builtin://echo", {"step": first["step"] + 1, "iid": iid})
    third = w.run("builtin://echo", {"step": second["step"] + 1, "iid": iid})
    return third["step"]

on_event(type="issue", handler=handle)
`;

const sleepingHandler = `
def rest(w, issue):
    labels = ["bug", "priority::1"]
    w.sleep(days=3)
    return labels

def remind(w, issue, who):
    message = "Issue {} waits for {}".format(issue["iid"], who)
    return message, rest(w, issue)

def handle(w, ev):
    issue = ev["data"]["issue"]
    return remind(w, issue, "sam")

on_event(type="issue", handler=handle)
`;

/** Measures `starlark.*`. A program's goal is half of what starlark-go takes; the mean's is a fifth. */
export function starlark(context: BenchContext): Promise<void> {
  const peer = StarlarkGo.find();
  if (typeof peer === "string") context.note(`WITHOUT starlark-go, which is not here and cannot be installed: ${peer}`);
  measurePrograms(context, typeof peer === "string" ? undefined : peer);
  if (typeof peer !== "string") peer.close();
  measureRun(context);
  measureSleeper(context);
  measureColdStart(context);
  return Promise.resolve();
}

function measurePrograms(context: BenchContext, peer: StarlarkGo | undefined): void {
  const speedups: number[] = [];
  for (const [name, program] of Object.entries(programs)) {
    const { ours, theirs } = measureProgram(context, program, peer);
    const beside = theirs === undefined ? {} : { goal: theirs / 2, limit: theirs, limitOf: "starlark-go" };
    context.figure({ name: `starlark.${name}`, value: ours, unit: "ms", ...beside, better: "lower" });
    if (theirs !== undefined) speedups.push(theirs / ours);
  }
  if (speedups.length === 0) return;
  const mean = Math.exp(speedups.reduce((sum, speedup) => sum + Math.log(speedup), 0) / speedups.length);
  context.figure({ name: "starlark.speedup", value: mean, unit: "x, geom. mean", goal: 5, better: "higher" });
}

/** At least so many runs, and so long. */
const warmUp = { runs: 5, ms: 400 };

/** Medians in milliseconds. The two take turns, so that what else the machine does is the same for both. */
function measureProgram(
  context: BenchContext,
  program: string,
  peer: StarlarkGo | undefined,
): { ours: number; theirs: number | undefined } {
  const image = loadText(`${program}\nprint(work())\n`, "driver");
  // A process that stays: what it computes often is compiled.
  const end = performance.now() + warmUp.ms;
  for (let run = 0; run < warmUp.runs || performance.now() < end; run++) runDriver(image);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = context.full ? 15 : 7; round > 0; round--) {
    const own = runDriver(image);
    ours.push(own.ms);
    const other = peer?.run(program);
    if (other === undefined) continue;
    theirs.push(other.ms);
    if (other.result !== own.result) throw new Error(`results differ: ${own.result}, starlark-go: ${other.result}`);
  }
  return { ours: median(ours), theirs: peer === undefined ? undefined : median(theirs) };
}

/** A run of three steps as the engine drives it: opened, and four turns. */
function measureRun(context: BenchContext): void {
  const image = loadText(echoHandler, "handlers");
  const start = startOf("handle", eventOf(7));
  const once = (): void => {
    const machine = image.open(start);
    let turn = machine.step(undefined, 30_000);
    for (let seq = 1; turn !== "running" && turn.outcome === undefined; seq++) {
      const call = turn.effects.find((effect) => effect.kind === "call")!;
      turn = machine.step({ kind: "answer", effect: call.n, value: call.input, seq, time: seq }, 30_000);
    }
    requireSuccess(turn);
  };
  context.figure({ name: "starlark.run", value: microseconds(once), unit: "µs", goal: 20, better: "lower" });
}

/** A handler asleep three frames deep: the size of its state, and what writing and reading it costs. */
function measureSleeper(context: BenchContext): void {
  const image = loadText(sleepingHandler, "handlers");
  const start = startOf("handle", eventOf(7));
  const machine = image.open(start);
  const turn = machine.step(undefined, 30_000) as Turn;
  const state = machine.snapshot();
  const figure = (name: string, value: number, unit: string, goal: number): void =>
    context.figure({ name: `starlark.${name}`, value, unit, goal, better: "lower" });
  figure("state", state.length, "bytes", 1024);
  figure(
    "snapshot",
    microseconds(() => machine.snapshot()),
    "µs",
    20,
  );
  figure(
    "restore",
    microseconds(() => image.open(start, state)),
    "µs",
    30,
  );
  wake(image, state, turn);
}

/** The state is one that can go on. */
function wake(image: LoadedImage, state: Uint8Array, { effects }: Turn): void {
  const arrival: Arrival = { kind: "answer", effect: effects[0]!.n, value: encodeWire(null), seq: 1, time: 1 };
  requireSuccess(image.open(startOf("handle", eventOf(7)), state).step(arrival, 30_000));
}

/**
 * The first script of a new process, after its code is read: parsed, compiled to an image, which is read again, and run. As `autoflow`
 * does, it keeps a code cache of all functions.
 */
function measureColdStart(context: BenchContext): void {
  const file = fileURLToPath(new URL("starlark-cold.ts", import.meta.url));
  const cache = mkdtempSync(path.join(tmpdir(), "autoflow-cold-"));
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  const times = Array.from({ length: context.full ? 15 : 8 }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--no-lazy", file], { encoding: "utf8", env });
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  });
  rmSync(cache, { recursive: true, force: true });
  context.figure({ name: "starlark.cold", value: median(times.slice(1)), unit: "ms", goal: 3, better: "lower" });
}

function eventOf(iid: number): string {
  const data = { project: { id: 1 }, issue: { id: iid, iid } };
  return JSON.stringify({ specversion: "1.0", id: "1", source: "/bench", type: "issue", data });
}

/** Of one call, the median of many rounds, after warming up. */
function microseconds(work: () => void): number {
  const perRound = 1000;
  const rounds = Array.from({ length: 60 }, () => {
    const start = performance.now();
    for (let i = 0; i < perRound; i++) work();
    return (performance.now() - start) / perRound;
  });
  return median(rounds.slice(20)) * 1000;
}
