/**
 * What a route takes: each parameter with its kind. Parsing gives typed values, and GitLab's errors for what is missing, of no
 * such kind, or not among the values.
 */
import { badParameter } from "../operations/refusal.ts";

/** A value, or `undefined` for one that is of no such kind. */
type Parse<T> = (raw: unknown) => T | undefined;

interface Kind<T> {
  parse: Parse<T>;
  /** What is said of a value that is of the kind and not allowed. */
  otherwise?: string;
}

interface Param<T> extends Kind<T> {
  isRequired: boolean;
}

type Specs = Record<string, Param<unknown>>;
type Given<S extends Specs> = { [K in keyof S]: S[K] extends Param<infer T> ? T : never };

/** Must be there. */
export function required<T>(kind: Kind<T>): Param<T> {
  return { ...kind, isRequired: true };
}

/** May be absent (undefined). */
export function optional<T>(kind: Kind<T>): Param<T | undefined> {
  return { ...kind, isRequired: false };
}

/** May be absent (undefined) or cleared (null, or an empty text). */
export function clearable<T>(kind: Kind<T>): Param<T | null | undefined> {
  const parse: Parse<T | null> = (raw) => (raw === null || raw === "" ? null : kind.parse(raw));
  return { ...kind, parse, isRequired: false };
}

/** Reads what a route takes. */
export function params<S extends Specs>(specs: S): (input: Record<string, unknown>) => Given<S> {
  const entries = Object.entries(specs);
  return (input) => {
    const given: Record<string, unknown> = {};
    let missing: string[] | undefined;
    let wrong: string[] | undefined;
    for (const [name, spec] of entries) {
      const raw = input[name];
      if (raw === undefined) {
        if (spec.isRequired) (missing ??= []).push(`${name} is missing`);
        continue;
      }
      const value = raw === null && !spec.isRequired && !isClearing(spec) ? undefined : spec.parse(raw);
      if (value === undefined && raw !== null) (wrong ??= []).push(`${name} ${spec.otherwise ?? "is invalid"}`);
      else given[name] = value === undefined && spec.isRequired ? "" : value;
    }
    if (missing !== undefined || wrong !== undefined)
      throw badParameter([...(missing ?? []), ...(wrong ?? [])].join(", "));
    return given as Given<S>;
  };
}

function isClearing(spec: Param<unknown>): boolean {
  return spec.parse(null) === null;
}

/** Throws when none of these parameters is there. */
export function requireOneOf(input: Record<string, unknown>, names: readonly string[]): void {
  if (names.some((name) => input[name] !== undefined)) return;
  throw badParameter(`${names.join(", ")} are missing, at least one parameter must be provided`);
}

/** Throws when more than one of these parameters is there. */
export function requireExclusive(input: Record<string, unknown>, ...names: string[]): void {
  const present = names.filter((name) => input[name] !== undefined);
  if (present.length > 1) throw badParameter(`${present.join(", ")} are mutually exclusive`);
}

export const text: Kind<string> = {
  parse: (raw) => {
    if (typeof raw === "string") return raw;
    return typeof raw === "number" || typeof raw === "boolean" ? String(raw) : undefined;
  },
};

export const integer: Kind<number> = {
  parse: (raw) => {
    const value = typeof raw === "string" && /^[+-]?\d+$/.test(raw.trim()) ? Number(raw) : raw;
    return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
  },
};

export const decimal: Kind<number> = {
  parse: (raw) => {
    const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  },
};

/** As GitLab reads it: clients also write "True" and "yes". */
export const bool: Kind<boolean> = {
  parse: (raw) => {
    if (typeof raw === "boolean") return raw;
    const word = typeof raw === "string" ? raw.toLowerCase() : raw === 1 ? "1" : raw === 0 ? "0" : "";
    if (trueWords.has(word)) return true;
    return falseWords.has(word) ? false : undefined;
  },
};

const trueWords: ReadonlySet<string> = new Set(["true", "t", "yes", "y", "1", "on"]);
const falseWords: ReadonlySet<string> = new Set(["false", "f", "no", "n", "0", "off"]);

/** One of these texts. */
export function oneOf<const V extends string>(...values: V[]): Kind<V> {
  return {
    parse: (raw) => (values.includes(raw as V) ? (raw as V) : undefined),
    otherwise: "does not have a valid value",
  };
}

/** A list of texts, or one text with commas. */
export const names: Kind<string[]> = {
  parse: (raw) => {
    if (Array.isArray(raw))
      return raw.flatMap((item) => (typeof item === "string" ? splitNames(item) : [String(item)]));
    if (typeof raw === "string") return splitNames(raw);
    return raw === null ? [] : undefined;
  },
};

function splitNames(raw: string): string[] {
  return raw
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** A list of texts that may have commas in them. */
export const texts: Kind<string[]> = {
  parse: (raw) => {
    if (Array.isArray(raw)) return raw.every((item) => typeof item === "string") ? [...raw] : undefined;
    return typeof raw === "string" ? [raw] : undefined;
  },
};

/** A list of integers; one alone, or with commas, is a list too. Empty texts in it count for nothing. */
export const integers: Kind<number[]> = {
  parse: (raw) => {
    if (raw === "" || raw === null) return [];
    const list = Array.isArray(raw) ? raw : typeof raw === "string" ? raw.split(",") : [raw];
    const values = list.filter((item) => item !== "").map((item) => integer.parse(item));
    return values.includes(undefined) ? undefined : (values as number[]);
  },
};

/** A point in time, as epoch ms. */
export const time: Kind<number> = {
  parse: (raw) => {
    if (typeof raw !== "string" || !/^\d{4}-\d\d/.test(raw)) return undefined;
    const ms = Date.parse(raw.replace(/ (\d\d:\d\d)$/, "+$1"));
    return Number.isNaN(ms) ? undefined : ms;
  },
};

/** YYYY-MM-DD. */
export const day: Kind<string> = {
  parse: (raw) => {
    if (typeof raw !== "string") return undefined;
    const date = /^\d{4}-\d\d-\d\d/.exec(raw)?.[0];
    return date === undefined || Number.isNaN(Date.parse(date)) ? undefined : date;
  },
};

/** An id, "None" or "Any" in any spelling. */
export const idOrAny: Kind<number | "none" | "any"> = {
  parse: (raw) => {
    const word = typeof raw === "string" ? raw.toLowerCase() : raw;
    return word === "none" || word === "any" ? word : integer.parse(raw);
  },
};

/** An object. */
export const hash: Kind<Record<string, unknown>> = {
  parse: (raw) =>
    typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Record<string, unknown>) : undefined,
};

/** A list of objects. */
export const hashes: Kind<Record<string, unknown>[]> = {
  parse: (raw) => {
    if (!Array.isArray(raw)) return undefined;
    return raw.every((item) => hash.parse(item) !== undefined) ? (raw as Record<string, unknown>[]) : undefined;
  },
};
