/**
 * Conditions on runs of workflows. What columns tell becomes SQL: times, ids, states, and projects, names and versions, of which
 * there are few, so that any comparison of them is a list of numbers. Of what is sealed, equality is a look-up by digest; every
 * other comparison of it is made here, on the runs that the rest of the condition leaves over.
 */
import type { RunCondition, RunField } from "../../core/workflows.ts";
import { holds, type Leaf } from "../run/run-condition.ts";
import { statusName } from "./run-status.ts";
import { type LabelledField, labelledFields } from "./store/run-labels.ts";
import type { SqlCondition } from "./store/run-search.ts";
import type { Aggregates } from "./store/store.ts";
import { parseUuid } from "./store/uuid.ts";

/** Finds at least what the condition finds; `exact`: and nothing else. */
export interface CompiledCondition extends SqlCondition {
  exact: boolean;
}

const everything: CompiledCondition = { sql: "1", parameters: [], exact: true };
const nothing: CompiledCondition = { sql: "0", parameters: [], exact: true };
const unknown: CompiledCondition = { sql: "1", parameters: [], exact: false };

const timeColumns = { createdAt: "created_at", updatedAt: "updated_at", endedAt: "ended_at" } as const;
const operators = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** The condition as SQL, as far as it goes. */
export function compileCondition(data: Aggregates, condition: RunCondition | undefined): CompiledCondition {
  if (condition === undefined) return everything;
  switch (condition.kind) {
    case "and":
      return join(data, condition.of, " AND ", everything);
    case "or":
      return join(data, condition.of, " OR ", nothing);
    case "not": {
      const { sql, parameters, exact } = compileCondition(data, condition.of);
      return exact ? { sql: `NOT ${sql}`, parameters, exact } : unknown;
    }
    default:
      return compileLeaf(data, condition);
  }
}

function join(data: Aggregates, of: RunCondition[], word: string, none: CompiledCondition): CompiledCondition {
  if (of.length === 0) return none;
  const parts = of.map((each) => compileCondition(data, each));
  return {
    sql: `(${parts.map(({ sql }) => sql).join(word)})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
    exact: parts.every(({ exact }) => exact),
  };
}

function compileLeaf(data: Aggregates, leaf: Leaf): CompiledCondition {
  const { field } = leaf;
  switch (field) {
    case "createdAt":
    case "updatedAt":
    case "endedAt":
      return compileTime(timeColumns[field], leaf);
    case "state":
      return listed("status", [0, 1, 2, 3, 4, 5, 6, 7], (status) => holds(leaf, statusName(status)));
    case "project":
      return listed("project", data.names.ids(), (id) => holds(leaf, data.names.name(id)));
    case "name":
      return listed("version", data.definitions.workflowVersions(), (id) =>
        holds(leaf, data.definitions.version(id).workflow?.name),
      );
    case "version":
      return listed("version", data.definitions.workflowVersions(), (id) =>
        holds(leaf, data.definitions.version(id).workflow?.version),
      );
    case "id":
      return compileUuid("uuid = unhex(?)", leaf);
    case "parent":
      if (leaf.kind === "isNull")
        return { sql: `parent IS ${leaf.isNull ? "" : "NOT "}NULL`, parameters: [], exact: true };
      return compileUuid("coalesce(parent = (SELECT p.id FROM runs p WHERE p.uuid = unhex(?)), 0)", leaf);
    default:
      return compileSealed(data, field, leaf);
  }
}

function compileTime(column: string, leaf: Leaf): CompiledCondition {
  const compared = (sql: string, values: (string | number)[]): CompiledCondition => {
    const parameters = values.map(Number);
    return parameters.some(Number.isNaN) ? nothing : { sql: `coalesce(${column} ${sql}, 0)`, parameters, exact: true };
  };
  switch (leaf.kind) {
    case "isNull":
      return { sql: `${column} IS ${leaf.isNull ? "" : "NOT "}NULL`, parameters: [], exact: true };
    case "in":
      return compared(`IN (${leaf.values.map(() => "?").join(", ") || "NULL"})`, leaf.values);
    case "between":
      return compared("BETWEEN ? AND ?", [leaf.from, leaf.to]);
    case "compare":
      return leaf.operator === "like" ? nothing : compared(`${operators[leaf.operator]} ?`, [leaf.value]);
  }
}

/** A comparison of a column that has few values. */
function listed(column: string, domain: readonly number[], isWanted: (value: number) => boolean): CompiledCondition {
  const wanted = domain.filter(isWanted);
  return {
    sql: `${column} IN (${wanted.join(", ") || "NULL"})`.replace(/^.* IN \(NULL\)$/, "0"),
    parameters: [],
    exact: true,
  };
}

/** Equality with ids. `sql` compares with one of them. */
function compileUuid(sql: string, leaf: Leaf): CompiledCondition {
  const wanted = wantedValues(leaf);
  if (wanted === undefined) return unknown;
  const parameters = wanted.flatMap((value) => parseUuid(String(value)) ?? []);
  if (parameters.length === 0) return nothing;
  return { sql: `(${parameters.map(() => sql).join(" OR ")})`, parameters, exact: true };
}

function compileSealed(data: Aggregates, field: RunField, leaf: Leaf): CompiledCondition {
  const wanted = wantedValues(leaf);
  const isLabelled = (name: string): name is LabelledField => (labelledFields as readonly string[]).includes(name);
  if (wanted === undefined || !isLabelled(field)) return unknown;
  const parameters = wanted.flatMap((value) => data.labels.digests(field, String(value)));
  if (parameters.length === 0) return nothing;
  const list = parameters.map(() => "unhex(?)").join(", ");
  return { sql: `id IN (SELECT run FROM run_labels WHERE label IN (${list}))`, parameters, exact: true };
}

function wantedValues(leaf: Leaf): (string | number)[] | undefined {
  if (leaf.kind === "in") return leaf.values;
  return leaf.kind === "compare" && leaf.operator === "eq" ? [leaf.value] : undefined;
}
