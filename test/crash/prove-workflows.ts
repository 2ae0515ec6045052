/** The proof for workflows: what they were told, what the ledger wrote down and what the server says afterwards must agree. */
import type { HistoryEntry, RunDetails } from "../../src/core/run.ts";
import { checkHistory } from "./check-history.ts";
import { checkKeys } from "./check-keys.ts";
import type { CallReport, LedgerEntry } from "./ledger-entry.ts";
import { planOf, tickPlan, type Plan, type PlannedCall, type WorkflowStory } from "./workflow-plans.ts";

export interface WorkflowEvidence {
  stories: readonly WorkflowStory[];
  ledger: readonly LedgerEntry<CallReport>[];
  runs: readonly WorkflowRun[];
  /** Between two starts by the clock, in ms since 1970 and in UTC. */
  tickMs: number;
  /** So many times later than it was due, at most, is a run there that the clock has begun to start; 0 when absent. */
  lateTicks?: number;
  /** Until when there were starts by the clock, in ms since 1970. */
  tickedUntil: number;
}

export interface WorkflowRun extends Pick<RunDetails, "id" | "state" | "createdAt" | "parent" | "error"> {
  workflow: string;
  data: { story?: string; seen?: Record<string, number> };
  history: readonly HistoryEntry[];
}

type Entry = LedgerEntry<CallReport>;

/** Everything that is wrong; empty when all promises were kept. */
export function proveWorkflows({ stories, ledger, runs, ...clock }: WorkflowEvidence): string[] {
  const runsOf = Map.groupBy(runs, (run) => storyOf(run));
  const entriesOf = Map.groupBy(ledger, ({ step }) => step.story);
  const ticks = runs.filter(({ workflow }) => workflow === "tick");
  const known = new Set([...stories.map(({ story }) => story), ...ticks.map(({ id }) => id)]);
  const told = (name: string) => ({ runs: runsOf.get(name) ?? [], entries: entriesOf.get(name) ?? [] });
  const problems = [...checkKeys(ledger), ...checkTicks(ticks, clock)];
  for (const story of stories) problems.push(...checkStory(story, told(story.story)));
  for (const { id } of ticks) problems.push(...checkPlan(id, tickPlan, told(id)));
  for (const run of runs) problems.push(...checkHistory(nameOf(run), run.history), ...checkStarted(run));
  for (const name of new Set([...runsOf.keys(), ...entriesOf.keys()])) {
    if (!known.has(name)) problems.push(`nobody told ${name}, and workflows ran`);
  }
  return problems;
}

/** What has come of a story. */
interface Outcome {
  runs: readonly WorkflowRun[];
  /** In the order in which the ledger got them. */
  entries: readonly Entry[];
}

function storyOf({ id, workflow, data }: WorkflowRun): string {
  return workflow === "tick" ? id : (data.story ?? `no story (${workflow} ${id})`);
}

function nameOf({ workflow, id }: WorkflowRun): string {
  return `${workflow} ${id}`;
}

function checkStory(story: WorkflowStory, outcome: Outcome): string[] {
  const problems = checkPlan(story.story, planOf(story), outcome);
  const first = outcome.runs.find(({ workflow }) => workflow === story.kind);
  if (story.run !== undefined && first?.id !== story.run) {
    problems.push(`${story.story}: the server said that it has started ${story.run}, and it was ${first?.id}`);
  }
  const received = outcome.entries.findLast(({ step }) => step.received !== undefined)?.step.received ?? [];
  if (received.join() !== story.receives.join()) {
    problems.push(`${story.story}: was sent [${story.receives.join()}] and received [${received.join()}]`);
  }
  return problems;
}

function checkPlan(story: string, plan: Plan, { runs, entries }: Outcome): string[] {
  const problems: string[] = [];
  for (const [workflow, state] of Object.entries(plan.runs)) {
    const own = runs.filter((run) => run.workflow === workflow);
    if (own.length !== 1) problems.push(`${story} has ${own.length} runs of ${workflow}`);
    for (const run of own) {
      if (run.state !== state) {
        problems.push(`${story}: ${nameOf(run)} is ${run.state}, not ${state}: ${JSON.stringify(run.error)}`);
      }
    }
  }
  for (const run of runs) {
    if (plan.runs[run.workflow] === undefined) problems.push(`${story} has a run of ${run.workflow}`);
  }
  return [...problems, ...checkParents(story, plan, runs), ...checkCalls(story, plan, { runs, entries })];
}

function checkParents(story: string, { children }: Plan, runs: readonly WorkflowRun[]): string[] {
  const first = runs.find(({ workflow }) => !children.includes(workflow));
  return runs
    .filter(({ workflow, parent }) => parent?.runId !== (children.includes(workflow) ? first?.id : undefined))
    .map((run) => `${story}: the parent of ${nameOf(run)} is ${run.parent?.runId}`);
}

