/** Methods of texts, as far as they make new ones. */
import { EvaluationError } from "../failure.ts";
import { described, dayOf, momentOf } from "../operators.ts";
import { Float, type Match, Pattern, Range, Sym, textOf, type Value } from "../values.ts";
import {
  argument,
  fromEnd,
  integerArgument,
  type Invocation,
  type MethodTable,
  slicesOf,
  textArgument,
} from "./method.ts";
import { findAll, findFirst, makePattern } from "./patterns.ts";
import { parseTime } from "../parse-time.ts";

const starts = (self: string, call: Invocation): boolean =>
  call.args.some((one, i) =>
    one instanceof Pattern ? findFirst(one, self, call.meter)?.start === 0 : self.startsWith(textArgument(call, i)),
  );

export const textMethods: MethodTable<string> = {
  "=~": (self, call) => {
    const [pattern] = call.args;
    return pattern instanceof Pattern ? (findFirst(pattern, self, call.meter)?.start ?? null) : null;
  },
  "%": (self, call) => format(self, call.args[0] ?? null),
  "[]": index,
  slice: index,
  match: (self, call) => findFirst(patternOf(call, 0), self, call.meter)?.match ?? null,
  "match?": (self, call) => findFirst(patternOf(call, 0), self, call.meter) !== undefined,
  scan: (self, call) =>
    findAll(patternOrText(call, 0), self, call.meter).map(({ match }) =>
      match.groups.length === 1 ? match.groups[0]! : match.groups.slice(1),
    ),
  sub: (self, call) => replace(self, call, 1),
  gsub: (self, call) => replace(self, call, Infinity),
  split,
  lines: (self) => self.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  chars: (self) => Array.from(self),
  "include?": (self, call) => self.includes(textArgument(call, 0)),
  "start_with?": starts,
  "starts_with?": starts,
  "end_with?": (self, call) => call.args.some((_, i) => self.endsWith(textArgument(call, i))),
  "ends_with?": (self, call) => call.args.some((_, i) => self.endsWith(textArgument(call, i))),
  delete_prefix: (self, call) => {
    const prefix = textArgument(call, 0);
    return self.startsWith(prefix) ? self.slice(prefix.length) : self;
  },
  delete_suffix: (self, call) => {
    const suffix = textArgument(call, 0);
    return suffix !== "" && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
  },
  delete: (self, call) =>
    Array.from(self)
      .filter((one) => !textArgument(call, 0).includes(one))
      .join(""),
  tr: (self, call) => translate(self, textArgument(call, 0), textArgument(call, 1)),
  squeeze: (self) => self.replaceAll(/(.)\1+/gsu, "$1"),
  squish: (self) => self.trim().replaceAll(/\s+/g, " "),
  remove: (self, call) => self.replaceAll(textArgument(call, 0), ""),
  truncate: (self, call) => {
    const most = integerArgument(call, 0);
    const characters = Array.from(self);
    return characters.length <= most ? self : `${characters.slice(0, Math.max(0, most - 3)).join("")}...`;
  },
  upcase: (self) => self.toUpperCase(),
  downcase: (self) => self.toLowerCase(),
  swapcase: (self) =>
    Array.from(self, (one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())).join(""),
  capitalize: (self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase(),
  titleize: (self) => self.replaceAll("_", " ").replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
  humanize: (self) => (self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()).replaceAll("_", " "),
  strip: (self) => self.trim(),
  lstrip: (self) => self.trimStart(),
  rstrip: (self) => self.trimEnd(),
  chomp: (self, call) => {
    const end = call.args.length === 0 ? "\n" : textArgument(call, 0);
    return self.endsWith(end) ? self.slice(0, self.length - end.length) : self;
  },
  chop: (self) => Array.from(self).slice(0, -1).join(""),
  reverse: (self) => Array.from(self).toReversed().join(""),
  length: (self) => Array.from(self).length,
  size: (self) => Array.from(self).length,
  count: (self, call) => Array.from(self).filter((one) => textArgument(call, 0).includes(one)).length,
  index: (self, call) => position(self.indexOf(textArgument(call, 0)), self),
  rindex: (self, call) => position(self.lastIndexOf(textArgument(call, 0)), self),
  ljust: (self, call) => self.padEnd(padWidth(call), call.args.length > 1 ? textArgument(call, 1) : " "),
  rjust: (self, call) => self.padStart(padWidth(call), call.args.length > 1 ? textArgument(call, 1) : " "),
  "empty?": (self) => self === "",
  "blank?": (self) => self.trim() === "",
  "present?": (self) => self.trim() !== "",
  presence: (self) => (self.trim() === "" ? null : self),
  first: (self, call) =>
    Array.from(self)
      .slice(0, integerArgument(call, 0, 1))
      .join(""),
  last: (self, call) =>
    Array.from(self)
      .slice(-integerArgument(call, 0, 1))
      .join(""),
  from: (self, call) => Array.from(self).slice(integerArgument(call, 0)).join(""),
  to: (self, call) =>
    Array.from(self)
      .slice(0, integerArgument(call, 0) + 1 || undefined)
      .join(""),
  "casecmp?": (self, call) => self.toLowerCase() === textArgument(call, 0).toLowerCase(),
  to_i: (self) => Number(/^\s*[+-]?\d{1,15}/.exec(self)?.[0] ?? 0),
  to_f: (self) => new Float(Number(/^\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(self)?.[0] ?? 0)),
  to_sym: (self) => new Sym(self),
  to_str: (self) => self,
  to_date: (self) => dayOf(parseTime(self)),
  to_time: (self) => momentOf(parseTime(self)),
  to_datetime: (self) => momentOf(parseTime(self), true),
};

function padWidth(call: Invocation): number {
  const width = integerArgument(call, 0);
  call.meter.allocate(width);
  return width;
}

function position(at: number, text: string): Value {
  return at < 0 ? null : Array.from(text.slice(0, at)).length;
}

function patternOf(call: Invocation, i: number): Pattern {
  const value = argument(call, i);
  return value instanceof Pattern ? value : makePattern(textArgument(call, i), "");
}

/** A text finds just itself. */
function patternOrText(call: Invocation, i: number): Pattern {
  const value = argument(call, i);
  if (value instanceof Pattern) return value;
  return makePattern(textArgument(call, i).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), "");
}

