/** Random programs of all of jq's syntax and of every builtin, most of which come to something. */
import type { Random } from "../../../src/languages/starlark/testing/fuzz/random.ts";
import { inputs } from "./inputs.ts";
import { tableProgram } from "./tables.ts";

/** What an expression should give, most of the time. */
type Kind = "number" | "string" | "boolean" | "array" | "object" | "any";

type Maker = (g: Generator, depth: number) => string;

const names = ["a", "b", "c", "key", "value", "name", "labels", "spec", "metadata", "title", "replicas", "username"];
const regexes = [
  '"a"',
  '"[a-z]+"',
  '"(?<x>[a-z])(?<y>[0-9])?"',
  '"\\\\d+"',
  '"B"',
  '"l+"',
  '"😀|ö"',
  '"^."',
  '".$"',
  '"(a)|(b)"',
  '", *"',
  '"\\\\s"',
  '"(?<w>\\\\w+)"',
];
const regexFlags = ['"g"', '"i"', '"gi"', '"x"', "null", '"n"', '"s"', '"gx"'];
const dateFormats = [
  '"%Y-%m-%dT%H:%M:%SZ"',
  '"%A, %B %d, %Y"',
  '"%j %U %W %V %G %u %w"',
  '"%c"',
  '"%D %T %p %I"',
  '"%e %k %l %y %C"',
  '"%s"',
  '"%h %b %a %Z %z"',
  '"%-d %_m %5Y %^a"',
];
const formats = ["@text", "@json", "@html", "@uri", "@csv", "@tsv", "@sh", "@base64", "@base64d"];

/** Exact on every machine: one right answer, which both find. */
const exactMath = [
  "floor",
  "ceil",
  "round",
  "sqrt",
  "fabs",
  "trunc",
  "rint",
  "nearbyint",
  "frexp",
  "modf",
  "logb",
  "significand",
  "isnan",
  "isinfinite",
  "isnormal",
  "isfinite",
];
/** Exponentials and their like, which differ in the last digit. */
export const inexactMath: readonly string[] = [
  "exp",
  "exp2",
  "exp10",
  "expm1",
  "log",
  "log2",
  "log10",
  "log1p",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "cbrt",
  "gamma",
  "lgamma",
  "tgamma",
  "lgamma_r",
  "erf",
  "erfc",
  "j0",
  "j1",
  "y0",
  "y1",
];
const exactMath2 = [
  "fmin",
  "fmax",
  "fmod",
  "fdim",
  "copysign",
  "ldexp",
  "scalb",
  "scalbln",
  "nextafter",
  "nexttoward",
  "drem",
  "remainder",
];
const inexactMath2 = ["pow", "atan2", "hypot"];

const typeTests = [
  "values",
  "nulls",
  "booleans",
  "numbers",
  "strings",
  "arrays",
  "objects",
  "iterables",
  "scalars",
  "finites",
  "normals",
  "scalars_or_empty",
];

/** Makes one program out of random choices. */
export class Generator {
  readonly random: Random;
  #variables: string[] = [];
  #functions: { name: string; arity: number }[] = [];
  #counter = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** A program of its own, for the input that it begins with. */
  program(): string {
    if (this.random.chance(0.3)) return tableProgram(this.random);
    const input = `$i${this.random.below(inputs.length)}`;
    return `${input} | ${this.expression("any", 4)}`;
  }

  expression(kind: Kind, depth: number): string {
    if (this.random.chance(0.07))
      return this.expressionOf(this.random.pick(["number", "string", "array", "object", "any"]), depth);
    return this.expressionOf(kind, depth);
  }

  expressionOf(kind: Kind, depth: number): string {
    if (depth <= 0) return this.random.pick(leaves[kind])(this, 0);
    if (this.random.chance(0.35)) return `(${this.compound(kind, depth - 1)})`;
    return `(${this.random.pick([...makers[kind], ...leaves[kind]])(this, depth - 1)})`;
  }

  /** Syntax that gives whatever its parts give. */
  compound(kind: Kind, depth: number): string {
    return this.random.pick(compounds)(this, kind, depth);
  }

