/** Values of expressions. Integers are numbers; what Ruby has and JavaScript lacks are classes. Nothing is ever changed in place. */
import type { Regex } from "../../jq/regex/regex.ts";
import type { Json, JsonObject } from "../json.ts";
import { EvaluationError } from "./failure.ts";

export type Value =
  | null
  | boolean
  | number
  | string
  | Value[]
  | Float
  | Sym
  | Hash
  | Range
  | Pattern
  | Match
  | Day
  | Moment
  | Duration
  | Constant
  | ApiObject;

export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class Sym {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Keys by `identityOf`, in their order. */
export class Hash {
  readonly entries: ReadonlyMap<string, readonly [Value, Value]>;
  constructor(entries: ReadonlyMap<string, readonly [Value, Value]>) {
    this.entries = entries;
  }

  static of(pairs: Iterable<readonly [Value, Value]>): Hash {
    return new Hash(new Map([...pairs].map((pair) => [identityOf(pair[0]), pair])));
  }

  /** Texts and symbols name the same key, as in the hashes that the gem makes of the API's answers. */
  get(key: Value): Value | undefined {
    return this.entries.get(identityOf(key))?.[1];
  }

  get pairs(): [Value, Value][] {
    return [...this.entries.values()].map(([key, value]) => [key, value]);
  }
}

export class Range {
  readonly from: Value;
  readonly to: Value;
  readonly isOpen: boolean;
  constructor(from: Value, to: Value, isOpen: boolean) {
    this.from = from;
    this.to = to;
    this.isOpen = isOpen;
  }
}

export class Pattern {
  readonly source: string;
  readonly flags: string;
  readonly regex: Regex;
  constructor(source: string, flags: string, regex: Regex) {
    this.source = source;
    this.flags = flags;
    this.regex = regex;
  }
}

/** What a pattern found: groups from 0 on, null where one took no part. */
export class Match {
  readonly groups: readonly (string | null)[];
  readonly names: readonly (string | undefined)[];
  readonly before: string;
  readonly after: string;
  constructor(parts: Pick<Match, "groups" | "names" | "before" | "after">) {
    this.groups = parts.groups;
    this.names = parts.names;
    this.before = parts.before;
    this.after = parts.after;
  }
}

/** A day: epoch ms of its beginning, UTC. */
export class Day {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A point in time: epoch ms. One of DateTime counts in days where one of Time counts in seconds. */
export class Moment {
  readonly ms: number;
  readonly isDateTime: boolean;
  constructor(ms: number, isDateTime = false) {
    this.ms = ms;
    this.isDateTime = isDateTime;
  }
}

/** Months and ms, which are added apart, as calendars do; `unit` is what it was made of, for its text. */
export class Duration {
  readonly months: number;
  readonly ms: number;
  constructor(months: number, ms: number) {
    this.months = months;
    this.ms = ms;
  }
}

export class Constant {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Something of GitLab's that has methods of its own. */
export class ApiObject {
  readonly kind: "milestone" | "label" | "label_event" | "issue" | "merge_request" | "version";
  readonly data: JsonObject;
  constructor(kind: ApiObject["kind"], data: JsonObject) {
    this.kind = kind;
    this.data = data;
  }
}

/** Anything but nil and false holds. */
export function holds(value: Value): boolean {
  return value !== null && value !== false;
}

/** Lists and hashes in each other: nothing looks deeper. */
const maxDepth = 100;

/** Throws EvaluationError. */
export function requireDepth(depth: number): void {
  if (depth > maxDepth) throw new EvaluationError(`values are nested more than ${maxDepth} deep`);
}

/** A text that equal values have in common, and others have not. Throws EvaluationError for what is nested too deeply. */
export function identityOf(value: Value, depth = 0): string {
  requireDepth(depth);
  if (typeof value === "string") return `s${value}`;
  if (value instanceof Sym) return `s${value.name}`;
  if (Array.isArray(value)) return `a${prefixed(value, depth)}`;
  if (value instanceof Hash) return `h${prefixed(value.pairs.flat(), depth)}`;
  if (value instanceof ApiObject) return `o${objectIdentity(value)}`;
  return `${typeOf(value)} ${inspect(value, depth)}`;
}

/** With the length of each, so that none can be taken for two. */
function prefixed(values: readonly Value[], depth: number): string {
  return values
    .map((one) => identityOf(one, depth + 1))
    .map((id) => `${id.length}:${id}`)
    .join("");
}

/** Labels go by their names, whether their details are known or not. */
export function objectIdentity({ kind, data }: ApiObject): string {
  const name = data["name"] ?? null;
  return `${kind} ${JSON.stringify(kind === "label" ? name : (data["id"] ?? data["version"] ?? name))}`;
}

/** JSON as values; numbers with a fraction are floats. */
export function fromJson(json: Json): Value {
  if (typeof json === "number") return Number.isInteger(json) ? json : new Float(json);
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map(fromJson);
  return Hash.of(Object.keys(json).map((key) => [key, fromJson(json[key]!)] as const));
}

/** The name of a value's class, as messages have it. */
export function typeOf(value: Value): string {
  if (value === null) return "nil";
  if (Array.isArray(value)) return "Array";
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "number":
      return "Integer";
    case "string":
      return "String";
    default:
  }
  if (value instanceof ApiObject)
    return value.kind.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (value instanceof Constant) return value.name;
  if (value instanceof Moment && value.isDateTime) return "DateTime";
  return classNames.find(([type]) => value instanceof type)?.[1] ?? "Object";
}

const classNames = [
  [Float, "Float"],
  [Sym, "Symbol"],
  [Hash, "Hash"],
  [Range, "Range"],
  [Pattern, "Regexp"],
  [Match, "MatchData"],
  [Day, "Date"],
  [Moment, "Time"],
  [Duration, "Duration"],
] as const;

/** A value as `to_s` and texts write it. */
export function textOf(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (value instanceof Sym) return value.name;
  return inspect(value);
}

/** A value as `inspect` writes it, with dates as texts have them. Throws EvaluationError for what is nested too deeply. */
export function inspect(value: Value, depth = 0): string {
  requireDepth(depth);
  if (value === null) return "nil";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const part = (one: Value): string => inspect(one, depth + 1);
  if (Array.isArray(value)) return `[${value.map(part).join(", ")}]`;
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Sym) return `:${value.name}`;
  if (value instanceof Hash) return `{${value.pairs.map(([key, one]) => `${part(key)}=>${part(one)}`).join(", ")}}`;
  if (value instanceof Range) return `${textOf(value.from)}${value.isOpen ? "..." : ".."}${textOf(value.to)}`;
  if (value instanceof Pattern) return `/${value.source}/${value.flags}`;
  if (value instanceof Match) return `#<MatchData ${JSON.stringify(value.groups[0])}>`;
  if (value instanceof Day) return new Date(value.ms).toISOString().slice(0, 10);
  if (value instanceof Moment) return `${new Date(value.ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  if (value instanceof Duration) return String(durationSeconds(value));
  return value instanceof Constant ? value.name : `#<${typeOf(value)}>`;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

/** A month of a duration is a twelfth of a year of 365.2425 days where it has to be a number. */
export function durationSeconds({ months, ms }: Duration): number {
  return Math.round(months * 2_629_746 + ms / 1000);
}
