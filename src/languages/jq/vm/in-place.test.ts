/** Accumulators that are written in place give what accumulators that are copied give, whatever an update keeps of them. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { outputsOf } from "../testing/outputs.ts";

const key = fc.constantFrom(
  ".a",
  ".b",
  ".a[0]",
  ".b.c",
  ".a[$i]",
  '.["k\\($i)"]',
  ".a[0][1]",
  ".b.c.d",
  ".l[$i:]",
  ".a[-1]",
);
const reading = fc.constantFrom(
  "$i",
  "[$i]",
  "{c: $i}",
  ".a",
  ".b",
  ".",
  "[.a]",
  "[[.b], .a]",
  "{c: .a, d: .}",
  ".b.c",
  "length",
  "[.[]?]",
  "(.a, $i)",
  "null",
  "(.a // [])",
  "empty",
);
const update = fc.letrec<{ step: string; update: string }>((tie) => ({
  step: fc.oneof(
    { depthSize: "small" },
    fc
      .tuple(key, fc.constantFrom("=", "+=", "//="), reading)
      .map(([to, operator, from]) => `(${to} ${operator} ${from})`),
    fc
      .tuple(key, fc.constantFrom(". + [$i]", "[., .]", ".", "$i", "empty", "{c: .}", "(., 1)"))
      .map(([to, filter]) => `(${to} |= ${filter})`),
    reading.map((from) => `(. + ${from})`),
    fc.constant("."),
    fc.tuple(tie("update"), tie("update")).map(([a, b]) => `(if $i % 2 == 0 then ${a} else ${b} end)`),
    fc.tuple(reading, tie("update")).map(([from, body]) => `(${from} as $x | ${body})`),
    reading.map((from) => `(${from} as $x | .x = $x | .y = [$x])`),
    tie("update").map((body) => `(try ${body} catch .)`),
    tie("update").map((body) => `(. as $whole | ${body} | .w = $whole)`),
    fc.tuple(tie("update"), tie("update")).map(([a, b]) => `(${a}, ${b})`),
  ),
  update: fc.array(tie("step"), { minLength: 1, maxLength: 3 }).map((steps) => steps.join(" | ")),
})).update;
const initial = fc.constantFrom("{}", "[]", "null", "{a: [[1]], b: {c: [2]}}", ".", "(., {})");

test("reductions", () => {
  fc.assert(
    fc.property(initial, update, (begin, body) => {
      const program = `[. as $in | (reduce range(4) as $i (${begin}; ${body})), $in]`;
      const input = '{"a":[[0,1],2],"b":{"c":[3],"k0":{}},"l":[1,2,3]}';
      assert.deepEqual(outputsOf(program, input), outputsOf(program, input, { shortcuts: false }), program);
    }),
    { numRuns: 500 },
  );
});

test("loops that show their accumulator", () => {
  fc.assert(
    fc.property(initial, update, reading, (begin, body, shown) => {
      const program = `[foreach range(4) as $i (${begin}; ${body}; ${shown.replaceAll("$i", "1")})]`;
      const input = '{"a":[[0,1],2],"b":{"c":[3]}}';
      assert.deepEqual(outputsOf(program, input), outputsOf(program, input, { shortcuts: false }), program);
    }),
    { numRuns: 500 },
  );
});

/** The same by builtins that always copy. */
const COPYING = `
  def change(paths; f):
    reduce path(paths) as $path (.; . as $before | [getpath($path) | f] as $new
      | if $new == [] then $before | delpaths([$path]) else $before | setpath($path; $new[0]) end);`;

test("assignments to many places", () => {
  const places = fc.constantFrom(
    ".a[]",
    "(.a, .b)",
    "(.a, .a)",
    "..",
    "(.a[0], .a)",
    "(.a, .a[0])",
    ".[]",
    "(.b.c, .b, .a)",
    "..[0]?",
    "(.b, .b.c)",
    "(.a[0], .a, .a[0][0])",
  );
  const change = fc.constantFrom(
    ["|= .", "."],
    ["|= [.]", "[.]"],
    ["|= [., .]", "[., .]"],
    ["|= (., 1)", "."],
    ["|= empty", "empty"],
    ["+= [1]", ". + [1]"],
    ["+= {z: 1}", ". + {z: 1}"],
    ["= [7]", "[7]"],
    ["//= [1]", ". // [1]"],
    ['|= "x"', '"x"'],
  );
  const steps = fc.array(fc.tuple(places, change), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(steps, (chosen) => {
      const assigning = chosen.map(([place, [operator]]) => `${place} ${operator}`).join(" | ");
      const copying = chosen.map(([place, [, filter]]) => `change(${place}; ${filter})`).join(" | ");
      const input = '{"a":[[0],[1]],"b":{"c":[2]}}';
      const whole = (program: string): string[] =>
        outputsOf(`${COPYING} . as $in | try (${program}) catch . | [., $in]`, input);
      assert.deepEqual(whole(assigning), whole(copying), assigning);
    }),
    { numRuns: 500 },
  );
});