  variable(): string {
    return this.#variables.length > 0 && this.random.chance(0.6)
      ? this.random.pick(this.#variables)
      : this.random.pick(["$i3", "$i7", "($__loc__ | .file)"]);
  }

  /** A variable that is bound in what `inside` makes. */
  bound(inside: (name: string) => string): string {
    const name = `$v${this.#counter++}`;
    this.#variables.push(name);
    const text = inside(name);
    this.#variables.splice(this.#variables.indexOf(name), 1);
    return text;
  }

  defined(arity: number, inside: (name: string) => string): string {
    const name = `f${this.#counter++}`;
    this.#functions.push({ name, arity });
    const text = inside(name);
    this.#functions.pop();
    return text;
  }

  call(depth: number): string {
    const known = this.#functions.at(-1);
    if (known === undefined) return this.path(depth);
    const args = Array.from({ length: known.arity }, () => this.expression("any", depth - 1));
    return args.length === 0 ? known.name : `${known.name}(${args.join("; ")})`;
  }

  path(depth: number): string {
    if (depth <= 0)
      return this.random.pick([".", `.${this.random.pick(names)}`, ".[]?", ".[0]", ".a?", "..", ".[1:]", '.["b"]']);
    return this.random.pick(paths)(this, depth - 1);
  }

  pattern(depth: number): string {
    const name = (): string => {
      const fresh = `$v${this.#counter++}`;
      this.#variables.push(fresh);
      return fresh;
    };
    if (depth <= 0 || this.random.chance(0.5)) return name();
    if (this.random.chance(0.5)) return `[${this.random.several(1, 2, () => this.pattern(depth - 1)).join(", ")}]`;
    const member = this.random.pick([
      () => `${this.random.pick(names)}: ${this.pattern(depth - 1)}`,
      () => name(),
      () => `"a": ${this.pattern(depth - 1)}`,
      () => `("b"): ${this.pattern(depth - 1)}`,
    ]);
    return `{${member()}}`;
  }

  scoped(inside: () => string): string {
    const before = this.#variables.length;
    const text = inside();
    this.#variables.length = Math.min(this.#variables.length, before);
    return text;
  }
}

const numberTexts = [
  "0",
  "1",
  "2",
  "-1",
  "3",
  "0.5",
  "2.7",
  "-1.5",
  "10",
  "100",
  "1e3",
  "1e17",
  "1e-5",
  "-0",
  "nan",
  "infinite",
  "4294967297",
  "1e300",
];
const stringTexts = [
  '"a"',
  '""',
  '"b,c"',
  '"é😀x"',
  '"10"',
  '"A b"',
  '"it\'s <b>&"',
  '"[1,2]"',
  '"aaa"',
  '"\\u0000z"',
  '"a\\tb\\n"',
  '"aGk="',
];
const objectTexts = ["{}", "{a: 1}", '{"b": [1], a: null}', "{a: {b: 2}}"];
const arrayTexts = ["[]", "[1, 2]", '["a", "b"]', "[[1], 2]", "[null, false]", "[3, 1, 2]", "[1, 1]"];

/** In parentheses, for a minus sign cannot stand everywhere. */
const numberLeaf: Maker = (g) => `(${g.random.pick(numberTexts)})`;

const leaves: Record<Kind, Maker[]> = {
  number: [numberLeaf, (g) => `(${g.random.between(-3, 12)})`, () => "length", (g) => `($i3[${g.random.below(14)}])`],
  string: [
    (g) => g.random.pick(stringTexts),
    () => "tostring",
    (g) => `$i2[${g.random.below(14)}]`,
    () => "type",
    () => "tojson",
  ],
  boolean: [() => "true", () => "false", () => "not", (g) => `has(${g.random.pick(['"a"', "0"])})`],
  array: [
    (g) => g.random.pick(arrayTexts),
    () => "[.[]?]",
    (g) => `$i${g.random.pick([2, 3, 4, 6, 7, 8])}`,
    () => "[..]",
  ],
  object: [(g) => g.random.pick(objectTexts), (g) => `$i${g.random.pick([0, 1, 5])}`, () => "{a: .}"],
  any: [
    () => ".",
    () => "null",
    numberLeaf,
    (g) => g.random.pick(stringTexts),
    (g) => g.random.pick(arrayTexts),
    (g) => g.variable(),
    (g) => `(${g.path(1)})`,
    (g) => g.random.pick(objectTexts),
  ],
};

const n: Maker = (g, depth) => g.expression("number", depth);
const s: Maker = (g, depth) => g.expression("string", depth);
const a: Maker = (g, depth) => g.expression("array", depth);
const o: Maker = (g, depth) => g.expression("object", depth);
const e: Maker = (g, depth) => g.expression("any", depth);

const makers: Record<Kind, Maker[]> = {
  number: [
    (g, d) => `${n(g, d)} ${g.random.pick(["+", "-", "*", "/", "%"])} ${n(g, d)}`,
    (g, d) => `-${n(g, d)}`,
    (g, d) => `${e(g, d)} | length`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["utf8bytelength", "tonumber", "length"])}`,
    (g, d) => `${a(g, d)} | ${g.random.pick(["add", "min", "max", "first", "last", "length"])}`,
    (g, d) => `${n(g, d)} | ${g.random.pick(exactMath)}`,
    (g, d) => `${n(g, d)} | ${g.random.pick(inexactMath)}`,
    (g, d) => `${g.random.pick(exactMath2)}(${n(g, d)}; ${n(g, d)})`,
    (g, d) => `${g.random.pick(inexactMath2)}(${n(g, d)}; ${n(g, d)})`,
    (g, d) => `fma(${n(g, d)}; ${n(g, d)}; ${n(g, d)})`,
    (g, d) => `${a(g, d)} | bsearch(${g.random.pick(["1", "2.5", "null", '"b"', "[1]"])})`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["index", "rindex"])}(${s(g, d)})`,
    (g, d) => `reduce ${a(g, d)}[] as $x (0; . + ($x | numbers))`,
    (g, d) => `${n(g, d)} | gmtime | mktime`,
    (g) => `range(${n(g, 0)}; ${g.random.between(0, 6)})`,
    (g) => `range(${n(g, 0)}; ${g.random.between(0, 6)}; ${g.random.pick(["1", "2", "0.5", "-1", "0"])})`,
  ],
  string: [
    (g, d) => `${s(g, d)} + ${s(g, d)}`,
    (g, d) => `${s(g, d)} * ${g.random.pick(["0", "1", "2", "1.5", "0.5", "-1"])}`,
    (g, d) => `"x\\(${e(g, d)})y"`,
    (g, d) => `${g.random.pick(formats)} "<\\(${e(g, d)})>"`,
    (g, d) => `${e(g, d)} | ${g.random.pick(formats)}`,
    (g, d) => `${a(g, d)} | ${g.random.pick(["@csv", "@tsv", "@sh"])}`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["ascii_downcase", "ascii_upcase", "tojson", "tostring"])}`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["ltrimstr", "rtrimstr"])}(${s(g, d)})`,
    (g, d) => `${a(g, d)} | join(${s(g, d)})`,
    (g, d) => `${s(g, d)} | .[${n(g, 0)}:${n(g, 0)}]`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["sub", "gsub"])}(${g.random.pick(regexes)}; ${s(g, d)})`,
    (g, d) =>
      `${s(g, d)} | ${g.random.pick(["sub", "gsub"])}(${g.random.pick(regexes)}; "<\\(.x)>"; ${g.random.pick(regexFlags)})`,
    (g, d) => `${s(g, d)} | explode | ${g.random.pick(["reverse", "map(. + 1)", "."])} | implode`,
    (g, d) => `${n(g, d)} | strftime(${g.random.pick(dateFormats)})`,
    (g, d) => `${n(g, d)} | gmtime | ${g.random.pick(["todate", `strflocaltime(${g.random.pick(dateFormats)})`])}`,
    (g, d) => `${s(g, d)} | scan(${g.random.pick(regexes)})`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["@base64", "@uri"])} | ${g.random.pick(["@base64d", "."])}`,
  ],
  boolean: [
    (g, d) => `${e(g, d)} ${g.random.pick(["==", "!=", "<", "<=", ">", ">="])} ${e(g, d)}`,
    (g, d) => `${e(g, d)} ${g.random.pick(["and", "or"])} ${e(g, d)}`,
    (g, d) => `${e(g, d)} | not`,
    (g, d) => `${a(g, d)} | ${g.random.pick(["any", "all"])}`,
    (g, d) => `${a(g, d)} | ${g.random.pick(["any", "all"])}(${e(g, d)})`,
    (g, d) => `${g.random.pick(["any", "all"])}(${e(g, d)}; ${e(g, d)})`,
    (g, d) => `${s(g, d)} | test(${g.random.pick(regexes)})`,
    (g, d) => `${s(g, d)} | test(${g.random.pick(regexes)}; ${g.random.pick(regexFlags)})`,
    (g, d) => `${s(g, d)} | ${g.random.pick(["startswith", "endswith"])}(${s(g, d)})`,
    (g, d) => `${e(g, d)} | contains(${e(g, d)})`,
    (g, d) => `${e(g, d)} | inside(${e(g, d)})`,
    (g, d) => `${e(g, d)} | has(${e(g, d)})`,
    (g, d) => `${e(g, d)} | in(${e(g, d)})`,
    (g, d) => `isempty(${e(g, d)})`,
    (g, d) => `IN(${e(g, d)}; ${e(g, d)})`,
    (g, d) => `${e(g, d)} | IN(${e(g, d)})`,
  ],
  array: [
    (g, d) => `[${e(g, d)}, ${e(g, d)}]`,
    (g, d) => `[${e(g, d)}]`,
    (g, d) => `${a(g, d)} ${g.random.pick(["+", "-"])} ${a(g, d)}`,
    (g, d) => `${a(g, d)} | map(${e(g, d)})`,
    (g, d) =>
      `${a(g, d)} | ${g.random.pick(["sort", "unique", "reverse", "flatten", "transpose", "keys", "to_entries", "."])}`,
    (g, d) => `${a(g, d)} | ${g.random.pick(["sort_by", "group_by", "unique_by"])}(${e(g, d)})`,
    (g, d) => `${a(g, d)} | [${g.random.pick(["min_by", "max_by"])}(${e(g, d)})]`,
    (g, d) => `${a(g, d)} | flatten(${g.random.pick(["0", "1", "2", "-1"])})`,
    (g, d) =>
      `${o(g, d)} | ${g.random.pick(["keys", "keys_unsorted", "to_entries", "[paths]", "[leaf_paths]", "[tostream]"])}`,
    (g, d) => `${e(g, d)} | [paths(${e(g, d)})]`,
    (g, d) => `${s(g, d)} | split(${s(g, d)})`,
    (g, d) => `${s(g, d)} | split(${g.random.pick(regexes)}; ${g.random.pick(regexFlags)})`,
    (g, d) => `${s(g, d)} | [splits(${g.random.pick(regexes)})]`,
    (g, d) => `${s(g, d)} | [match(${g.random.pick(regexes)}; ${g.random.pick(regexFlags)})]`,
    (g, d) => `${s(g, d)} | [match([${g.random.pick(regexes)}, "g"])]`,
    (g, d) => `${s(g, d)} | explode`,
    (g, d) => `${e(g, d)} | indices(${e(g, d)})`,
    (g, d) => `${a(g, d)} | .[${n(g, 0)}:${n(g, 0)}]`,
    (g, d) => `[limit(${g.random.between(-1, 4)}; ${e(g, d)})]`,
    (g, d) => `[first(${e(g, d)})]`,
    (g, d) => `[nth(${g.random.between(-1, 3)}; ${e(g, d)})]`,
    (g) => `${a(g, 0)} | .[:3] | [combinations(2)]`,
    () => `$i6 | map(arrays | .[:2]) | [combinations]`,
    (g, d) => `${e(g, d)} | [.. | ${g.random.pick(typeTests)}]`,
    (g, d) => `${n(g, d)} | gmtime`,
    () => `$i14 | strptime("%Y-%m-%dT%H:%M:%SZ")`,
    (g, d) => `[foreach ${a(g, d)}[] as $x (0; . + 1; [$x, .])]`,
    (g, d) => `[path(${g.path(d)})]`,
    (g, d) => `${e(g, d)} | [recurse(.[]?; ${e(g, d)})]`,
    (g) => `[${n(g, 0)} | limit(5; while(. < 20; . + 3))]`,
    (g, d) => `[1 | truncate_stream(${e(g, d)} | tostream)]`,
    (g, d) => `[fromstream(${e(g, d)} | tostream)]`,
    (g, d) => `${a(g, d)} | JOIN({"1": 2, "a": 3}; ${g.random.pick(["tostring", ".a"])})`,
  ],
  object: [
    (g, d) => `{a: ${e(g, d)}, "b": ${e(g, d)}}`,
    (g, d) => `{(${s(g, d)}): ${e(g, d)}}`,
    (g, d) => `{"x\\(${s(g, d)})": ${e(g, d)}, @base64 "k": 1}`,
    (g, d) => `${o(g, d)} ${g.random.pick(["+", "*"])} ${o(g, d)}`,
    (g, d) => `${o(g, d)} | map_values(${e(g, d)})`,
    (g, d) => `${o(g, d)} | with_entries(${g.random.pick([".value |= tojson", "select(.value)", '.key += "x"'])})`,
    (g, d) => `${o(g, d)} | to_entries | from_entries`,
    (g, d) => `${a(g, d)} | from_entries`,
    (g, d) => `${o(g, d)} | del(${g.path(d)})`,
    (g, d) => `${o(g, d)} | {${g.random.pick(names)}, ${g.random.pick(names)}}`,
    (g, d) => `${s(g, d)} | capture(${g.random.pick(regexes)})`,
    (g, d) => `${a(g, d)} | INDEX(${e(g, d)})`,
    (g, d) => `INDEX(${e(g, d)}; ${e(g, d)})`,
    (g, d) =>
      `${o(g, d)} | setpath(${g.random.pick(['["a"]', '["a","b"]', '["x",0]', "[]", '["labels",1]'])}; ${e(g, d)})`,
    (g) => `{$i9, a: ${g.variable()}} | .`,
    (g, d) => `reduce ${e(g, d)} as $x ({}; .[$x | tostring] += 1)`,
  ],
  any: [
    (g, d) => n(g, d),
    (g, d) => s(g, d),
    (g, d) => a(g, d),
    (g, d) => o(g, d),
    (g, d) => g.expression("boolean", d),
    (g, d) => g.path(d),
    (g, d) => `${s(g, d)} | fromjson`,
    (g, d) => `${e(g, d)} | tojson | fromjson`,
    (g) => `getpath(${g.random.pick(['["a"]', '["a","b"]', "[0]", '["spec","replicas"]', '[0,"a"]', "[]"])})`,
    (g, d) => `${g.path(d)} ${g.random.pick(["|=", "=", "+=", "-=", "*=", "/=", "%=", "//="])} ${e(g, d)}`,
    (g, d) => `del(${g.path(d)})`,
    (g, d) => `delpaths([path(${g.path(d)})])`,
    () => `to_entries[] | .value`,
    (g) =>
      `walk(${g.random.pick(['if type == "number" then . + 1 else . end', ".", 'if type == "array" then sort else . end', "arrays |= reverse"])})`,
    (g, d) => `${e(g, d)} | ${g.random.pick(typeTests)}`,
    (g, d) => `${e(g, d)} | error`,
    (g, d) => `error(${e(g, d)})`,
    (g, d) =>
      `${e(g, d)} | ${g.random.pick(["tonumber", "tostring", "type", "length", "keys", "add", "not", "ascii_downcase", "sort", "unique", "min", "max", "tojson", "flatten", "first", "last", "reverse", "transpose", "to_entries", "from_entries", "mktime", "gmtime", "todate", "fromdate", "explode", "implode", "input_line_number", "@html", "@csv", "floor", "sqrt", "fromjson", "utf8bytelength", "tostream", "paths", 'splits("a")', "test(1)", "isvalid(.a)"].filter((name) => name !== "isvalid(.a)"))}`,
    (g, d) => g.call(d),
    () => `[try input catch .] | .[]`,
    (g, d) => `[splits(${e(g, d)})]`,
    (g, d) => `ltrimstr(${e(g, d)})`,
    (g, d) => `split(${e(g, d)})`,
    (g) => `format(${g.random.pick(['"csv"', '"text"', '"foo"', "1"])})`,
  ],
};