function checkCalls(story: string, { calls, runs: planned }: Plan, { runs, entries }: Outcome): string[] {
  const byCall = Map.groupBy(entries, ({ step }) => step.call);
  const problems: string[] = [];
  for (const name of byCall.keys()) {
    if (calls[name] === undefined) problems.push(`${story}: nobody asked for the call ${name}`);
  }
  for (const [name, call] of Object.entries(calls)) {
    const requests = byCall.get(name) ?? [];
    const run = runs.find(({ workflow }) => workflow === call.workflow);
    problems.push(...checkCall(`${story}: ${name}`, call, { requests, byCall, run }));
  }
  for (const run of runs) {
    if (planned[run.workflow] === "succeeded") problems.push(...checkData(story, calls, { run, byCall }));
  }
  return problems;
}

interface CallEvidence {
  requests: readonly Entry[];
  byCall: ReadonlyMap<string, readonly Entry[]>;
  /** Whose call it is. */
  run: WorkflowRun | undefined;
}

/** At least one request, all with one key, by the run, after the answers that it has to know. */
function checkCall(name: string, call: PlannedCall, { requests, byCall, run }: CallEvidence): string[] {
  const { refusedTries } = call;
  const problems: string[] = [];
  const first = requests[0];
  if (first === undefined) return [`${name} was never called`];
  const keys = new Set(requests.map(({ key }) => key));
  if (keys.size !== 1) problems.push(`${name} has ${keys.size} keys: ${[...keys].join()}`);
  const callers = new Set(requests.map(({ step }) => step.run));
  if (callers.size !== 1 || first.step.run !== run?.id) {
    problems.push(`${name} was called by ${[...callers].join()}, the run is ${run?.id}`);
  }
  if (refusedTries === undefined && answerTo(requests) === undefined) problems.push(`${name} was never answered`);
  if (refusedTries !== undefined && requests.length < refusedTries) {
    problems.push(`${name} was tried ${requests.length} times of ${refusedTries}`);
  }
  const { sees = {} } = first.step;
  if (Object.keys(sees).toSorted().join() !== call.sees.toSorted().join()) {
    problems.push(`${name} sees [${Object.keys(sees).join()}], it has to see [${call.sees.join()}]`);
  }
  for (const [other, number] of Object.entries(sees)) {
    const before = byCall.get(other) ?? [];
    if (answerTo(before) !== number) {
      problems.push(`${name} knows ${number} of ${other}, the ledger said ${answerTo(before)}`);
    }
    if (before.some((entry) => entry.number > first.number)) problems.push(`${other} was called again, after ${name}`);
  }
  return problems;
}

/** The last answer that was good: when that is lost too, the call is made again. */
function answerTo(requests: readonly Entry[]): number | undefined {
  return requests.findLast(({ answered }) => answered === 200)?.number;
}

/** A run ends with the answers to all of its calls in its data, and with nothing else. */
function checkData(
  story: string,
  calls: Plan["calls"],
  { run, byCall }: { run: WorkflowRun; byCall: CallEvidence["byCall"] },
): string[] {
  const own = Object.entries(calls).filter(([, { workflow }]) => workflow === run.workflow);
  const expected = own.flatMap(([name, { sees, refusedTries }]) => (refusedTries ? sees : [...sees, name]));
  const { seen = {} } = run.data;
  const problems: string[] = [];
  for (const name of new Set([...expected, ...Object.keys(seen)])) {
    const answer = expected.includes(name) ? answerTo(byCall.get(name) ?? []) : undefined;
    if (seen[name] === answer) continue;
    problems.push(`${story}: ${nameOf(run)} ends with ${seen[name]} for ${name}, the ledger said ${answer}`);
  }
  return problems;
}

/** No more than one start for a time at which one was due, and the clock has not stopped. */
function checkTicks(
  ticks: readonly WorkflowRun[],
  { tickMs, tickedUntil, lateTicks = 0 }: Pick<WorkflowEvidence, "tickMs" | "tickedUntil" | "lateTicks">,
): string[] {
  const problems: string[] = [];
  const times = new Set<number>();
  let before = -Infinity;
  let other = "";
  for (const { id, createdAt } of ticks.toSorted((a, b) => a.createdAt - b.createdAt)) {
    const time = Math.floor(createdAt / tickMs);
    times.add(time);
    before = Math.max(before + 1, time - lateTicks);
    if (before > time) problems.push(`the clock has started ${other},${id} for one time`);
    before = Math.min(before, time);
    other = id;
  }
  if (!times.has(Math.floor(tickedUntil / tickMs))) problems.push("the clock has started nothing in the end");
  return problems;
}

function checkStarted(run: WorkflowRun): string[] {
  const count = run.history.filter(({ kind }) => kind === "started").length;
  return count === 1 ? [] : [`${nameOf(run)} has ${count} entries "started" in its history`];
}
