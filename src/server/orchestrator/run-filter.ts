/** Filters on instances as conditions on runs. */
import type { RunCondition, RunField } from "../../core/workflows.ts";
import { type Filter, invalid, rangeOf } from "./filter.ts";
import { instanceStates, runStatesOf } from "./states.ts";

type FieldFilter = Extract<Filter, { kind: "field" }>;

/** Fields of instances by the names that clients use. */
const fields: ReadonlyMap<string, RunField> = new Map<string, RunField>([
  ["id", "id"],
  ["processId", "name"],
  ["workflowId", "name"],
  ["processName", "name"],
  ["version", "version"],
  ["processVersion", "version"],
  ["state", "state"],
  ["status", "state"],
  ["start", "createdAt"],
  ["end", "endedAt"],
  ["lastUpdate", "updatedAt"],
  ["businessKey", "businessKey"],
  ["project", "project"],
  ["parentProcessInstanceId", "parent"],
  ["identity", "identity"],
  ["createdBy", "identity"],
  ["initiatorEntity", "initiatorEntity"],
  ["targetEntity", "targetEntity"],
  ["variables.initiatorEntity", "initiatorEntity"],
  ["variables.targetEntity", "targetEntity"],
]);

const times = new Set<RunField>(["createdAt", "endedAt", "updatedAt"]);

/** Throws REQUEST_INVALID for a field that there is not. */
export function runField(name: string): RunField {
  const field = fields.get(name);
  if (field !== undefined) return field;
  throw invalid(
    `there is no field ${JSON.stringify(name)} of instances: it has to be one of ${[...fields.keys()].join(", ")}`,
  );
}

/** Throws REQUEST_INVALID. */
export function runCondition(filter: Filter): RunCondition {
  if (filter.kind === "field") return fieldCondition(filter);
  const of = filter.filters.map(runCondition);
  if (filter.kind !== "not") return { kind: filter.kind, of };
  return { kind: "not", of: of.length === 1 ? of[0]! : { kind: "or", of } };
}

function fieldCondition(filter: FieldFilter): RunCondition {
  const field = runField(filter.field);
  const { operator, value } = filter;
  if (operator === "IS_NULL") return { kind: "isNull", field, isNull: value !== false && value !== "false" };
  if (field === "state") return stateCondition(filter);
  const scalar = (given: unknown): string | number => scalarOf(given, field, filter.field);
  switch (operator) {
    case "IN":
      return { kind: "in", field, values: listOf(filter).map(scalar) };
    case "BETWEEN": {
      const { from, to } = rangeOf(filter);
      return { kind: "between", field, from: scalar(from), to: scalar(to) };
    }
    case "LIKE":
      if (times.has(field)) throw invalid(`LIKE does not fit ${filter.field}, which is a time`);
      return { kind: "compare", field, operator: "like", value: String(scalar(value)).replaceAll("*", "%") };
    default:
      return { kind: "compare", field, operator: lowerCase(operator), value: scalar(value) };
  }
}

function lowerCase(operator: "EQ" | "GT" | "GTE" | "LT" | "LTE"): "eq" | "gt" | "gte" | "lt" | "lte" {
  return operator.toLowerCase() as "eq" | "gt" | "gte" | "lt" | "lte";
}

/** States are compared as wholes: one of theirs may be several of ours. */
function stateCondition(filter: FieldFilter): RunCondition {
  const { operator, field } = filter;
  if (operator !== "EQ" && operator !== "IN") throw invalid(`${operator} does not fit ${field}: it takes EQ and IN`);
  const values = operator === "IN" ? listOf(filter) : [filter.value];
  const states = values.flatMap((value) => {
    const found = typeof value === "string" ? runStatesOf(value) : undefined;
    if (found !== undefined) return found;
    throw invalid(`there is no state ${JSON.stringify(value)}: it has to be one of ${instanceStates.join(", ")}`);
  });
  return { kind: "in", field: "state", values: states };
}

function listOf({ field, value }: FieldFilter): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(`IN of ${field} needs a list`);
}

/** Times are ISO 8601 texts, or ms since 1970. */
function scalarOf(value: unknown, field: RunField, name: string): string | number {
  if (times.has(field)) {
    const time = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw invalid(`${JSON.stringify(value)} is no time for ${name}: write it as ISO 8601`);
    return time;
  }
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw invalid(`${JSON.stringify(value)} is no value for ${name}: it has to be a text`);
}
