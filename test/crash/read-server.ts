/** What the server says of its runs and events once all is over. */
import type { EventView, Page } from "../../src/core/engine.ts";
import type { HistoryEntry, RunDetails, RunSummary } from "../../src/core/run.ts";
import { pause } from "../support/eventually.ts";
import type { RunWithHistory } from "./prove.ts";
import type { WorkflowRun } from "./prove-workflows.ts";

export interface ServerView {
  /** Ids of all events. */
  events: string[];
  /** Of scripts. */
  runs: RunWithHistory[];
  workflowRuns: WorkflowRun[];
  /** Ids of runs that the clock has started later, and which may be open. */
  ignored: ReadonlySet<string>;
}

/** The workflow that the clock starts. */
const clockwork = "tick.sw.yaml";

/**
 * Waits until nothing is open, except for what the clock has started since it last did; answers when that was, in ms since 1970.
 * A suspended run stays what it is.
 */
export async function settle(url: string, longestMs: number, problem: (text: string) => void): Promise<number> {
  const end = Date.now() + longestMs;
  const until = await nextTick(url, end);
  for (;;) {
    const open = await getJson<Page<RunSummary>>(`${url}/api/v1/runs?limit=20&state=queued,running,waiting,cancelling`);
    const stuck = open.items.filter((run) => !isLater(run, until));
    const lag = await eventLag(url);
    if (stuck.length === 0 && lag === 0) return until;
    if (Date.now() > end) {
      problem(`still open, and ${lag} events to dispatch: ${JSON.stringify(stuck)}`);
      return until;
    }
    await pause(200);
  }
}

/** When the clock's next run was made; the end when it makes none. */
async function nextTick(url: string, end: number): Promise<number> {
  const now = Date.now();
  while (Date.now() < end) {
    const { items } = await getJson<Page<RunSummary>>(`${url}/api/v1/runs?limit=1&definition=${clockwork}`);
    const createdAt = items[0]?.createdAt ?? 0;
    if (createdAt > now) return createdAt;
    await pause(100);
  }
  return end;
}

function isLater({ definition, createdAt }: RunSummary, until: number): boolean {
  return definition === clockwork && createdAt > until;
}

/** On Temporal an event is answered once it is dispatched, and there is no such number. */
async function eventLag(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^autoflow_event_lag\S* (\d+)/m.exec(metrics)?.[1] ?? 0);
}

/** All events and runs, except for runs that the clock has started later than that. */
export async function readServer(url: string, until: number): Promise<ServerView> {
  const runs: RunWithHistory[] = [];
  const workflowRuns: WorkflowRun[] = [];
  const ignored = new Set<string>();
  for await (const run of readPages<RunSummary>(`${url}/api/v1/runs`)) {
    if (isLater(run, until)) ignored.add(run.id);
    else if (run.definition.endsWith(".sw.yaml")) workflowRuns.push(await readWorkflowRun(url, run.id));
    else runs.push({ ...run, history: await readHistory(url, run.id) });
  }
  return { events: await readEvents(url), runs, workflowRuns, ignored };
}

async function readWorkflowRun(url: string, id: string): Promise<WorkflowRun> {
  const { workflow, data = "{}", ...run } = await getJson<RunDetails>(`${url}/api/v1/runs/${id}`);
  return {
    ...run,
    workflow: workflow?.name ?? "no workflow",
    data: JSON.parse(data) as WorkflowRun["data"],
    history: await readHistory(url, id),
  };
}

async function readEvents(url: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { attributes } of readPages<EventView>(`${url}/api/v1/events`)) ids.push(attributes.id);
  return ids;
}

async function* readPages<T>(route: string): AsyncGenerator<T> {
  let cursor = "";
  do {
    const page = await getJson<Page<T>>(`${route}?limit=500${cursor}`);
    yield* page.items;
    cursor = page.next === undefined ? "" : `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor !== "");
}

async function readHistory(url: string, id: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (;;) {
    const after = entries.at(-1)?.seq ?? 0;
    const { items } = await getJson<Page<HistoryEntry>>(`${url}/api/v1/runs/${id}/history?limit=500&after=${after}`);
    if (items.length === 0) return entries;
    entries.push(...items);
  }
}

/** On Temporal a busy machine answers some questions too late, and says so: they are asked again, but not for ever. */
const mostTries = 8;

async function getJson<T>(url: string): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url);
    if (answer.ok) return (await answer.json()) as T;
    const text = await answer.text();
    if (answer.status !== 503 || attempt === mostTries) throw new Error(`${url}: ${answer.status} ${text}`);
    await pause(500);
  }
}
