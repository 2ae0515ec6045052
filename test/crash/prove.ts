/** The proof: what was sent, what the ledger wrote down and what the server says afterwards must agree. */
import type { HistoryEntry, RunSummary } from "../../src/core/run.ts";
import { checkHistory } from "./check-history.ts";
import { checkKeys } from "./check-keys.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { Story } from "./sender.ts";

export interface Evidence {
  stories: readonly Story[];
  /** Ids of further events that were acknowledged, which start none of the stories. */
  otherEvents: readonly string[];
  /** Ids of the events that the server knows. */
  events: readonly string[];
  ledger: readonly LedgerEntry[];
  runs: readonly RunWithHistory[];
}

export type RunWithHistory = Pick<RunSummary, "id" | "trigger" | "state" | "eventId" | "error"> & {
  history: readonly HistoryEntry[];
};

/** The handlers that a run's events start, by the handler that emits. */
const startedByEmitting: Readonly<Record<string, string>> = { issue_updated: "follow", race: "poke" };

/** Everything that is wrong; empty when all promises were kept. */
export function prove({ stories, otherEvents, events, ledger, runs }: Evidence): string[] {
  const steps = ledger.filter(({ path }) => path === "/steps");
  const byRun = Map.groupBy(steps, ({ step }) => step.run);
  const known = new Map(stories.map((story) => [story.event, story]));
  const expected = [...stories, ...emittedStories(steps)];
  const problems: string[] = [];
  for (const entries of byRun.values()) problems.push(...checkSteps(entries));
  problems.push(...checkBranches(ledger, byRun));
  problems.push(...checkKeys(ledger), ...checkStarts(expected, steps, runs), ...checkLog(stories, otherEvents, events));
  for (const run of runs) problems.push(...checkRun(run, byRun.get(run.id) ?? []));
  for (const entries of byRun.values()) {
    const story = known.get(entries[0]!.step.event);
    if (story !== undefined) problems.push(...checkMessages(story, entries));
  }
  return problems;
}

/** What was acknowledged is in the log, once. */
function checkLog(stories: readonly Story[], otherEvents: readonly string[], events: readonly string[]): string[] {
  const sent = stories.flatMap(({ handler, event, consumes }) => [
    ...(handler === "driver" ? [] : [event]),
    ...consumes,
  ]);
  const known = new Set(events);
  const problems = [...sent, ...otherEvents]
    .filter((id) => !known.has(id))
    .map((id) => `${id} was acknowledged and is not in the log`);
  if (known.size !== events.length) problems.push(`${events.length - known.size} events are in the log twice`);
  return problems;
}

/** Runs that other runs have started. */
function emittedStories(steps: readonly LedgerEntry[]): Story[] {
  const emitted = new Map<string, string>();
  for (const { step } of steps) {
    for (const id of step.emitted ?? []) emitted.set(id, startedByEmitting[step.handler] ?? "");
  }
  return [...emitted].map(([event, handler]) => ({ event, handler, consumes: [], pokes: 0, counts: 0 }));
}

/** A run's calls, in the order in which the ledger got them. */
function checkSteps(entries: readonly LedgerEntry[]): string[] {
  const { run, handler, event } = entries[0]!.step;
  const name = `${handler} of ${event} (${run})`;
  const problems: string[] = [];
  const keys = new Map<number, string>();
  const answers: number[] = [];
  let current = 0;
  for (const { step, key, number, answered } of entries) {
    if (step.step < current) problems.push(`${name}: step ${step.step} was performed again, after step ${current}`);
    if (step.step > current + 1) problems.push(`${name}: step ${step.step} came after step ${current}`);
    const before = step.step === 1 ? null : answers[step.step - 2];
    if (step.before !== before) {
      problems.push(`${name}: step ${step.step} knows ${step.before} of the step before, the ledger said ${before}`);
    }
    if ((keys.get(step.step) ?? key) !== key) problems.push(`${name}: step ${step.step} has two keys`);
    keys.set(step.step, key);
    if (answered === 200) answers[step.step - 1] = number;
    current = Math.max(current, step.step);
  }
  const last = entries.at(-1)!.step;
  if (last.last !== true) problems.push(`${name}: never finished, its last step is ${last.step}`);
  if (entries.some(({ step }) => step.last === true && step.step !== current)) {
    problems.push(`${name}: did something after its last step`);
  }
  if (last.answers !== undefined && JSON.stringify(last.answers) !== JSON.stringify(answers.slice(0, -1))) {
    problems.push(`${name}: remembers ${last.answers.join()}, the ledger said ${answers.slice(0, -1).join()}`);
  }
  return problems;
}

