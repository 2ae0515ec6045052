/**
 * Finds and counts runs of workflows. A condition on columns, or equality with what is sealed, costs what SQLite takes for an
 * index scan of the workflows' runs; another condition on what is sealed opens the starter of every run that the rest leaves over,
 * some thousand at a time between which everything else goes on.
 */
import type { RunState } from "../../core/run.ts";
import type { Starter } from "../../core/program.ts";
import type { RunField, SearchRuns, WorkflowRun, WorkflowStatistics } from "../../core/workflows.ts";
import type { Core } from "./core.ts";
import { type FieldValue, compareValues, passes } from "../run/run-condition.ts";
import { compileCondition } from "./run-conditions.ts";
import { statusName } from "./run-status.ts";
import type { Candidate, OrderColumn } from "./store/run-search.ts";
import type { StoredRun } from "./store/runs.ts";
import { formatUuid } from "./store/uuid.ts";
import { currentData, runSummary } from "./views.ts";
import { compareVersions } from "../run/workflow-index.ts";

const defaultLimit = 50;
const mostAtATime = 1000;
const candidatesPage = 2000;
const monthMs = 30 * 86_400_000;

const orderColumns: Partial<Record<RunField, OrderColumn>> = {
  createdAt: "created_at",
  updatedAt: "updated_at",
  endedAt: "ended_at",
  id: "uuid",
};

const newestFirst = { field: "createdAt", descending: true } as const;

/** Runs of workflows that pass a condition: a page of them, and how many there are. */
export async function searchRuns(core: Core, query: SearchRuns): Promise<{ runs: WorkflowRun[]; total: number }> {
  const { where, orderBy = newestFirst, offset = 0 } = query;
  const limit = Math.min(query.limit ?? defaultLimit, mostAtATime);
  const condition = compileCondition(core.data, where);
  const column = orderColumns[orderBy.field];
  const found = (ids: number[]): WorkflowRun[] => ids.flatMap((id) => workflowRun(core, core.data.runs.find(id)));
  if (condition.exact && column !== undefined) {
    const ids = core.data.search.ids(condition, { column, descending: orderBy.descending }, offset, limit);
    return { runs: found(ids), total: core.data.search.count(condition) };
  }
  const all: { id: number; key: FieldValue }[] = [];
  for (let after = 0; ;) {
    const page = core.data.search.candidates(condition, after, candidatesPage);
    for (const candidate of page) {
      const value = fieldsOf(core, candidate);
      if (where === undefined || passes(where, value)) all.push({ id: candidate.id, key: value(orderBy.field) });
    }
    if (page.length < candidatesPage) break;
    after = page.at(-1)!.id;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const compare = orderBy.field === "version" ? compareVersionKeys : compareKeys;
  const sign = orderBy.descending ? -1 : 1;
  all.sort((a, b) => sign * (compare(a.key, b.key) || a.id - b.id));
  return { runs: found(all.slice(offset, offset + limit).map(({ id }) => id)), total: all.length };
}

/** What is not there comes first. */
function compareKeys(a: FieldValue, b: FieldValue): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  return compareValues(a, b);
}

function compareVersionKeys(a: FieldValue, b: FieldValue): number {
  return compareVersions(String(a ?? ""), String(b ?? ""));
}

/** The fields of a run, each looked up when it is asked for. */
function fieldsOf({ data }: Core, candidate: Candidate): (field: RunField) => FieldValue {
  let starter: Starter | undefined;
  return (field) => {
    switch (field) {
      case "id":
        return formatUuid(candidate.uuid);
      case "project":
        return data.names.name(candidate.project);
      case "name":
        return data.definitions.version(candidate.version).workflow?.name;
      case "version":
        return data.definitions.version(candidate.version).workflow?.version;
      case "state":
        return statusName(candidate.status);
      case "createdAt":
      case "updatedAt":
      case "endedAt":
        return candidate[field];
      default: {
        if (candidate.starter === undefined) return undefined;
        starter ??= JSON.parse(candidate.starter) as Starter;
        return field === "parent" ? starter.parent?.runId : starter[field];
      }
    }
  };
}

function workflowRun(core: Core, row: StoredRun | undefined): WorkflowRun[] {
  const workflow = row === undefined ? undefined : core.data.definitions.version(row.version).workflow;
  if (row === undefined || workflow === undefined) return [];
  const run: WorkflowRun = { ...runSummary(core, row), name: workflow.name, version: workflow.version };
  if (row.starter !== undefined) run.starter = row.starter;
  const data = currentData(core, row);
  if (data !== undefined) run.data = data;
  return [run];
}

/** Of every workflow that is active or has runs, by name and version. */
export function workflowStatistics(core: Core, project: string | undefined): WorkflowStatistics[] {
  const { definitions, names, runs, search } = core.data;
  const found = new Map<string, WorkflowStatistics & { ended: number; durationMs: number; lastId: number }>();
  const of = (name: string, version: string) => {
    const key = JSON.stringify([name, version]);
    let each = found.get(key);
    if (each === undefined)
      found.set(key, (each = { name, version, runsByState: {}, runsLastMonth: 0, ended: 0, durationMs: 0, lastId: 0 }));
    return each;
  };
  for (const entry of core.starts.workflows.all()) {
    if (project === undefined || entry.project === project || entry.project === "*")
      of(entry.workflow.name, entry.workflow.version);
  }
  const projectId = project === undefined ? undefined : (names.find(project) ?? -1);
  for (const count of search.counts(projectId, core.now - monthMs)) {
    const workflow = definitions.version(count.version).workflow;
    if (workflow === undefined) continue;
    const each = of(workflow.name, workflow.version);
    const state: RunState = statusName(count.status);
    each.runsByState[state] = (each.runsByState[state] ?? 0) + count.runs;
    each.runsLastMonth += count.recent;
    each.durationMs += count.durationMs;
    if (state === "succeeded" || state === "failed" || state === "cancelled") each.ended += count.runs;
    if (count.last.id > each.lastId) each.lastId = count.last.id;
  }
  return [...found.values()]
    .toSorted((a, b) => compareValues(a.name, b.name) || compareVersions(a.version, b.version))
    .map(({ ended, durationMs, lastId, ...statistics }) => {
      const last = lastId === 0 ? undefined : runs.find(lastId);
      if (ended > 0) statistics.meanDurationMs = durationMs / ended;
      if (last !== undefined) statistics.last = { runId: last.uuid, state: last.status, createdAt: last.createdAt };
      return statistics;
    });
}
