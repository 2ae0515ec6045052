/**
 * What builtins account for: work that grows with its input takes steps that grow with it, and what they make is charged for. Every
 * builtin is here: with an input of any size, or among those whose work is the same for all inputs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Dict } from "../values/dict.ts";
import { LimitReached } from "../values/errors.ts";
import { StarlarkSet } from "../values/set.ts";
import { makeStruct } from "../values/struct.ts";
import { makeTime } from "./time-module.ts";
import { Bytes, HeapValue, List, Tuple, type Value } from "../values/value.ts";
import { type BuiltinSpec, type NamedArgument } from "./builtin.ts";
import { CountingThread } from "./counting-thread.ts";
import { allBuiltins, builtinNamed } from "./registry.ts";

interface Input {
  self?: Value;
  args?: Value[];
  named?: NamedArgument[];
}

const ints = (n: number) => Array.from({ length: n }, (_, i) => (i * 7919) % 1_000_003);
const texts = (n: number) => Array.from({ length: n }, (_, i) => `text${i}`);
const list = (n: number) => new List(ints(n));
const pairs = (n: number) => new List(texts(n).map((key) => new Tuple([key, 1])));
const a = (n: number) => "a".repeat(n);
const accents = (n: number) => "\u00c3\u00a9".repeat(n >> 1);
const big = (n: number) => 1n << BigInt(n * 16);
const one = (value: Value): Input => ({ args: [value] });
const on = (self: Value, ...args: Value[]): Input => ({ self, args });

function dict(n: number): Dict {
  const result = new Dict();
  for (const key of texts(n)) result.set(key, 1);
  return result;
}

function set(n: number, from = 0): StarlarkSet {
  const result = new StarlarkSet();
  for (let i = 0; i < n; i++) result.add(from + i);
  return result;
}

/** By name: an input whose work is proportional to `n`, or more. */
const growing: Record<string, (n: number) => Input> = {
  abs: (n) => one(-big(n)),
  all: (n) => one(new List(Array.from({ length: n }, () => 1))),
  any: (n) => one(new List(Array.from({ length: n }, () => 0))),
  dict: (n) => one(pairs(n)),
  dir: (n) => one(makeStruct(new Map(texts(n).map((name) => [name, 1])))),
  enumerate: (n) => one(list(n)),
  fail: (n) => one(a(n * 8)),
  list: (n) => one(list(n)),
  print: (n) => one(a(n * 8)),
  reversed: (n) => one(list(n)),
  set: (n) => one(list(n)),
  tuple: (n) => one(list(n)),
  zip: (n) => ({ args: [list(n), list(n)] }),
  bytes: (n) => one(accents(n)),
  float: (n) => one(a(0) + "1".repeat(300) + "." + "1".repeat(n)),
  hash: (n) => one(a(n)),
  int: (n) => ({ args: ["7".repeat(n)] }),
  repr: (n) => one(list(n)),
  str: (n) => one(list(n)),
  sorted: (n) => one(list(n)),
  min: (n) => one(list(n)),
  max: (n) => one(list(n)),
  _sort_run: (n) => ({ args: [list(n), 0, false] }),
  _pick: (n) => ({ args: [list(n), new List(Array.from({ length: n }, (_, i) => i))] }),
  _min_by: (n) => ({ args: [list(n), list(n)] }),
  _max_by: (n) => ({ args: [list(n), list(n)] }),
  struct: (n) => ({ args: [], named: texts(n).map((name) => ({ name, value: 1 })) }),
  "string.capitalize": (n) => on(accents(n)),
  "string.isalnum": (n) => on(accents(n)),
  "string.isalpha": (n) => on(accents(n)),
  "string.isdigit": (n) => on("1".repeat(n * 8)),
  "string.islower": (n) => on(accents(n)),
  "string.isspace": (n) => on(" ".repeat(n * 8)),
  "string.istitle": (n) => on(accents(n)),
  "string.isupper": (n) => on(accents(n)),
  "string.lower": (n) => on(accents(n)),
  "string.title": (n) => on(accents(n)),
  "string.upper": (n) => on(accents(n)),
  "string.count": (n) => on(a(n * 8), "a"),
  "string.find": (n) => on(a(n * 8), "b"),
  "string.rfind": (n) => on(a(n * 8), "b"),
  "string.index": (n) => on(`${a(n * 8)}b`, "b"),
  "string.rindex": (n) => on(`b${a(n * 8)}`, "b"),
  "string.startswith": (n) => on("a", new Tuple(texts(n))),
  "string.endswith": (n) => on("a", new Tuple(texts(n))),
  "string.join": (n) => on(",", new List(texts(n))),
  "string.replace": (n) => on(a(n), "a", "bb"),
  "string.splitlines": (n) => on("a\n".repeat(n)),
  "string.split": (n) => on("a,".repeat(n), ","),
  "string.rsplit": (n) => on("a,".repeat(n), ","),
  "string.partition": (n) => on(a(n * 8), "b"),
  "string.rpartition": (n) => on(a(n * 8), "b"),
  "string.strip": (n) => on(" ".repeat(n)),
  "string.lstrip": (n) => on(" ".repeat(n)),
  "string.rstrip": (n) => on(" ".repeat(n)),
  "string.format": (n) => on("{}".repeat(n), ...texts(n)),
  "list.extend": (n) => on(new List([]), list(n)),
  "list.index": (n) => on(list(n), -1),
  "list.insert": (n) => on(list(n), 0, 1),
  "list.pop": (n) => on(list(n), 0),
  "list.remove": (n) => on(list(n), -1),
  "dict.items": (n) => on(dict(n)),
  "dict.keys": (n) => on(dict(n)),
  "dict.values": (n) => on(dict(n)),
  "dict.update": (n) => on(new Dict(), pairs(n)),
  "set.difference": (n) => on(set(n), list(n)),
  "set.intersection": (n) => on(set(n), set(n)),
  "set.issubset": (n) => on(set(n), set(n)),
  "set.issuperset": (n) => on(set(n), set(n)),
  "set.symmetric_difference": (n) => on(set(n), set(n, n)),
  "set.union": (n) => on(set(n), set(n, n)),
  "set.update": (n) => on(new StarlarkSet(), list(n)),
  "json.encode": (n) => one(list(n)),
  "json.encode_indent": (n) => one(list(n)),
  "json.decode": (n) => one(`[${ints(n).join(",")}]`),
  "json.indent": (n) => one(`[${ints(n).join(",")}]`),
  "time.parse_duration": (n) => one("1h".repeat(n)),
};