/** Fibers of a run are side by side; each has steps in an order of its own, and all of them were there. */
function checkBranches(ledger: readonly LedgerEntry[], byRun: ReadonlyMap<string, readonly LedgerEntry[]>): string[] {
  const entries = ledger.filter(({ path }) => path === "/branches");
  const branches = Map.groupBy(entries, ({ step }) => `${step.run} ${step.branch}`);
  const problems = [...branches].flatMap(([name, steps]) => checkSteps(steps).map((text) => `fiber ${name}: ${text}`));
  for (const [run, steps] of byRun) {
    const { branches: expected } = steps.at(-1)!.step;
    if (expected === undefined) continue;
    const known = [...branches.keys()].filter((name) => name.startsWith(`${run} `)).length;
    if (known !== expected) problems.push(`run ${run} has had ${expected} fibers, the ledger knows ${known}`);
  }
  return problems;
}

/** Every event starts its handler once, in the ledger and in the list of runs. */
function checkStarts(
  expected: readonly Story[],
  steps: readonly LedgerEntry[],
  runs: readonly RunWithHistory[],
): string[] {
  const problems: string[] = [];
  const inLedger = Map.groupBy(steps, ({ step }) => step.event);
  const listed = Map.groupBy(runs, (run) => run.eventId ?? driverOf(run));
  for (const { event, handler } of expected) {
    const entries = inLedger.get(event) ?? [];
    const started = new Set(entries.map(({ step }) => `${step.handler} ${step.run}`));
    if (started.size !== 1) problems.push(`${event} started ${started.size} runs: ${[...started].join()}`);
    if (entries.some(({ step }) => step.handler !== handler)) problems.push(`${event} started another handler`);
    const known = listed.get(event) ?? [];
    if (known.length !== 1) problems.push(`${event}: the server knows ${known.length} runs of it`);
    else if (known.some(({ id }) => id !== entries[0]?.step.run)) problems.push(`${event}: two runs have handled it`);
  }
  const names = new Set(expected.map(({ event }) => event));
  for (const event of new Set([...inLedger.keys(), ...listed.keys()])) {
    if (!names.has(event)) problems.push(`nobody sent ${event}, and it was handled`);
  }
  return problems;
}

/** The identity of a driver run is in its last line. */
function driverOf(run: RunWithHistory): string {
  return finishedLines(run)[0]?.split(" ").at(-1) ?? `a driver that never finished (${run.id})`;
}

function finishedLines({ history }: RunWithHistory): string[] {
  return history.flatMap(({ effect }) =>
    effect?.kind === "log" && effect.message.startsWith("finished ") ? [effect.message] : [],
  );
}

/** What the server says of a run, against what the ledger wrote down. */
function checkRun(run: RunWithHistory, steps: readonly LedgerEntry[]): string[] {
  const { id, history } = run;
  const problems: string[] = [];
  const name = `run ${id} (${run.trigger === "" ? "driver" : run.trigger} of ${run.eventId ?? "nothing"})`;
  if (run.state !== "succeeded") problems.push(`${name} is ${run.state}: ${JSON.stringify(run.error)}`);
  const lines = finishedLines(run).length;
  if (lines !== 1) problems.push(`${name} printed its last line ${lines} times`);
  for (const kind of ["started", "ended"] as const) {
    const count = history.filter((entry) => entry.kind === kind).length;
    if (count !== 1) problems.push(`${name} has ${count} entries "${kind}" in its history`);
  }
  problems.push(...checkHistory(name, history));
  const effects = history.flatMap(({ effect }) => (effect === undefined ? [] : [effect]));
  const calls = effects.filter((effect) => effect.kind === "call" && effect.input.includes("/steps"));
  const performed = new Set(steps.map(({ key }) => key)).size;
  if (calls.length !== performed) problems.push(`${name} asked for ${calls.length} steps and performed ${performed}`);
  return problems;
}

/** Each message went to one wait, in order, and none to a wait that lost. */
function checkMessages(story: Story, entries: readonly LedgerEntry[]): string[] {
  const steps = new Map(entries.map(({ step }) => [step.step, step]));
  const consumed = [...steps.values()].flatMap((step) => step.consumed ?? []);
  const poked = [...steps.values()].flatMap((step) => step.poked ?? []);
  const pokes = Array.from({ length: story.pokes }, (_, n) => n);
  const problems: string[] = [];
  if (consumed.join() !== story.consumes.join()) {
    problems.push(`${story.event}: was sent [${story.consumes.join()}] and received [${consumed.join()}]`);
  }
  if (poked.join() !== pokes.join())
    problems.push(`${story.event}: was poked ${pokes.length} times, got [${poked.join()}]`);
  for (const { counted, total } of steps.values()) {
    if (counted !== undefined && total !== (counted * (counted - 1)) / 2) {
      problems.push(`${story.event}: counted to ${counted} and got ${total}`);
    }
  }
  const counted = Math.max(0, ...[...steps.values()].map((step) => step.counted ?? 0));
  if (counted !== story.counts) problems.push(`${story.event}: counted to ${counted} of ${story.counts}`);
  return problems;
}