const paths: Maker[] = [
  () => ".",
  (g) => `.${g.random.pick(names)}`,
  (g) => `.${g.random.pick(names)}?`,
  (g) => `."${g.random.pick(names)}"`,
  (g, d) => `.[${n(g, d)}]`,
  (g, d) => `.[${s(g, d)}]`,
  () => ".[]",
  () => ".[]?",
  (g) => `.[${g.random.between(-2, 2)}:${g.random.between(-2, 4)}]`,
  (g) => `.[${g.random.pick(["1.2", "-0.5", "null", "1"])}:]`,
  (g, d) => `${g.path(d)} | ${g.path(d)}`,
  (g, d) => `(${g.path(d)}) | .${g.random.pick(names)}?`,
  (g, d) => `(${g.path(d)}, ${g.path(d)})`,
  (g, d) => `first(${g.path(d)})`,
  (g, d) => `limit(${g.random.between(0, 2)}; ${g.path(d)})`,
  (g, d) => `select(${g.expression("boolean", d)})`,
  (g, d) => `(${g.path(d)}) | select(. != null)`,
  (g, d) => `if ${g.expression("boolean", d)} then ${g.path(d)} else ${g.path(d)} end`,
  (g, d) => `(${g.path(d)} // ${g.path(d)})`,
  () => "..",
  () => "recurse",
  () => "first",
  () => "last",
  () => "empty",
  (g, d) => `getpath(["a", ${e(g, d)}])`,
  (g, d) => `(${e(g, d)} as $p | ${g.path(d)})`,
  (g) => `.${g.random.pick(names)}[${g.random.between(-1, 2)}]?`,
  (g) => `.${g.random.pick(names)}.${g.random.pick(names)}`,
];

