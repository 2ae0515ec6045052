/**
 * Finds runs of workflows. What Temporal's lists can tell narrows them down; the rest of a condition, and the order, is judged on
 * the memos of what is left over, page by page. Memory holds what is answered, not what is looked through.
 */
import type { RunField, SearchRuns, WorkflowRun } from "../../../core/workflows.ts";
import { compareValues, type FieldValue, passes } from "../../run/run-condition.ts";
import { compareVersions } from "../../run/workflow-index.ts";
import { countExecutions, type Execution, listExecutions, visibility } from "./executions.ts";
import { forEachOf } from "./reach.ts";
import { labelled, type ListContext, withoutReopened } from "./run-list.ts";
import { runQuery } from "./run-query.ts";
import { runSummary } from "./run-views.ts";
import type { Runs } from "./runs.ts";

const defaultLimit = 50;
const mostAtATime = 1000;
/** Executions that are read at a time. */
const executionsPage = 1000;
/** Runs that are looked into at a time, and how long a worker has for it. */
const lookedIntoAtATime = 8;
const lookLimitMs = 2000;
/** All of a page are looked into within this time; what is not known by then is left out. */
const pageLimitMs = 6000;

/** The newest are looked for in stretches of time, which begin with this one, back from now. */
const firstStretchMs = 10_000;
const stretchGrowth = 4;
/** The clocks of processes differ. */
const clockSlackMs = 60_000;

const newestFirst = { field: "createdAt", descending: true } as const;

/** Runs of workflows that pass a condition: a page of them, and how many there are. */
export async function searchRuns(
  context: ListContext,
  runs: Runs,
  { where, orderBy = newestFirst, offset = 0, limit = defaultLimit }: SearchRuns,
): Promise<{ runs: WorkflowRun[]; total: number }> {
  const until = offset + Math.min(limit, mostAtATime);
  const narrowed = runQuery(context, where);
  if (narrowed.kind === "none") return { runs: [], total: 0 };
  const parts = [visibility.runs(context.taskQueue), labelled(context, "is", "workflow")];
  if (narrowed.kind === "some") parts.push(narrowed.text);
  const query = parts.join(" AND ");
  const again = await countExecutions(
    context,
    `${visibility.runs(context.taskQueue)} AND ${labelled(context, "is", "again")}`,
  );
  if (again === 0 && narrowed.exact && orderBy.field === "createdAt" && orderBy.descending) {
    const total = await countExecutions(context, query);
    if (total > executionsPage) {
      const newest = await newestExecutions(context, query, until, total);
      return { runs: await lookInto(runs, newest.slice(offset)), total };
    }
  }
  const best = new Best(inOrder(orderBy), until);
  for await (const page of pagesOf(context, query)) {
    const current = again === 0 ? page : await withoutReopened(context, page);
    for (const execution of current) {
      const value = (field: RunField): FieldValue => fieldOf(execution, field);
      if (where === undefined || passes(where, value)) best.add(execution);
    }
  }
  return { runs: await lookInto(runs, best.from(offset)), total: best.seen };
}

/** Each with its data: as it stands, or as it ended. */
async function lookInto(runs: Runs, executions: readonly Execution[]): Promise<WorkflowRun[]> {
  const until = Date.now() + pageLimitMs;
  return forEachOf(executions, lookedIntoAtATime, async (execution) => {
    const { workflow, starter } = execution.about;
    const view = Date.now() < until ? await runs.viewOf(execution, lookLimitMs) : undefined;
    const run: WorkflowRun = { ...runSummary(execution, view), name: workflow!.name, version: workflow!.version };
    if (starter !== undefined) run.starter = starter;
    const data = view?.data ?? (run.state === "succeeded" ? view?.value : undefined);
    if (data !== undefined) run.data = data;
    return run;
  });
}

async function* pagesOf(context: ListContext, query: string): AsyncGenerator<Execution[]> {
  for (let token: Uint8Array | undefined, more = true; more;) {
    const page = await listExecutions(context, query, executionsPage, token);
    yield page.executions;
    token = page.next;
    more = token !== undefined;
  }
}

/**
 * The newest of many runs, without looking at all of them. A list has no order of ours; but an execution never begins before its
 * run, so that a stretch of time in which executions began has all runs of that time which have not been carried over since, and
 * those that have were met in a later stretch.
 */
async function newestExecutions(
  context: ListContext,
  query: string,
  wanted: number,
  total: number,
): Promise<Execution[]> {
  const newest = new Best(inOrder(newestFirst), wanted);
  let to = Date.now() + clockSlackMs;
  for (let stretch = firstStretchMs; to > 0; stretch *= stretchGrowth) {
    const from = Math.max(0, to - stretch);
    const within = `${visibility.compared("StartTime", ">=", from)} AND ${visibility.compared("StartTime", "<", to)}`;
    for await (const page of pagesOf(context, `${query} AND ${within}`)) for (const each of page) newest.add(each);
    const sure = newest.from(0).filter(({ about }) => about.createdAt >= from + clockSlackMs);
    if (sure.length >= wanted || newest.seen >= total) break;
    to = from;
  }
  return newest.from(0);
}

/** The first of many in an order. */
class Best {
  readonly #compare: (a: Execution, b: Execution) => number;
  readonly #most: number;
  #kept: Execution[] = [];
  seen = 0;

  constructor(compare: (a: Execution, b: Execution) => number, most: number) {
    this.#compare = compare;
    this.#most = most;
  }

  add(execution: Execution): void {
    this.seen++;
    this.#kept.push(execution);
    if (this.#kept.length >= 2 * this.#most + executionsPage) this.#kept = this.from(0);
  }

  from(offset: number): Execution[] {
    return this.#kept.toSorted(this.#compare).slice(offset, this.#most);
  }
}

function inOrder({ field, descending }: NonNullable<SearchRuns["orderBy"]>): (a: Execution, b: Execution) => number {
  const compare = field === "version" ? compareVersionKeys : compareKeys;
  const sign = descending ? -1 : 1;
  const byCreation = (a: Execution, b: Execution): number =>
    a.about.createdAt - b.about.createdAt || compareValues(a.runId, b.runId);
  return (a, b) => sign * (compare(fieldOf(a, field), fieldOf(b, field)) || byCreation(a, b));
}

/** What is not there comes first. */
function compareKeys(a: FieldValue, b: FieldValue): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  return compareValues(a, b);
}

function compareVersionKeys(a: FieldValue, b: FieldValue): number {
  return compareVersions(String(a ?? ""), String(b ?? ""));
}

function fieldOf(execution: Execution, field: RunField): FieldValue {
  const { about } = execution;
  switch (field) {
    case "id":
      return execution.runId;
    case "project":
      return about.project;
    case "name":
      return about.workflow?.name;
    case "version":
      return about.workflow?.version;
    case "state":
      return execution.state;
    case "createdAt":
      return about.createdAt;
    case "updatedAt":
      return execution.endedAt ?? execution.live?.updatedAt ?? execution.startedAt;
    case "endedAt":
      return execution.endedAt;
    case "parent":
      return about.starter?.parent?.runId;
    default:
      return about.starter?.[field];
  }
}
