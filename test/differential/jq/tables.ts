/** Random programs that look closely at one thing: texts of JSON, numbers, dates, paths, order, base 64, indices. */
import type { Random } from "../../../src/languages/starlark/testing/fuzz/random.ts";

type Maker = (random: Random) => string;

/** One of the programs below. */
export function tableProgram(random: Random): string {
  return random.pick(tables)(random);
}

function literal(text: string): string {
  return JSON.stringify(text);
}

const pieces = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"a"',
  '"b\\u00e9"',
  '"\\ud83d\\ude00"',
  '"\\ud800"',
  '"\\x"',
  '"',
  "1",
  "-2.5e3",
  "01",
  "1.",
  ".5",
  "+1",
  "-",
  "null",
  "true",
  "false",
  "nan",
  "NaN",
  "-Infinity",
  "tru",
  " ",
  "\n",
  "é",
  "\u001e",
  "\u0000",
  "\ufeff",
  "\\",
] as const;

function jsonValue(random: Random, depth: number): string {
  if (depth === 0 || random.chance(0.4)) {
    return random.pick([
      "null",
      "true",
      "1",
      "-0.5",
      '"x"',
      '"é😀"',
      "[]",
      "{}",
      "1e400",
      '"a\\n\\u0001"',
      numberText(random),
    ]);
  }
  const inner = random.several(0, 3, () => jsonValue(random, depth - 1));
  if (random.chance(0.5)) return `[${inner.join(",")}]`;
  return `{${inner.map((value) => `${random.pick(['"a"', '"b"', '"10"', '""'])}:${value}`).join(",")}}`;
}

function brokenJson(random: Random): string {
  if (random.chance(0.4)) return random.several(1, 7, () => random.pick(pieces)).join("");
  const text = jsonValue(random, 3);
  const at = random.below(text.length + 1);
  const cut = at + random.pick([0, 1, 1, 2, 5]);
  return text.slice(0, at) + random.pick(["", "", ...pieces]) + text.slice(cut);
}

function numberText(random: Random): string {
  const digits =
    String(random.bits() % 10 ** random.between(1, 9)) + (random.chance(0.3) ? "0".repeat(random.below(12)) : "");
  const point = random.chance(0.5) ? `.${String(random.bits())}` : "";
  const exponent = random.chance(0.5)
    ? `e${random.between(-30, 30)}`
    : random.chance(0.1)
      ? `e${random.between(-330, 310)}`
      : "";
  return `${digits}${point}${exponent}`;
}

function number(random: Random): string {
  return random.chance(0.3) ? `(-${numberText(random)})` : numberText(random);
}

const letters = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%EOQf";

function dateFormat(random: Random): string {
  const directive = (): string =>
    `%${random.chance(0.15) ? random.pick(["_", "-", "0", "^", "#"]) : ""}${random.chance(0.08) ? random.pick(["3", "10"]) : ""}${random.chance(0.05) ? random.pick(["E", "O"]) : ""}${letters[random.below(letters.length)]!}`;
  return random.several(1, 4, () => directive() + random.pick([" ", "-", "T", ""])).join("");
}

const dateTexts = [
  "2015-03-05T23:51:47Z",
  "2024-02-29",
  "Thu, 05 Mar 2015 23:51:47 +0100",
  "12/31/99",
  "1425599621",
  "11:34:56 PM",
  "May 7",
  "2015 064",
  "2015 10 4",
  "jan",
  "20 15",
  " 5",
  "+01:30",
  "Z",
  "UTC x",
  "2015-3-5 ",
  "10 0 53",
];

function parts(random: Random): string {
  const wild = (low: number, high: number): string =>
    String(random.chance(0.05) ? random.between(-70_000, 70_000) : random.between(low, high));
  return `[${[wild(1900, 2100), wild(0, 11), wild(1, 31), wild(0, 23), wild(0, 59), `${wild(0, 59)}.25`, wild(0, 6), wild(0, 365)].join(", ")}]`;
}

const keys = [
  '"a"',
  '"b"',
  "0",
  "1",
  "-1",
  "2.5",
  "null",
  "true",
  "[1]",
  "nan",
  '{"start":1,"end":2}',
  '{"start":null,"end":-1}',
  '{"start":0.5,"end":null}',
  '{"start":"x","end":1}',
  '"10"',
  "{}",
];

function path(random: Random): string {
  return `[${random.several(0, 3, () => random.pick(keys)).join(",")}]`;
}

function value(random: Random): string {
  return `(${literal(jsonValue(random, 3))} | fromjson)`;
}

