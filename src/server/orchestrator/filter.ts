/** The Orchestrator's filters: logical ones, nested ones, and conditions on fields. */
import { Type } from "typebox";
import { AutoFlowError } from "../../core/errors.ts";
import { isObject } from "../../events/body-fields.ts";

export const fieldOperators = ["EQ", "GT", "GTE", "LT", "LTE", "IN", "IS_NULL", "LIKE", "BETWEEN"] as const;

export type FieldOperator = (typeof fieldOperators)[number];

/** A filter that was read; nested fields are joined with dots. */
export type Filter =
  | { kind: "and" | "or" | "not"; filters: Filter[] }
  | { kind: "field"; field: string; operator: FieldOperator; value: unknown };

export const filterSchema = Type.Object(
  {
    operator: Type.Optional(
      Type.String({
        description: `AND, OR or NOT with \`filters\`; or with \`field\` one of ${fieldOperators.join(", ")}.`,
      }),
    ),
    filters: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
    field: Type.Optional(Type.String()),
    value: Type.Optional(Type.Unknown({ description: "For IN a list, for BETWEEN `[from, to]` or `{from, to}`." })),
    nested: Type.Optional(
      Type.Object({}, { additionalProperties: true, description: "A filter on what `field` holds." }),
    ),
  },
  { additionalProperties: true, description: "A condition; it may hold others." },
);

const maxDepth = 20;
const maxConditions = 200;

/** Throws REQUEST_INVALID saying what is wrong with it. */
export function readFilter(given: unknown): Filter {
  let conditions = 0;
  return read(given, "filters", "", 0);

  function read(filter: unknown, at: string, prefix: string, depth: number): Filter {
    if (!isObject(filter)) throw invalid(`${at} is no filter: it has to be an object`);
    if (depth > maxDepth || ++conditions > maxConditions) throw invalid("the filter is too large");
    const { operator, field, filters, nested, value } = filter;
    const name = typeof operator === "string" ? operator.toUpperCase() : "";
    if (nested !== undefined) {
      return read(nested, `${at}.nested`, `${prefix}${text(field, `${at}.field`)}.`, depth + 1);
    }
    if (name === "AND" || name === "OR" || name === "NOT") {
      const parts = Array.isArray(filters) ? filters : filters === undefined ? [] : [filters];
      if (parts.length === 0) throw invalid(`${at} is ${name} of nothing: it needs filters`);
      const found = parts.map((part, i) => read(part, `${at}.filters[${i}]`, prefix, depth + 1));
      return { kind: name.toLowerCase() as "and" | "or" | "not", filters: found };
    }
    const known = fieldOperators.find((each) => each === name);
    if (known === undefined) {
      throw invalid(
        `${at}.operator is ${JSON.stringify(operator)}: it has to be AND, OR, NOT, ${fieldOperators.join(", ")}`,
      );
    }
    return { kind: "field", field: prefix + text(field, `${at}.field`), operator: known, value };
  }
}

function text(value: unknown, at: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(`${at} has to be the name of a field`);
}

export function invalid(message: string): AutoFlowError {
  return new AutoFlowError("REQUEST_INVALID", message, { hint: "See /openapi.json for filters." });
}

/** The two ends of a BETWEEN. */
export function rangeOf({ field, value }: { field: string; value: unknown }): { from: unknown; to: unknown } {
  if (Array.isArray(value) && value.length === 2) return { from: value[0], to: value[1] };
  if (isObject(value) && value["from"] !== undefined && value["to"] !== undefined) {
    return { from: value["from"], to: value["to"] };
  }
  throw invalid(`BETWEEN of ${field} needs [from, to] or {from, to}`);
}