/** Those whose work has a bound, whatever they are called with; what clears a table is paid by those who filled it. */
const bounded = new Set([
  ..."getattr hasattr len range bool chr ord type _is_less _is_greater _merge_some".split(" "),
  ..."string.removeprefix string.removesuffix string.elems string.elem_ords bytes.elems".split(" "),
  ..."string.codepoints string.codepoint_ords list.append list.clear".split(" "),
  ..."dict.clear set.clear dict.get dict.pop dict.popitem dict.setdefault set.add set.discard set.pop set.remove".split(
    " ",
  ),
  ..."time.time.format time.time.in_location time.from_timestamp time.is_valid_timezone time.now".split(" "),
  ..."time.parse_time time.time".split(" "),
  ...[...allBuiltins().keys()].filter((name) => name.startsWith("math.")),
]);

const small = 1000;
const factor = 16;

/** Steps and bytes of a call, and the bytes of what it made. */
function measure(spec: BuiltinSpec, { self = null, args = [], named = [] }: Input) {
  const thread = new CountingThread();
  // Keys and names are not made anew.
  const known = new Set<Value>(texts(small * factor));
  const before = retained([self, ...args, ...named.map(({ value }) => value)], known);
  let result: Value = null;
  try {
    result = spec.call(thread, self, args, named);
  } catch (error) {
    if (error instanceof LimitReached) throw error;
  }
  const changed = retained([self], new Set()) - retained([], new Set());
  const made = retained([result], known) + (self === null ? 0 : Math.max(0, changed - before));
  return { steps: thread.steps, bytes: thread.bytes, made };
}

/** Bytes of values and what they refer to, but for those already known. */
function retained(values: readonly Value[], known: Set<Value>): number {
  let bytes = 0;
  const pending = [...values];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === "string") bytes += known.has(value) ? 0 : value.length;
    if (typeof value === "bigint") bytes += known.has(value) ? 0 : value.toString(16).length >> 1;
    if (value === null || typeof value === "number" || typeof value === "boolean" || known.has(value)) continue;
    known.add(value);
    if (!(value instanceof HeapValue)) continue;
    bytes += value.byteSize();
    value.visit((part) => pending.push(part));
  }
  return bytes;
}

test("every builtin of the library is accounted for here", () => {
  const unknown = [...allBuiltins().keys()].filter((name) => growing[name] === undefined && !bounded.has(name));
  assert.deepEqual(unknown, []);
  for (const name of [...Object.keys(growing), ...bounded]) assert.ok(builtinNamed(name), name);
});

for (const [name, inputOf] of Object.entries(growing)) {
  test(`${name}: steps grow with the work, and what is made is charged`, () => {
    const spec = builtinNamed(name)!;
    const few = measure(spec, inputOf(small));
    const many = measure(spec, inputOf(small * factor));
    assert.ok(
      many.steps >= (few.steps * factor) / 2 && many.steps >= (small * factor) / 64,
      `${few.steps} steps for ${small}, ${many.steps} for ${small * factor}`,
    );
    assert.ok(many.bytes >= many.made / 2, `${many.bytes} bytes charged, ${many.made} made`);
  });
}

for (const name of ["str", "repr", "json.encode"]) {
  test(`${name} of an int: steps grow with the square of its digits`, () => {
    const steps = (n: number) => measure(builtinNamed(name)!, one(big(n))).steps;
    assert.ok(steps(8000) >= 12 * steps(2000), `${steps(2000)}, then ${steps(8000)}`);
    assert.ok(steps(8000) >= 50_000, `${steps(8000)}`);
  });
}

test("steps of operations without parts are few", () => {
  const thread = new CountingThread();
  for (const [name, input] of [
    ["list.append", on(list(10_000), 1)],
    ["dict.get", on(dict(10_000), "text7")],
    ["dict.setdefault", on(dict(10_000), "new", 1)],
    ["set.add", on(set(10_000), 7)],
    ["len", one(list(10_000))],
    ["range", { args: [0, 1e9] }],
    ["string.elems", on(a(10_000))],
    ["bytes.elems", on(new Bytes(a(10_000)))],
    ["time.time.format", on(makeTime(0n), "2006-01-02")],
  ] as [string, Input][]) {
    builtinNamed(name)!.call(thread, input.self ?? null, input.args ?? [], []);
  }
  assert.ok(thread.steps < 2000, `${thread.steps}`);
});
