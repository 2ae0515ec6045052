/** What of a value does not fit a schema, in a line each. */
import type { ErrorObject } from "ajv";

/** One thing that does not fit. */
export interface SchemaProblem {
  /** Where in the value: `$.recipients[0]`. */
  path: string;
  /** The keyword that is not met. */
  keyword: string;
  /** What was expected, and what was got. */
  message: string;
  /** Path and message, for people. */
  text: string;
}

const maxShown = 80;
const hiddenName = /pass(?:word|phrase)|secret|token|api[-_]?key|credential/i;

export function problem(path: string, keyword: string, message: string): SchemaProblem {
  return { path, keyword, message, text: `${path}: ${message}` };
}

/** Problems of what Ajv (with `verbose`) found, without what only repeats another. */
export function problemsOf(errors: readonly ErrorObject[]): SchemaProblem[] {
  const found = new Map<string, SchemaProblem>();
  for (const error of errors) {
    if (error.keyword === "if" || error.keyword === "propertyNames") continue;
    const one = problemOf(error);
    found.set(one.text, one);
  }
  return [...found.values()];
}

function problemOf(error: ErrorObject): SchemaProblem {
  const params = error.params as Record<string, unknown>;
  const missing = params["missingProperty"];
  const additional = params["additionalProperty"] ?? params["unevaluatedProperty"];
  const own = missing ?? additional;
  const path = pathOf(error.instancePath) + (typeof own === "string" ? step(own) : "");
  return problem(path, error.keyword, messageOf(error, params));
}

/** A JSON pointer as a path: `/recipients/0` is `$.recipients[0]`. */
export function pathOf(pointer: string): string {
  const parts = pointer.split("/").slice(1);
  return `$${parts.map((part) => step(part.replaceAll("~1", "/").replaceAll("~0", "~"))).join("")}`;
}

function step(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

type Describe = (error: ErrorObject, params: Record<string, unknown>) => string;

const plural = (count: unknown, noun: string): string => `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
const limit: Describe = ({ data }, { comparison, limit: bound }) =>
  `must be ${String(comparison)} ${String(bound)}, but is ${shown(data)}`;
const size =
  (words: string, noun: string): Describe =>
  (_, { limit: bound }) =>
    `must have at ${words} ${plural(bound, noun)}`;

const messages = new Map<string, Describe>([
  ["required", () => "is missing but it is required"],
  ["dependentRequired", (_, { property }) => `is missing but it is required with ${String(property)}`],
  ["dependencies", (_, { property }) => `is missing but it is required with ${String(property)}`],
  ["additionalProperties", () => "is not defined in the schema, which does not allow additional properties"],
  ["unevaluatedProperties", () => "is not defined in the schema, which does not allow unevaluated properties"],
  [
    "type",
    (error, { type }) =>
      `${article(typeNames(type))} is expected, but ${shown(error.data, error)} is ${kindOf(error.data)}`,
  ],
  [
    "enum",
    (error, { allowedValues }) =>
      `does not have a value in the enumeration ${cut(allowedValues, 400)}, but ${shown(error.data, error)}`,
  ],
  [
    "const",
    (error, { allowedValue }) => `must be the constant value ${cut(allowedValue)}, but is ${shown(error.data, error)}`,
  ],
  ["pattern", (error, { pattern }) => `does not match the pattern ${String(pattern)}: ${shown(error.data, error)}`],
  ["format", (error, { format }) => `is not a valid ${String(format)}: ${shown(error.data, error)}`],
  ["minimum", limit],
  ["maximum", limit],
  ["exclusiveMinimum", limit],
  ["exclusiveMaximum", limit],
  [
    "multipleOf",
    (error, { multipleOf }) => `must be a multiple of ${String(multipleOf)}, but is ${shown(error.data, error)}`,
  ],
  ["minLength", size("least", "character")],
  ["maxLength", size("most", "character")],
  ["minItems", size("least", "item")],
  ["maxItems", size("most", "item")],
  ["minProperties", size("least", "property")],
  ["maxProperties", size("most", "property")],
  ["uniqueItems", () => "must not have the same item twice"],
  ["anyOf", () => "fits none of the schemas in anyOf"],
  [
    "oneOf",
    (_, { passingSchemas }) =>
      Array.isArray(passingSchemas)
        ? "fits more than one of the schemas in oneOf"
        : "fits none of the schemas in oneOf",
  ],
  ["not", () => "fits the schema that it must not fit"],
  ["contains", () => "has no item that fits the schema in contains, or too many"],
  ["false schema", () => "is not allowed here"],
]);

function messageOf(error: ErrorObject, params: Record<string, unknown>): string {
  const describe = messages.get(error.keyword);
  if (error.propertyName !== undefined) return `has a property whose name does not fit: ${cut(error.propertyName)}`;
  return describe === undefined ? `${error.message ?? "does not fit"} (${error.keyword})` : describe(error, params);
}

const typeNames = (type: unknown): string => (Array.isArray(type) ? type.join(" or ") : String(type));
const article = (noun: string): string =>
  /^null\b/.test(noun) ? noun : `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return article(typeof value);
}

/** A value for people: cut, and hidden where it may be a secret. */
function shown(value: unknown, error?: ErrorObject): string {
  const schema = error?.parentSchema as { format?: unknown; writeOnly?: unknown } | undefined;
  const name = error?.instancePath.slice(error.instancePath.lastIndexOf("/") + 1) ?? "";
  const isHidden = schema?.format === "password" || schema?.writeOnly === true || hiddenName.test(name);
  return isHidden ? "(hidden)" : cut(value);
}

function cut(value: unknown, most: number = maxShown): string {
  const text = JSON.stringify(value) ?? "nothing";
  if (text.length <= most) return text;
  const end = most - 1;
  return `${text.slice(0, end - (isHighSurrogate(text.charCodeAt(end - 1)) ? 1 : 0))}…`;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
