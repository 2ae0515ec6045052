/**
 * Conditions on runs of workflows as queries for Temporal's lists: equality with what there are labels for, states, ids and times.
 * A query finds at least what its condition finds; the rest is judged on what is found.
 */
import { type RunState, runStates } from "../../../core/run.ts";
import type { RunCondition } from "../../../core/workflows.ts";
import { holds, type Leaf } from "../../run/run-condition.ts";
import { workflowIds } from "../protocol/names.ts";
import { visibility } from "./executions.ts";
import { inStates, labelled, type ListContext } from "./run-list.ts";
import { parseRunId } from "./run-ids.ts";

/** `exact`: it finds what the condition finds, and nothing else. */
export type RunQuery =
  | { kind: "some"; text: string; exact: boolean }
  | { kind: "all"; exact: boolean }
  | { kind: "none" };

type QueryContext = Pick<ListContext, "registry" | "taskQueue">;

const everything: RunQuery = { kind: "all", exact: true };
/** It cannot be told here. */
const unknown: RunQuery = { kind: "all", exact: false };
const nothing: RunQuery = { kind: "none" };

/** The clocks of processes differ, and Temporal's times are finer than ours. */
const clockSlackMs = 60_000;
/** Values in one comparison; more are judged on what is found. */
const mostValues = 100;

export function runQuery(context: QueryContext, condition: RunCondition | undefined): RunQuery {
  if (condition === undefined) return everything;
  switch (condition.kind) {
    case "and":
      return both(condition.of.map((each) => runQuery(context, each)));
    case "or":
      return either(condition.of.map((each) => runQuery(context, each)));
    case "not":
      return negated(runQuery(context, condition.of));
    default:
      return leafQuery(context, condition);
  }
}

function both(parts: readonly RunQuery[]): RunQuery {
  if (parts.some(({ kind }) => kind === "none")) return nothing;
  const exact = parts.every((part) => part.kind !== "none" && part.exact);
  const texts = parts.flatMap((part) => (part.kind === "some" ? [part.text] : []));
  if (texts.length === 0) return { kind: "all", exact };
  return { kind: "some", text: texts.length === 1 ? texts[0]! : `(${texts.join(" AND ")})`, exact };
}

function either(parts: readonly RunQuery[]): RunQuery {
  const some = parts.filter((part) => part.kind !== "none");
  if (some.length === 0) return nothing;
  const all = some.filter(({ kind }) => kind === "all");
  if (all.length > 0) return { kind: "all", exact: all.some(({ exact }) => exact) };
  const texts = some.flatMap((part) => (part.kind === "some" ? [part.text] : []));
  const exact = some.every((part) => part.exact);
  return { kind: "some", text: texts.length === 1 ? texts[0]! : `(${texts.join(" OR ")})`, exact };
}

function negated(query: RunQuery): RunQuery {
  if (query.kind === "none") return everything;
  if (!query.exact) return unknown;
  return query.kind === "all" ? nothing : { kind: "some", text: `NOT (${query.text})`, exact: true };
}

function leafQuery(context: QueryContext, leaf: Leaf): RunQuery {
  const { field } = leaf;
  switch (field) {
    case "state":
      return stateQuery(runStates.filter((state) => holds(leaf, state)));
    case "createdAt":
    case "updatedAt":
    case "endedAt":
      return timeQuery(field, leaf);
    case "id":
      return idQuery(context, leaf);
    case "name":
      return labelQuery(context, "workflow", leaf, true);
    case "project":
    case "version":
      return labelQuery(context, field, leaf, true);
    default:
      return labelQuery(context, field, leaf, false);
  }
}

function stateQuery(states: readonly RunState[]): RunQuery {
  if (states.length === 0) return nothing;
  if (states.length === runStates.length) return everything;
  return { kind: "some", text: inStates(states), exact: true };
}

/** What a run has at any time is compared with null. */
function ofAlwaysThere(leaf: Leaf): RunQuery | undefined {
  if (leaf.kind !== "isNull") return undefined;
  return leaf.isNull ? nothing : everything;
}

function idQuery({ taskQueue }: QueryContext, leaf: Leaf): RunQuery {
  const wanted = wantedValues(leaf);
  if (wanted === undefined) return ofAlwaysThere(leaf) ?? unknown;
  const ids = wanted.flatMap((value) => parseRunId(String(value)) ?? []);
  if (ids.length === 0) return nothing;
  const workflows = ids.map((id) => workflowIds.run(taskQueue, id));
  return { kind: "some", text: visibility.oneOf("WorkflowId", workflows), exact: true };
}

function labelQuery(
  context: QueryContext,
  kind: Parameters<typeof labelled>[1],
  leaf: Leaf,
  isAlwaysThere: boolean,
): RunQuery {
  const wanted = wantedValues(leaf);
  if (wanted === undefined) return (isAlwaysThere ? ofAlwaysThere(leaf) : undefined) ?? unknown;
  const [first, ...more] = wanted.map(String);
  if (first === undefined) return nothing;
  return { kind: "some", text: labelled(context, kind, first, ...more), exact: true };
}

function wantedValues(leaf: Leaf): readonly (string | number)[] | undefined {
  if (leaf.kind === "in") return leaf.values.length > mostValues ? undefined : leaf.values;
  return leaf.kind === "compare" && leaf.operator === "eq" ? [leaf.value] : undefined;
}

/**
 * A workflow may have begun after its run, in another execution, and never before it. Of a run that has ended, its workflow ended
 * then too. When an open one was last heard of is not indexed.
 */
function timeQuery(field: "createdAt" | "updatedAt" | "endedAt", leaf: Leaf): RunQuery {
  if (leaf.kind === "isNull") {
    if (field !== "endedAt") return ofAlwaysThere(leaf)!;
    return { kind: "some", text: leaf.isNull ? visibility.isOpen : visibility.hasEnded, exact: true };
  }
  const [from, to] = boundsOf(leaf);
  if (Number.isNaN(from) || Number.isNaN(to)) return unknown;
  const parts: string[] = [];
  const attribute = field === "endedAt" ? "CloseTime" : "StartTime";
  if (field !== "updatedAt" && isTime(from)) parts.push(visibility.compared(attribute, ">=", from - clockSlackMs));
  if (field === "endedAt" && isTime(to)) parts.push(visibility.compared(attribute, "<=", to + clockSlackMs));
  if (parts.length === 0) return unknown;
  return { kind: "some", text: parts.length === 1 ? parts[0]! : `(${parts.join(" AND ")})`, exact: false };
}

/** Within what Temporal takes for a time. */
function isTime(time: number): boolean {
  return time > clockSlackMs && time < Date.UTC(9999, 0);
}

function boundsOf(leaf: Exclude<Leaf, { kind: "isNull" }>): [from: number, to: number] {
  switch (leaf.kind) {
    case "in":
      return [Math.min(...leaf.values.map(Number)), Math.max(...leaf.values.map(Number))];
    case "between":
      return [Number(leaf.from), Number(leaf.to)];
    case "compare": {
      const value = Number(leaf.value);
      if (leaf.operator === "eq") return [value, value];
      if (leaf.operator === "gt" || leaf.operator === "gte") return [value, Infinity];
      return leaf.operator === "like" ? [Number.NaN, Number.NaN] : [-Infinity, value];
    }
  }
}
