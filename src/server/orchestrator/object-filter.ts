/** Filters on plain objects that are in memory. */
import { fieldAt } from "../../core/filter.ts";
import { type Filter, invalid, rangeOf } from "./filter.ts";

/** Whether an object passes a filter. Throws REQUEST_INVALID where the filter does not fit. */
export function passes(object: object, filter: Filter): boolean {
  switch (filter.kind) {
    case "and":
      return filter.filters.every((part) => passes(object, part));
    case "or":
      return filter.filters.some((part) => passes(object, part));
    case "not":
      return !filter.filters.some((part) => passes(object, part));
    case "field":
      return passesField(object, filter);
  }
}

function passesField(object: object, filter: Extract<Filter, { kind: "field" }>): boolean {
  const { field, operator, value } = filter;
  const found = fieldAt(object, field.split(".")) ?? null;
  switch (operator) {
    case "IS_NULL":
      return (found === null) === (value !== false && value !== "false");
    case "EQ":
      return found === value || (found !== null && textOf(found) === textOf(value));
    case "IN":
      if (!Array.isArray(value)) throw invalid(`IN of ${field} needs a list`);
      return value.some((one) => one === found || (found !== null && textOf(one) === textOf(found)));
    case "LIKE":
      return found !== null && likePattern(textOf(value)).test(textOf(found));
    case "BETWEEN": {
      const { from, to } = rangeOf(filter);
      return order(found, from) >= 0 && order(found, to) <= 0;
    }
    case "GT":
      return order(found, value) > 0;
    case "GTE":
      return order(found, value) >= 0;
    case "LT":
      return order(found, value) < 0;
    case "LTE":
      return order(found, value) <= 0;
  }
}

/** `*` and `%` stand for any text, whatever its case. */
function likePattern(pattern: string): RegExp {
  const parts = pattern.split(/[*%]+/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}

/** Of two values as numbers or else as texts; NaN with null. */
export function order(a: unknown, b: unknown): number {
  if (a === null || a === undefined || b === null || b === undefined) return Number.NaN;
  if (typeof a === "number" && !Number.isNaN(Number(b))) return a - Number(b);
  const [left, right] = [textOf(a), textOf(b)];
  return left < right ? -1 : Number(left > right);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
