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

/** Hides what must not be told in a text. */
export type Redact = (text: string) => string;

const maxProblems = 100;
const maxShown = 80;
/** Of this much of a value the secrets are hidden before it is cut. */
const maxLooked = 10_000;
const hiddenName = /pass(?:word|phrase)|secret|token|api[-_]?key|credential/i;

export function problem(path: string, keyword: string, message: string): SchemaProblem {
  return { path, keyword, message, text: `${path}: ${message}` };
}

/** Problems of what Ajv (with `verbose`) found, without what only repeats another; of many, the first. */
export function problemsOf(errors: readonly ErrorObject[], redact: Redact): SchemaProblem[] {
  const found = new Map<string, SchemaProblem>();
  for (const error of errors) {
    if (error.keyword === "if" || error.keyword === "propertyNames") continue;
    if (found.size === maxProblems) return [...found.values(), problem("$", "more", "and more")];
    const one = problemOf(error, redact);
    found.set(one.text, one);
  }
  return [...found.values()];
}

function problemOf(error: ErrorObject, redact: Redact): SchemaProblem {
  const params = error.params as Record<string, unknown>;
  const missing = params["missingProperty"];
  const additional = params["additionalProperty"] ?? params["unevaluatedProperty"];
  const own = missing ?? additional;
  const path = pathOf(error.instancePath) + (typeof own === "string" ? step(own) : "");
  return problem(redact(path), error.keyword, messageOf(error, params, redact));
}

/** A JSON pointer as a path: `/recipients/0` is `$.recipients[0]`. */
function pathOf(pointer: string): string {
  const parts = pointer.split("/").slice(1);
  return `$${parts.map((part) => step(part.replaceAll("~1", "/").replaceAll("~0", "~"))).join("")}`;
}

function step(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** `got` gives the value, as it may be shown. */
type Describe = (error: ErrorObject, params: Record<string, unknown>, got: () => string) => string;

const plural = (count: unknown, noun: string): string => `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
const limit: Describe = (_, { comparison, limit: bound }, got) =>
  `must be ${String(comparison)} ${String(bound)}, but is ${got()}`;
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
  ["type", ({ data }, { type }, got) => `${article(typeNames(type))} is expected, but ${got()} is ${kindOf(data)}`],
  [
    "enum",
    (_, { allowedValues }, got) => `does not have a value in the enumeration ${cut(allowedValues, 400)}, but ${got()}`,
  ],
  ["const", (_, { allowedValue }, got) => `must be the constant value ${cut(allowedValue)}, but is ${got()}`],
  ["pattern", (_, { pattern }, got) => `does not match the pattern ${String(pattern)}: ${got()}`],
  ["format", (_, { format }, got) => `is not a valid ${String(format)}: ${got()}`],
  ["minimum", limit],
  ["maximum", limit],
  ["exclusiveMinimum", limit],
  ["exclusiveMaximum", limit],
  ["multipleOf", (_, { multipleOf }, got) => `must be a multiple of ${String(multipleOf)}, but is ${got()}`],
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

function messageOf(error: ErrorObject, params: Record<string, unknown>, redact: Redact): string {
  if (error.propertyName !== undefined) {
    return `has a property whose name does not fit: ${cut(error.propertyName, maxShown, redact)}`;
  }
  const describe = messages.get(error.keyword);
  const got = (): string => (isHidden(error) ? "(hidden)" : cut(error.data, maxShown, redact));
  return describe === undefined
    ? `${error.message ?? "does not fit"} (${error.keyword})`
    : describe(error, params, got);
}

const typeNames = (type: unknown): string => (Array.isArray(type) ? type.join(" or ") : String(type));
const article = (noun: string): string =>
  /^null\b/.test(noun) ? noun : `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return article(typeof value);
}

/** May the value be a secret? */
function isHidden(error: ErrorObject): boolean {
  const schema = error.parentSchema as { format?: unknown; writeOnly?: unknown } | undefined;
  const name = error.instancePath.slice(error.instancePath.lastIndexOf("/") + 1);
  return schema?.format === "password" || schema?.writeOnly === true || hiddenName.test(name);
}

/** A value for people, not too long. */
function cut(value: unknown, most: number = maxShown, redact?: Redact): string {
  const start = beginning(value, maxLooked);
  const text = redact === undefined ? start : redact(start);
  if (text.length <= most) return text;
  const end = most - 1;
  return `${text.slice(0, end - (isHighSurrogate(text.charCodeAt(end - 1)) ? 1 : 0))}…`;
}

/** The beginning of a value's JSON text; about so long, or all of it. */
function beginning(value: unknown, most: number): string {
  if (typeof value === "string") return JSON.stringify(value.length > most ? value.slice(0, most) : value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing";
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const [name, inner] of Object.entries(value)) {
    if (text.length > most) return text;
    const mark = text.length === 1 ? "" : ",";
    text += mark + (isList ? "" : `${JSON.stringify(name)}:`) + beginning(inner, most - text.length);
  }
  return text + (isList ? "]" : "}");
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