function text(random: Random): string {
  return literal(
    random
      .several(0, 5, () =>
        random.pick(["a", "b", "é", "😀", "\uffff", "\u0000", "aa", " ", "\n", "A", "'", '"', "<&>", "\ufdcf", "/"]),
      )
      .join(""),
  );
}

const tables: readonly Maker[] = [
  (r) => `${literal(brokenJson(r))} | fromjson`,
  (r) => `${literal(brokenJson(r))} | fromjson`,
  (r) => `${literal(jsonValue(r, 4))} | fromjson | tojson`,
  (r) => `${literal(r.chance(0.7) ? numberText(r) : brokenJson(r))} | tonumber`,
  (r) => `[${r.several(1, 5, () => number(r)).join(", ")}] | ., map(tostring)`,
  (r) => `[${number(r)} ${r.pick(["+", "-", "*", "%", "<", "=="])} ${number(r)}]`,
  (r) => `[${number(r)}, ${number(r)}] | [.[] | floor, ceil, round, rint, trunc, sqrt, frexp, modf, logb, significand]`,
  (r) =>
    `[${r.pick(["fmod", "drem", "remainder", "fdim", "fmax", "copysign", "nextafter"])}(${number(r)}; ${number(r)})]`,
  (r) =>
    `[fma(${number(r)}; ${number(r)}; ${number(r)}), ldexp(${number(r)}; ${r.between(-1100, 1100)}), scalb(${number(r)}; ${r.between(-50, 50)})]`,
  (r) => `${parts(r)} | [strftime(${literal(dateFormat(r))})]`,
  (r) => `${parts(r)} | mktime`,
  (r) => `${number(r)} | [gmtime, todate]`,
  (r) => `${literal(r.pick(dateTexts))} | strptime(${literal(dateFormat(r))})`,
  (r) =>
    `${parts(r)} as $t | ${literal(r.pick(["%Y-%m-%dT%H:%M:%SZ", "%c", "%D %T", "%a %d %b %Y", "%Y %j", "%Y %U %w", "%y %W %u", "%I %p"]))} as $f | $t | strftime($f) | strptime($f) | ., mktime`,
  (r) => `${value(r)} | [getpath(${path(r)})]`,
  (r) => `${value(r)} | setpath(${path(r)}; ${r.pick(["9", "[8]", "null"])})`,
  (r) => `${value(r)} | delpaths([${r.several(0, 3, () => path(r)).join(",")}] | map(select(any(.[]; . != .) | not)))`,
  (r) =>
    `[${r.several(0, 6, () => value(r)).join(", ")}] | sort, unique, min, max, group_by(.a?), (.[0] < .[1]), (.[0] == .[1])`,
  (r) =>
    `${value(r)} as $a | ${value(r)} as $b | try ($a | contains($b)) catch ., ($a == $b), try ($a + $b) catch ., try ($a - $b) catch ., try ($a * $b) catch .`,
  (r) => `${value(r)} | [paths], [tostream], (tojson | length), (.. |= .)`,
  (r) =>
    `${literal(r.several(0, 6, () => r.pick(["aGk", "=", "/", "+8", "YQ", "Z", "!", "-", "8J+Y", "gA"])).join(""))} | @base64d | explode`,
  (r) =>
    `${text(r)} | @base64, @html, @uri, @sh, @json, ([., 1, null] | @csv, @tsv), length, utf8bytelength, explode, ascii_upcase`,
  (r) =>
    `${text(r)} as $a | ${text(r)} as $b | $a | startswith($b), endswith($b), ltrimstr($b), rtrimstr($b), split($b), contains($b), ($a < $b), (if $b == "" then 0 else index($b), rindex($b), indices($b) end)`,
  (r) => `${text(r)} | .[${r.between(-6, 6)}${r.pick(["", ".5"])}:${r.between(-6, 6)}${r.pick(["", ".5"])}]`,
  (r) =>
    `${value(r)} | .[${r.between(-3, 3)}${r.pick(["", ".5"])}:${r.between(-3, 3)}${r.pick(["", ".5"])}] = ${r.pick(["[7]", "[]", "null", '["x","y"]'])}`,
  (r) =>
    `${value(r)} | ${r.pick(["error", "keys", "tonumber", "implode", "ascii_downcase", "@csv", "floor", "add", "fromjson", "has(0)", "to_entries", "from_entries", "sort", "flatten", "transpose", "mktime", 'strptime("%Y")', 'test("a")', "ltrimstr(1)", 'join(",")', "reverse", ". + 1", ". - 1", ". * {}", ". / 2", ". % 3", "-(.)", ".a", ".[0]", ".[true]", 'has("a")', "splits(1)", "format(.)"].filter((name) => name !== "implode"))}`,
];
