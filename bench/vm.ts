/** The Starlark machine by itself, in this process: how fast it computes, and what a run of a handler costs it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import type { Arrival } from "../src/core/arrival.ts";
import { defaultLimits, type EntryMode, type LoadedImage, type RunStart, type Turn } from "../src/core/program.ts";
import { encodeWire } from "../src/core/wire.ts";
import { starlark } from "../src/languages/starlark/program.ts";
import type { BenchContext } from "./context.ts";
import { median } from "./figure.ts";

const limits = { ...defaultLimits, stepsPerTurn: Number.MAX_SAFE_INTEGER, memoryBytes: 1024 ** 3 };

/** Functions `work()` that only compute. */
const computations: Record<string, string> = {
  fib: `
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def work():
    return fib(25)
`,
  loop: `
def work():
    total = 0
    for i in range(1000000):
        total += i % 7
    return total
`,
  words: `
def work():
    counts = {}
    for i in range(200000):
        word = "w%d" % (i % 5000)
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key = lambda item: (-item[1], item[0]))[0]
`,
};

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

/** Measures `vm.*`. */
export function vm(context: BenchContext): Promise<void> {
  for (const [name, source] of Object.entries(computations)) measureComputation(context, name, source);
  measureRun(context);
  measureSleeper(context);
  return Promise.resolve();
}

function measureComputation(context: BenchContext, name: string, source: string): void {
  const image = load(`${source}\nwork()\n`, "driver");
  const times = Array.from({ length: context.full ? 15 : 5 }, () => {
    const start = performance.now();
    finish(image.open(startOf("")).step(undefined, Number.MAX_SAFE_INTEGER));
    return performance.now() - start;
  });
  const peer = starlarkGo(source);
  context.figure({
    name: `vm.${name}`,
    value: median(times),
    unit: "ms",
    ...(peer === undefined ? {} : { limit: peer, limitOf: "starlark-go" }),
    better: "lower",
  });
}

/** A run of three steps as the engine drives it: opened, and four turns. */
function measureRun(context: BenchContext): void {
  const image = load(echoHandler, "handlers");
  const start = { ...startOf("handle"), event: eventOf(7) };
  const once = (): void => {
    const machine = image.open(start);
    let turn = machine.step(undefined, 30_000);
    for (let seq = 1; turn !== "running" && turn.outcome === undefined; seq++) {
      const call = turn.effects.find((effect) => effect.kind === "call")!;
      turn = machine.step({ kind: "answer", effect: call.n, value: call.input, seq, time: seq }, 30_000);
    }
    finish(turn);
  };
  context.figure({
    name: "vm.run",
    value: microseconds(once),
    unit: "µs",
    goal: 20,
    better: "lower",
  });
}

/** A handler asleep three frames deep: the size of its state, and what writing and reading it costs. */
function measureSleeper(context: BenchContext): void {
  const image = load(sleepingHandler, "handlers");
  const start = { ...startOf("handle"), event: eventOf(7) };
  const machine = image.open(start);
  const turn = machine.step(undefined, 30_000) as Turn;
  const state = machine.snapshot();
  const wake: Arrival = { kind: "answer", effect: turn.effects[0]!.n, value: encodeWire(null), seq: 1, time: 1 };
  context.figure({ name: "vm.state", value: state.length, unit: "bytes", goal: 1024, better: "lower" });
  context.figure({ name: "vm.snapshot", value: microseconds(() => machine.snapshot()), unit: "µs", better: "lower" });
  context.figure({
    name: "vm.restore",
    value: microseconds(() => image.open(start, state)),
    unit: "µs",
    better: "lower",
  });
  finish(image.open(start, state).step(wake, 30_000));
}

function load(source: string, mode: EntryMode): LoadedImage {
  const compilation = starlark.compile({ entry: "main.star", files: new Map([["main.star", source]]) }, mode, limits);
  let result = compilation.step(100_000);
  while (result === "running") result = compilation.step(100_000);
  if (result.image === undefined) throw new Error(result.diagnostics.map(({ message }) => message).join("; "));
  return starlark.load(result.image);
}

function startOf(trigger: string): RunStart {
  return {
    runId: "01a1fc69-6049-734b-b8dc-1d64953f52f4",
    project: "1",
    trigger,
    position: 1,
    time: 0,
    vars: {},
    secrets: [],
    limits,
  };
}

function eventOf(iid: number): string {
  const data = { project: { id: 1 }, issue: { id: iid, iid } };
  return JSON.stringify({ specversion: "1.0", id: "1", source: "/bench", type: "issue", data });
}

function finish(turn: Turn | "running"): void {
  const outcome = turn === "running" ? undefined : turn.outcome;
  if (outcome?.kind !== "succeeded") throw new Error(`it did not succeed: ${JSON.stringify(outcome)}`);
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

/** Milliseconds that Google's own interpreter takes for `work()`; undefined when it is not on this machine. */
function starlarkGo(source: string): number | undefined {
  const binary = path.join(homedir(), "go/bin/starlark");
  if (!existsSync(binary)) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-vm-"));
  try {
    const file = path.join(folder, "work.star");
    writeFileSync(file, `${source}\nstart = time.now()\nwork()\nprint((time.now() - start).microseconds)\n`);
    const times = Array.from({ length: 5 }, () =>
      Number(spawnSync(binary, ["-recursion", file], { encoding: "utf8" }).stderr.trim()),
    );
    return median(times) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
