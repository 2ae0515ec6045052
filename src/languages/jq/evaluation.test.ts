/** Evaluations in slices, their limits, and what they leave alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { JqError, JqLimitError, JqSyntaxError } from "./errors.ts";
import { compileJq } from "./jq.ts";
import { FREE, json, linesOf, outputsOf } from "./testing/outputs.ts";
import { printJson } from "./library/json-print.ts";
import type { Value } from "./value.ts";
import type { EvaluationOptions } from "./vm/options.ts";

function lines(program: string, options: EvaluationOptions = {}, input: Value = null): string[] {
  return [...linesOf(compileJq(program).start(input, undefined, options), 100)];
}

test("an evaluation stops between instructions and goes on where it was", () => {
  const evaluation = compileJq('[range(1000)] | length, error("x"), 3').start(null);
  let slices = 0;
  let step = evaluation.step(10);
  for (; step === "running"; step = evaluation.step(10)) slices++;
  assert.deepEqual(step, { value: 1000 });
  assert.ok(slices >= 100, `${slices} slices`);
  const failed = evaluation.step(10);
  assert.ok(typeof failed === "object" && "error" in failed && failed.error.value === "x");
  assert.equal(evaluation.step(10), "done");
});

test("evaluations of one program do not see each other", () => {
  const program = compileJq("reduce range(100) as $i ([]; . + [$i + $n])", { variables: ["n"] });
  const first = program.start(null, new Map([["n", 0]]));
  const second = program.start(null, new Map([["n", 1000]]));
  const outputs: Value[] = [];
  while (outputs.length < 2) {
    for (const step of [first.step(7), second.step(7)])
      if (typeof step === "object" && "value" in step) outputs.push(step.value);
  }
  assert.deepEqual(
    outputs.map((output) => (output as Value[])[99]),
    [99, 1099],
  );
});

for (const program of [
  "def f: 1 + f; f",
  "def f: f, 1; f",
  "def f: [f]; f",
  "def f(g): g | f(g); f(1 + .)",
  "def f(g): f(g | g); f(.)",
  "def f(x): if x then f(x) else . end | f(x); f(.)",
  "def f: f | f; f",
  "def f: path(f); f",
  "def f: (f | .a) = 1; f",
  "def f: . as [$x] | f | $x; f",
  "def f: try f catch f; f",
  "def f: label $x | f | .; f",
  "reduce repeat(1) as $x (0; . + 1)",
  "[repeat(1)]",
  "last(range(infinite))",
  "[range(infinite)]",
  "until(false; .)",
  "def f: f; f",
  '[limit(1000000000; repeat("x"))] | add',
  'reduce range(1e9) as $i ("x"; . + .)',
  "reduce range(1e9) as $i ([1]; . + .)",
  "reduce range(1e9) as $i ([]; [., .])",
  "[.[]?, (1 | recurse)] | .[repeat(0)]",
  "try repeat(error) catch repeat(1)",
  "label $x | repeat(label $y | 1) | empty",
]) {
  test(`${program} ends with a limit`, () => {
    const limits = { steps: 3_000_000, bytes: 8_000_000, depth: 5000 };
    assert.match(lines(program, limits).at(-1) ?? "", /^!!! (?:steps|bytes|depth)$/);
  });
}

const doubled =
  "def doubled: reduce range(60) as $i (1; [., .]); def objects: reduce range(60) as $i (1; {a: ., b: .});";

for (const program of [
  "doubled == doubled",
  "objects == objects",
  "doubled < doubled",
  "objects < objects",
  "[doubled, doubled] | sort",
  "[doubled, doubled] | min",
  "[doubled, doubled] | unique",
  "[doubled] - [doubled]",
  "[doubled, doubled] | index([doubled])",
  "[doubled] | bsearch(doubled)",
  "doubled as $a | doubled | contains($a)",
  "doubled | [tostream]",
  "doubled | flatten",
  "doubled | tojson",
  "objects * objects",
]) {
  test(`what holds everything twice, 60 times over: ${program} ends with a limit`, () => {
    const limits = { steps: 300_000, bytes: 2_000_000 };
    assert.match(lines(doubled + program, limits).at(-1) ?? "", /^!!! (?:steps|bytes)$/);
  });
}

for (const program of [
  "startswith($text)",
  "endswith($text)",
  "ltrimstr($text)",
  "rtrimstr($text)",
  "length",
  "utf8bytelength",
  ". == $text",
  ". < $text",
  ".[1:2]",
]) {
  test(`work on large texts is counted: ${program}`, () => {
    const evaluation = compileJq(program, { variables: ["text"] }).start(
      "x".repeat(160_000),
      new Map([["text", "x".repeat(160_000)]]),
    );
    assert.notEqual(evaluation.step(1_000_000), "running");
    assert.ok(evaluation.steps > 10_000 - 1, `${evaluation.steps} steps`);
  });
}

test("fields of great width in dates end at once", () => {
  assert.deepEqual(lines('0 | strftime("%9999d" * 100000)'), ["! strftime/1: unknown system failure"]);
});

test("garbage is no reason to stop", () => {
  const limits = { bytes: 1_000_000 };
  assert.deepEqual(lines('reduce range(20000) as $i ("x" * 1000; .[1:] + "y") | length', limits), ["1000"]);
  assert.deepEqual(lines('[range(20000) | ("x" * 1000 | length)] | add', limits), ["20000000"]);
  assert.deepEqual(lines('last(range(2000) as $i | ("x" * 1000) | explode | implode | length)', limits), ["1000"]);
});

test("nothing in a program catches a limit", () => {
  assert.deepEqual(lines("try (def f: 1 + f; f) catch 1", { depth: 100 }), ["!!! depth"]);
  assert.deepEqual(lines("[.[]?, (try repeat(1) catch 2)] // 3", { steps: 1000 }), ["!!! steps"]);
  assert.deepEqual(lines("label $x | try ([range(1e6)]) catch break $x", { bytes: 10_000 }), ["!!! bytes"]);
});

test("a limit is passed at the same step however the evaluation is sliced", () => {
  const program = compileJq('[range(50)] | map(select(. % 2 == 0) | tostring) | join(",") | ascii_upcase');
  const whole = program.start(null);
  while (typeof whole.step(1_000_000) !== "string");
  for (const budget of [1, 2, 3, 5, 17, 1000]) {
    const sliced = program.start(null);
    while (sliced.step(budget) !== "done");
    assert.equal(sliced.steps, whole.steps);
  }
  const enough = program.start(null, undefined, { steps: whole.steps });
  assert.deepEqual([...linesOf(enough, 3)].length, 1);
  assert.deepEqual([...linesOf(program.start(null, undefined, { steps: whole.steps - 3 }), 3)], ["!!! steps"]);
});

test("garbage does not count as memory, what is held does", () => {
  assert.deepEqual(lines('reduce range(20000) as $i (""; ("x" * 1000) | .[0:1])', { bytes: 100_000, steps: 1e9 }), [
    '"x"',
  ]);
  assert.deepEqual(lines("last(range(1e5) | [., [.]])", { bytes: 10_000 }), ["[99999,[99999]]"]);
  assert.deepEqual(lines("[range(1e5) | [.]] | length", { bytes: 100_000 }), ["!!! bytes"]);
  assert.deepEqual(lines('"x" * 1e9', { bytes: 1_000_000, steps: 1e12 }), ["!!! bytes"]);
});

test("tail calls need no memory", () => {
  const limits = { bytes: 50_000, depth: 20 };
  assert.deepEqual(lines("def f: if . >= 50000 then . else . + 1 | f end; 0 | f", limits), ["50000"]);
  assert.deepEqual(lines("def f(g): if . >= 50000 then . else g | f(g) end; 0 | f(. + 1)", limits), ["50000"]);
  assert.deepEqual(lines("0 | last(recurse(if . < 50000 then . + 1 else empty end))", limits), ["50000"]);
  assert.deepEqual(lines("0 | until(. >= 50000; . + 1)", limits), ["50000"]);
  assert.deepEqual(lines("last(limit(50000; repeat(1)))", { bytes: 20_000_000 }), ["1"]);
  assert.deepEqual(lines("[0 | while(. < 50000; . + 1)] | length", { depth: 20 }), ["50000"]);
});

test("deep values end with a limit or an answer, never with the host's stack", () => {
  const deep = "reduce range(100000) as $i (0; [.])";
  for (const program of [
    `${deep} | tojson | length`,
    `${deep} | [..] | length`,
    `${deep} | . == .`,
    `[${deep}] | flatten | length`,
    `${deep} | [paths] | length`,
  ]) {
    assert.equal(lines(program, { steps: 3_000_000, bytes: 100_000_000 }).length, 1, program);
  }
});

test("updates in loops take time as they are many, not by what there is", () => {
  for (const [program, expected] of [
    ["reduce range(30000) as $i ([]; . + [$i]) | length", "30000"],
    ["reduce range(30000) as $i ([]; .[$i] = $i) | length", "30000"],
    ["reduce range(30000) as $i ({}; .[$i | tostring] = $i) | length", "30000"],
    ["reduce range(30000) as $i ({}; .[($i % 5000) | tostring] += 1) | length", "5000"],
    ["reduce range(30000) as $i ({}; .a.b += [$i]) | .a.b | length", "30000"],
    [
      "reduce range(30000) as $i ({n: 0, l: []}; .n += 1 | if $i % 2 == 0 then .l += [.n] else . end) | .l | length",
      "15000",
    ],
    ["[range(30000)] | .[] += 1 | length", "30000"],
    ["{a: {b: [range(30000)]}} | .a.b[] |= . + 1 | .a.b[29999]", "30000"],
    ["[foreach range(30000) as $i ([]; . + [$i]; length)] | add", "450015000"],
  ] as const) {
    assert.deepEqual(lines(program, { steps: 2_000_000, bytes: 30_000_000 }), [expected], program);
  }
});

test("values from outside are never written into", () => {
  const input = json('{"a":[1,{"b":2}],"c":{"d":[3]}}');
  const before = printJson(FREE, input);
  for (const program of [
    "reduce range(3) as $i (.; .a[$i] = $i | .c.d += [$i])",
    ".a[1].b |= 5 | .c.d[] += 1",
    ". as $x | reduce range(2) as $i ($x.a; . + [$i]) | $x",
    "reduce (.a, .c.d) as $l ([]; . + $l | .[0] = 7)",
    "del(.a[0], .c) | .a[0].b = 1",
    "[foreach (1, 2) as $i (.c; .d += [$i])]",
    "to_entries | .[0].value[0] = 9",
  ]) {
    compileJq(program).all(input);
    assert.equal(printJson(FREE, input), before, program);
  }
});

test("names of JavaScript are names like others", () => {
  const program =
    '.["__proto__"].x = 1 | .constructor.prototype.y = 2 | .toString, .hasOwnProperty, ({} | .__proto__, .x), keys';
  assert.deepEqual(outputsOf(program, "{}"), ["null", "null", "null", "null", '["__proto__","constructor"]']);
  assert.equal(({} as { x?: unknown }).x, undefined);
});

test("programs see nothing of the host", () => {
  assert.deepEqual(lines("$ENV, env, input_filename, $ENV.PATH"), ["{}", "{}", "null", "null"]);
  assert.deepEqual(lines("now"), ["! now is not available here"]);
  assert.deepEqual(lines("now", { now: () => 12.5 }), ["12.5"]);
  assert.deepEqual(lines("input"), ["! break"]);
  assert.deepEqual(lines("[inputs], .", { inputs: [1, "a"].values() }, 7), ['[1,"a"]', "7"]);
  assert.deepEqual(lines("input_line_number, get_search_list"), ["0", "[]"]);
});

test("debug and stderr are heard where somebody listens", () => {
  const heard: unknown[] = [];
  const report = (channel: string, value: Value): void => void heard.push([channel, value]);
  assert.deepEqual(lines("1 | debug | . + 1 | stderr", { report }), ["2"]);
  assert.deepEqual(heard, [
    ["debug", 1],
    ["stderr", 2],
  ]);
});

test("halt ends an evaluation, halt_error with an error that nothing catches", () => {
  const halted = compileJq("1, halt, 2").start(null);
  assert.deepEqual([...linesOf(halted, 10)], ["1"]);
  assert.equal(halted.haltStatus, 0);
  const failed = compileJq('try ("bye" | halt_error(3)) catch 1').start(null);
  assert.deepEqual([...linesOf(failed, 10)], ["! bye"]);
  assert.equal(failed.haltStatus, 3);
});

test("declared variables are given by name, in functions and shortcuts too", () => {
  const program = compileJq("def f: $a.x + $b; f, $a.x, [1 | f, $b], (null | path(.[$b | tostring]))", {
    variables: ["a", "b", "c"],
  });
  assert.deepEqual([...program.variables].toSorted(), ["a", "b"]);
  const variables = new Map<string, Value>([
    ["a", json('{"x":1}')],
    ["b", 2],
  ]);
  assert.deepEqual(program.all(null, variables), [3, 1, [3, 2], ["2"]]);
  assert.deepEqual(compileJq("$a", { variables: ["a"] }).all(5), [null]);
  assert.throws(() => compileJq("$c", { variables: ["a"] }), { message: "$c is not defined" });
});

test("all throws what ends the evaluation", () => {
  assert.throws(
    () => compileJq("1, error({a: 1})").all(null),
    (error) => error instanceof JqError && error.value instanceof Map,
  );
  assert.throws(() => compileJq("repeat(1)").all(null, undefined, { steps: 1000 }), JqLimitError);
});

test("a problem has the place it is at", () => {
  assert.throws(() => compileJq("1 |\n  foo(1)"), {
    name: "JqSyntaxError",
    message: "foo/1 is not defined",
    line: 2,
    column: 3,
  });
  assert.throws(() => compileJq(".a\n| ]"), { name: "JqSyntaxError", line: 2, column: 3 });
});

test("texts that nest too deeply are refused, however they do it", () => {
  for (const text of [
    "[".repeat(5000) + "]".repeat(5000),
    "(".repeat(5000) + "1" + ")".repeat(5000),
    "1" + " + .".repeat(5000),
    "-".repeat(5000) + "1",
    ".a".repeat(5000),
    "try ".repeat(5000) + "1",
    "if 1 then ".repeat(2000),
    '"\\('.repeat(2000),
    "{a:".repeat(5000),
    "1 as $x | ".repeat(5000) + "1",
    "def f: ".repeat(5000),
    ". as " + "[".repeat(5000),
    "1 // ".repeat(5000) + "1",
  ]) {
    assert.throws(() => compileJq(text), JqSyntaxError, text.slice(0, 20));
  }
  assert.deepEqual(outputsOf(`${"1 | ".repeat(3000)} 2`, "null"), ["2"]);
  assert.deepEqual(outputsOf(`[${"1, ".repeat(3000)} 2] | length`, "null"), ["3001"]);
  assert.deepEqual(outputsOf(`1${" + .".repeat(300)}`, "1"), ["301"]);
  assert.deepEqual(outputsOf(`"a"${' + "b" + .'.repeat(300)} | length`, '""'), ["301"]);
});
