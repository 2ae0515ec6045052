/** Conditions on runs of workflows, judged on the fields of one run. */
import type { RunCondition, RunField } from "../../core/workflows.ts";

export type FieldValue = string | number | undefined;

/** A condition that is about one field. */
export type Leaf = Exclude<RunCondition, { of: unknown }>;

/** Whether a run passes a condition. `value` answers its fields. */
export function passes(condition: RunCondition, value: (field: RunField) => FieldValue): boolean {
  switch (condition.kind) {
    case "and":
      return condition.of.every((each) => passes(each, value));
    case "or":
      return condition.of.some((each) => passes(each, value));
    case "not":
      return !passes(condition.of, value);
    default:
      return holds(condition, value(condition.field));
  }
}

/** A value that is not there passes no comparison. */
export function holds(leaf: Leaf, value: FieldValue): boolean {
  if (leaf.kind === "isNull") return (value === undefined) === leaf.isNull;
  if (value === undefined) return false;
  if (leaf.kind === "in") return leaf.values.some((wanted) => compareValues(value, wanted) === 0);
  if (leaf.kind === "between") return compareValues(value, leaf.from) >= 0 && compareValues(value, leaf.to) <= 0;
  const order = compareValues(value, leaf.value);
  switch (leaf.operator) {
    case "eq":
      return order === 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    case "like":
      return isLike(String(value), String(leaf.value));
  }
}

/** Numbers by value where both are, else texts by code units. */
export function compareValues(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : Number(left > right);
}

/** As in SQL: "%" stands for any text and "_" for one character. Upper and lower case are the same, as people search. */
function isLike(text: string, pattern: string): boolean {
  const [value, wanted] = [text.toLowerCase(), pattern.toLowerCase()];
  let [at, from] = [0, 0];
  let [star, retry] = [-1, 0];
  while (at < value.length) {
    if (wanted[from] === "%") {
      star = from++;
      retry = at;
    } else if (from < wanted.length && (wanted[from] === "_" || wanted[from] === value[at])) {
      at++;
      from++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++retry;
    } else return false;
  }
  while (wanted[from] === "%") from++;
  return from === wanted.length;
}