function index(self: string, call: Invocation): Value {
  const wanted = argument(call, 0);
  if (typeof wanted === "string") return self.includes(wanted) ? wanted : null;
  if (wanted instanceof Pattern) {
    const found = findFirst(wanted, self, call.meter)?.match;
    return found === undefined ? null : groupOf(found, call.args[1] ?? 0);
  }
  const characters = Array.from(self);
  if (wanted instanceof Range) {
    const bounds = slicesOf(wanted, characters.length);
    return bounds === undefined ? null : characters.slice(...bounds).join("");
  }
  const at = fromEnd(integerArgument(call, 0), characters.length);
  if (call.args.length === 1) return characters[at] ?? null;
  return at < 0 || at > characters.length ? null : characters.slice(at, at + integerArgument(call, 1)).join("");
}

function groupOf({ groups, names }: Match, wanted: Value): Value {
  const at = typeof wanted === "number" ? wanted : names.indexOf(textOf(wanted)) + 1;
  return groups[at] ?? null;
}

function split(self: string, call: Invocation): Value {
  const most = integerArgument(call, 1, 0);
  if (call.args.length === 0 || call.args[0] === " " || call.args[0] === null) {
    return self.trim() === "" ? [] : self.trim().split(/\s+/);
  }
  if (call.args[0] === "") return Array.from(self);
  const parts: string[] = [];
  const characters = Array.from(self);
  let from = 0;
  for (const { start, end, match } of findAll(patternOrText(call, 0), self, call.meter)) {
    if (most > 0 && parts.length === most - 1) break;
    if (end === start && (start === from || start >= characters.length)) continue;
    parts.push(characters.slice(from, start).join(""));
    // What groups found is kept between the parts.
    parts.push(...match.groups.slice(1).filter((group) => group !== null));
    from = end;
  }
  parts.push(characters.slice(from).join(""));
  if (most === 0) while (parts.at(-1) === "") parts.pop();
  return parts;
}

function replace(self: string, call: Invocation, most: number): Value {
  const { block } = call;
  const characters = Array.from(self);
  let result = "";
  let from = 0;
  for (const { start, end, match } of findAll(patternOrText(call, 0), self, call.meter, most)) {
    const by = block === undefined ? replacement(textArgument(call, 1), match) : textOf(block(match.groups[0] ?? null));
    result += characters.slice(from, start).join("") + by;
    call.meter.allocate(by.length);
    from = end;
  }
  return result + characters.slice(from).join("");
}

/** `\1`, `\0` and `\k<name>` stand for groups. */
function replacement(text: string, { groups, names }: Match): string {
  return text.replaceAll(/\\(?:(\d)|k<(\w+)>|(\\))/g, (_, digit?: string, name?: string) => {
    if (digit !== undefined) return groups[Number(digit)] ?? "";
    return name === undefined ? "\\" : (groups[names.indexOf(name) + 1] ?? "");
  });
}

/** Characters to others, by place; ranges such as a-z. */
function translate(self: string, from: string, to: string): string {
  const isNegated = from.startsWith("^") && from.length > 1;
  const [source, target] = [ranged(isNegated ? from.slice(1) : from), ranged(to)];
  const last = target.at(-1) ?? "";
  return Array.from(self, (one) => {
    const at = source.indexOf(one);
    if (isNegated) return at < 0 ? last : one;
    return at < 0 ? one : (target[at] ?? last);
  }).join("");
}

function ranged(text: string): string[] {
  const expanded = text.replaceAll(/([a-zA-Z0-9])-([a-zA-Z0-9])/g, (_, a: string, b: string) => {
    const length = Math.max(0, b.charCodeAt(0) - a.charCodeAt(0) + 1);
    return Array.from({ length }, (__, i) => String.fromCharCode(a.charCodeAt(0) + i)).join("");
  });
  return Array.from(expanded);
}

/** `%s`, `%d`, `%05.2f` and `%%`. Throws EvaluationError for others. */
export function format(text: string, values: Value): string {
  const list = Array.isArray(values) ? [...values] : [values];
  return text.replaceAll(/%([-0 +]*)(\d{0,3})(?:\.(\d{1,2}))?([a-zA-Z%])/g, (...parts) => {
    const [whole, flags, width, digits, letter] = parts as unknown as [
      string,
      string,
      string,
      string | undefined,
      string,
    ];
    if (letter === "%") return "%";
    const shown = formatted(letter, digits, list.shift() ?? null, whole);
    if (flags.includes("-")) return shown.padEnd(Number(width));
    if (!flags.includes("0") || letter === "s") return shown.padStart(Number(width));
    const sign = shown.startsWith("-") ? "-" : "";
    return sign + shown.slice(sign.length).padStart(Number(width) - sign.length, "0");
  });
}

function formatted(letter: string, digits: string | undefined, value: Value, whole: string): string {
  if (letter === "s") return textOf(value);
  const number = value instanceof Float ? value.value : value;
  if (typeof number === "number" && (letter === "d" || letter === "i")) return String(Math.floor(number));
  if (typeof number === "number" && letter === "f") return number.toFixed(Number(digits ?? 6));
  throw new EvaluationError(`${described(value)} cannot be written as ${whole}`);
}
