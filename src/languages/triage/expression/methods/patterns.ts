/** Regular expressions: of Ruby's syntax, and never longer than their steps allow. */
import { JqError } from "../../../jq/errors.ts";
import { codePointsOf, compileRegex } from "../../../jq/regex/regex.ts";
import { EvaluationError } from "../failure.ts";
import type { ExpressionMeter } from "../meter.ts";
import { Match, Pattern, Sym, type Value } from "../values.ts";
import { argument, type MethodTable, textArgument } from "./method.ts";

/** Throws EvaluationError with what is wrong with it. */
export function makePattern(source: string, flags: string): Pattern {
  const own = (flags.includes("i") ? "i" : "") + (flags.includes("x") ? "x" : "") + (flags.includes("m") ? "p" : "");
  try {
    return new Pattern(source, flags, compileRegex(asciiClasses(source), own));
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    throw new EvaluationError(
      `the regular expression cannot be read: ${error.message.replace(/^Regex failure: /, "")}`,
    );
  }
}

const classes: Record<string, string> = { w: "a-zA-Z0-9_", d: "0-9", s: String.raw`\x20\t\r\n\f\x0b`, h: "0-9a-fA-F" };

/** In Ruby `\w`, `\d` and `\s` know the letters, digits and spaces of ASCII only. */
function asciiClasses(source: string): string {
  let depth = 0;
  return source.replaceAll(/\\([^])|[[\]]/g, (whole, escaped?: string) => {
    if (escaped === undefined) {
      depth = Math.max(0, depth + (whole === "[" ? 1 : -1));
      return whole;
    }
    const members = classes[escaped.toLowerCase()];
    if (members === undefined) return whole;
    const isNegated = escaped !== escaped.toLowerCase();
    if (depth === 0) return isNegated ? `[^${members}]` : `[${members}]`;
    return isNegated ? whole : members;
  });
}

/** A text as it stands in a regular expression that finds just it. */
export function quotePattern(text: string): string {
  return text
    .replaceAll(/[.*+?^${}()|[\]\\\-/#]/g, String.raw`\$&`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll(" ", String.raw`\ `);
}

/** All matches that begin at a character or later, one after the other; `most` of them. Throws EvaluationError. */
export function findAll(pattern: Pattern, text: string, meter: ExpressionMeter, most = Infinity): FoundMatch[] {
  const codes = codePointsOf(text);
  const characters = Array.from(text);
  meter.charge(characters.length);
  const found: FoundMatch[] = [];
  for (let from = 0; from <= codes.length && found.length < most;) {
    const at = searchIn(pattern, codes, from, meter);
    if (at === undefined) break;
    const [start = 0, end = 0] = at;
    meter.charge(characters.length);
    const groups = Array.from({ length: at.length / 2 }, (_, i) =>
      at[2 * i]! < 0 ? null : characters.slice(at[2 * i], at[2 * i + 1]).join(""),
    );
    const before = characters.slice(0, start).join("");
    const after = characters.slice(end).join("");
    found.push({ start, end, match: new Match({ groups, names: pattern.regex.names, before, after }) });
    from = end > start ? end : end + 1;
  }
  return found;
}

export interface FoundMatch {
  /** In characters. */
  start: number;
  end: number;
  match: Match;
}

function searchIn(pattern: Pattern, codes: Int32Array, from: number, meter: ExpressionMeter): number[] | undefined {
  try {
    const found = pattern.regex.search(codes, from, meter);
    return found === undefined ? undefined : [...found];
  } catch (error) {
    if (error instanceof JqError) throw new EvaluationError(error.message);
    throw error;
  }
}

export function findFirst(pattern: Pattern, text: string, meter: ExpressionMeter): FoundMatch | undefined {
  return findAll(pattern, text, meter, 1)[0];
}

export const patternMethods: MethodTable<Pattern> = {
  match: (self, call) =>
    argument(call, 0) === null ? null : (findFirst(self, textArgument(call, 0), call.meter)?.match ?? null),
  "match?": (self, call) =>
    argument(call, 0) !== null && findFirst(self, textArgument(call, 0), call.meter) !== undefined,
  "=~": (self, call) =>
    argument(call, 0) === null ? null : (findFirst(self, textArgument(call, 0), call.meter)?.start ?? null),
  "===": (self, call) => {
    const [value = null] = call.args;
    const text = value instanceof Sym ? value.name : value;
    return typeof text === "string" && findFirst(self, text, call.meter) !== undefined;
  },
  source: (self) => self.source,
};

export const matchMethods: MethodTable<Match> = {
  "[]": (self, call) => {
    const wanted = argument(call, 0);
    return typeof wanted === "number" ? (self.groups[wanted] ?? null) : named(self, textArgument(call, 0));
  },
  captures: (self) => self.groups.slice(1),
  to_a: (self) => [...self.groups],
  pre_match: (self) => self.before,
  post_match: (self) => self.after,
};

function named({ groups, names }: Match, name: string): Value {
  const at = names.indexOf(name);
  if (at < 0) throw new EvaluationError(`there is no group ${name} in the regular expression`);
  return groups[at + 1] ?? null;
}