const compounds: ((g: Generator, kind: Kind, depth: number) => string)[] = [
  (g, k, d) => `${e(g, d)} | ${g.expression(k, d)}`,
  (g, k, d) => `${g.expression(k, d)}, ${g.expression(k, d)}`,
  (g, k, d) => `if ${e(g, d)} then ${g.expression(k, d)} else ${g.expression(k, d)} end`,
  (g, k, d) =>
    `if ${e(g, d)} then ${g.expression(k, d)} elif ${e(g, d)} then ${g.expression(k, d)} else ${g.expression(k, d)} end`,
  (g, k, d) => `[try ${e(g, d)} catch ${g.expression(k, d)}] | .[]`,
  (g, k, d) => `[${g.expression(k, d)}?] | .[]`,
  (g, k, d) => `${g.expression(k, d)} // ${g.expression(k, d)}`,
  (g, k, d) => `${e(g, d)} as $x | ${g.expression(k, d)}`,
  (g, k, d) => g.bound((name) => `${g.random.pick(["1", "[1,2]", "."])} as ${name} | ${g.expression(k, d)}`),
  (g, k, d) => g.scoped(() => `${e(g, d)} as ${g.pattern(2)} | ${g.expression(k, d)}`),
  (g, k, d) => `reduce ${e(g, d)} as $x (first(${g.expression(k, d)}); ${g.expression(k, d)})`,
  (g, k, d) => `foreach ${e(g, d)} as $x (first(${g.expression(k, d)}); ${g.expression(k, d)})`,
  (g, k, d) => `foreach ${e(g, d)} as [$x, $y] (first(${g.expression(k, d)}); ${g.expression(k, d)}; [$x, $y, .])`,
  (g, k, d) => `label $out | ${g.expression(k, d)}, break $out, ${g.expression(k, d)}`,
  (g, k, d) => `label $out | ${e(g, d)} | if ${e(g, d)} then break $out else ${g.expression(k, d)} end`,
  (g, k, d) =>
    g.defined(0, (name) => `def ${name}: ${g.random.pick([".a?", "length", "[.]", "[.]"])}; ${g.expression(k, d)}`),
  (g, k, d) =>
    g.defined(
      1,
      (name) => `def ${name}(g): ${g.random.pick(["g", "[g]", "g | g", "first(g)", "g, g"])}; ${g.expression(k, d)}`,
    ),
  (g, k, d) =>
    g.defined(
      2,
      (name) =>
        `def ${name}($p; q): ${g.random.pick(["$p", "[$p, q]", "$p | q", "q | [$p]", "p"])}; ${g.expression(k, d)}`,
    ),
  (g, k, d) => `until(true; .) | ${g.expression(k, d)}`,
  (g, k, d) => `first(${g.expression(k, d)})`,
  (g, k, d) => `last(${g.expression(k, d)})`,
  (g, k, d) => `[${e(g, d)} as [$x] ?// $x | [$x]] | ${g.expression(k, d)}`,
  (g, k, d) => `${g.path(d)} | ${g.expression(k, d)}`,
];
