/**
 * What jq computes with. Objects are Maps, so that members keep the order they came in ("10" before "9" too) and no name is special.
 * Values are immutable by convention: whoever got one from elsewhere never writes into it.
 */
export type Value = null | boolean | number | string | Value[] | JqObject;

/** An object of jq: names to values, in the order they were added. */
export type JqObject = Map<string, Value>;

/** What `type` says of a value. */
export type Kind = "null" | "boolean" | "number" | "string" | "array" | "object";

/** The kind of `value`, as `type` names it. */
export function kindOf(value: Value): Kind {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value as "boolean" | "number" | "string";
  return Array.isArray(value) ? "array" : "object";
}

/** Is `value` true to `if`, `and`, `select` …: everything but `false` and `null`. */
export function isTruthy(value: Value): boolean {
  return value !== null && value !== false;
}
