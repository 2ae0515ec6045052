import assert from "node:assert/strict";
import { test } from "node:test";
import { JqLimitError, JqSyntaxError } from "../../../jq/errors.ts";
import type { Value } from "../../../jq/value.ts";
import type { EvaluationStep } from "../language.ts";
import { compileJsonPath } from "./json-path.ts";

const limits = { steps: 100_000, bytes: 1_000_000, depth: 100, now: () => 0 };

function toValue(json: unknown): Value {
  if (Array.isArray(json)) return json.map(toValue);
  if (json === null || typeof json !== "object") return json as Value;
  return new Map(Object.entries(json).map(([name, value]) => [name, toValue(value)]));
}

function toJson(value: Value): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  return value instanceof Map ? Object.fromEntries([...value].map(([name, inner]) => [name, toJson(inner)])) : value;
}

function run(path: string, input: unknown, variables: Record<string, unknown> = {}): EvaluationStep {
  const values = new Map(Object.entries(variables).map(([name, value]) => [name, toValue(value)]));
  const evaluation = compileJsonPath(path, [...values.keys()]).start(toValue(input), values, limits);
  const first = evaluation.step(1000);
  assert.equal(evaluation.step(1000), "done");
  return first;
}

function valueOf(path: string, input: unknown, variables?: Record<string, unknown>): unknown {
  const step = run(path, input, variables);
  assert.ok(typeof step === "object" && "value" in step, `${path}: ${JSON.stringify(step)}`);
  return toJson(step.value);
}

const store = {
  store: {
    book: [
      { category: "reference", author: "Nigel Rees", title: "Sayings of the Century", price: 8.95 },
      { category: "fiction", author: "Evelyn Waugh", title: "Sword of Honour", price: 12.99 },
      { category: "fiction", author: "Herman Melville", title: "Moby Dick", isbn: "0-553-21311-3", price: 8.99 },
      { category: "fiction", author: "J. R. R. Tolkien", title: "The Lord", isbn: "0-395-19395-8", price: 22.99 },
    ],
    bicycle: { color: "red", price: 399 },
  },
  limit: 10,
};
const titles = store.store.book.map(({ title }) => title);
const titlesAt = (...indexes: number[]): string[] => indexes.map((index) => titles[index]!);

const cases: readonly (readonly [path: string, expected: unknown])[] = [
  ["$", store],
  ["$.limit", 10],
  ["$['limit']", 10],
  ['$["store"]["bicycle"].color', "red"],
  ["$.store.book[0].title", titles[0]],
  ["$.store.book[-1].title", titles[3]],
  ["$.store.book[9].title", null],
  ["$.none.of.this", null],
  ["$.limit.x", null],
  ["$.store.book[*].title", titles],
  ["$.store.book[0,2].title", titlesAt(0, 2)],
  ["$.store.book[1:3].title", titlesAt(1, 2)],
  ["$.store.book[:2].title", titlesAt(0, 1)],
  ["$.store.book[-2:].title", titlesAt(2, 3)],
  ["$.store.book[::-1].title", titlesAt(3, 2, 1, 0)],
  ["$.store.book[::0]", []],
  ["$..color", ["red"]],
  ["$..price", [399, 8.95, 12.99, 8.99, 22.99].toSorted((a, b) => Number(a === 399) - Number(b === 399))],
  ["$..book[2].title", titlesAt(2)],
  ["$.store.bicycle.*", ["red", 399]],
  ["$['store','limit'][*]", [store.store.book, store.store.bicycle]],
  ["$..book[?(@.isbn)].title", titlesAt(2, 3)],
  ["$..book[?@.isbn].title", titlesAt(2, 3)],
  ["$..book[?(!@.isbn)].title", titlesAt(0, 1)],
  ["$.store.book[?(@.price < 10)].title", titlesAt(0, 2)],
  ["$.store.book[?(@.price > $.limit)].title", titlesAt(1, 3)],
  ["$.store.book[?(@.price < 10 && @.category == 'fiction')].title", titlesAt(2)],
  ["$.store.book[?(@.price < 9 || @.price >= 22.99)].title", titlesAt(0, 2, 3)],
  ["$.store.book[?(@.category != 'fiction')].title", titlesAt(0)],
  ["$.store.book[?(@.author =~ /.*REES/i)].title", titlesAt(0)],
  ["$.store.book[?(@.author =~ /Rees/)].title", []],
  ["$.store.book[?match(@.author, 'J.*')].title", titlesAt(3)],
  ["$.store.book[?search(@.author, 'ee')].title", titlesAt(0)],
  ["$.store.book[?(@.category in ['reference', 'x'])].title", titlesAt(0)],
  ["$.store.book[?(@.category nin ['reference', 'x'])].title", titlesAt(1, 2, 3)],
  ["$.store.book[?length(@.title) > 14].title", titlesAt(0, 1)],
  ["$.store.book[?(@.title.length() > 14)].title", titlesAt(0, 1)],
  ["$.store[?count(@.*) == 2].color", ["red"]],
  ["$.store.book.length()", 4],
  ["$.store.book[*].price.sum()", 53.92],
  ["$..price.max()", 399],
  ["$..price.min()", 8.95],
  ["$.store.bicycle.keys()", ["color", "price"]],
  ["$.store.book.first().title", titles[0]],
  ["$.store.book.last().title", titles[3]],
  ["$.store.book.index(1).title", titles[1]],
  ["$.concat($.store.bicycle.color, '-', $.limit)", "red-10"],
  ["$.none.length()", null],
];

test("paths lead to one value, or to an array where they could lead to more", () => {
  for (const [path, expected] of cases) assert.deepEqual(valueOf(path, store), expected, path);
});

test("numbers are worked on by the functions for them", () => {
  assert.equal(valueOf("$.avg()", [1, 2, 6]), 3);
  assert.equal(valueOf("$.stddev()", [2, 4, 4, 4, 5, 5, 7, 9]), 2);
  assert.equal(valueOf("$.sum($.a, $.b)", { a: 1, b: [2, 3] }), 6);
  assert.deepEqual(valueOf("$.append(4)", [1]), [1, 4]);
  assert.deepEqual(run("$.x.sum()", { x: "a" }), { error: { value: "sum() has no numbers to work on" } });
});

test("filters compare values of one kind, and whole values", () => {
  const items = [{ a: 1 }, { a: "1" }, { a: [1, { b: 2 }] }, { a: null }, {}, { a: "" }, { a: [] }];
  const found = (filter: string): unknown => valueOf(`$[?(${filter})]`, items);
  assert.deepEqual(found("@.a == 1"), [{ a: 1 }]);
  assert.deepEqual(found("@.a == '1'"), [{ a: "1" }]);
  assert.deepEqual(found("@.a == null"), [{ a: null }]);
  assert.deepEqual(found("@.a == $[2].a"), [{ a: [1, { b: 2 }] }]);
  assert.deepEqual(found("@.a == @.none"), [{}]);
  assert.deepEqual(found("@.a < 2"), [{ a: 1 }]);
  assert.deepEqual(found("@.a <= 'a'"), [{ a: "1" }, { a: "" }]);
  assert.deepEqual(found("@.a size 2"), [{ a: [1, { b: 2 }] }]);
  assert.deepEqual(found("@.a empty true"), [{ a: "" }, { a: [] }]);
  assert.deepEqual(found("@.a contains 1"), [{ a: [1, { b: 2 }] }]);
  assert.deepEqual(found("[1] subsetof [1, 2] && @.a == 1"), [{ a: 1 }]);
  assert.deepEqual(found("@.a anyof [1]"), [{ a: [1, { b: 2 }] }]);
});

test("names are plain, also where JavaScript knows them", () => {
  const input = new Map<string, Value>([
    ["__proto__", new Map<string, Value>([["constructor", 7]])],
    ["10", "ten"],
    ["9", "nine"],
  ]);
  const evaluate = (path: string): EvaluationStep =>
    compileJsonPath(path, []).start(input, new Map(), limits).step(1000);
  assert.deepEqual(evaluate("$.__proto__.constructor"), { value: 7 });
  assert.deepEqual(evaluate("$.constructor"), { value: null });
  assert.deepEqual(evaluate("$[?(@ == 'ten' || @ == 'nine')]"), { value: ["ten", "nine"] });
  assert.equal(valueOf("$.été-1", { "été-1": 5 }), 5);
  assert.equal(valueOf("$['\\u0061\\n\\'']", { "a\n'": 5 }), 5);
});

test("variables are paths' other roots", () => {
  const variables = { WORKFLOW: { id: "w" }, item: [1, 2] };
  assert.equal(valueOf("$WORKFLOW.id", {}, variables), "w");
  assert.equal(valueOf("$.$WORKFLOW.id", {}, variables), "w");
  assert.deepEqual(valueOf("$item[*]", {}, variables), [1, 2]);
  assert.deepEqual(valueOf("$.a[?(@ in $item)]", { a: [2, 3] }, variables), [2]);
  assert.equal(valueOf("$.$x", { $x: 1 }, variables), 1);
  assert.deepEqual(compileJsonPath("$.a[?(@ in $item && @ != $WORKFLOW.id)]", ["item", "WORKFLOW", "x"]).variables, [
    "item",
    "WORKFLOW",
  ]);
});

test("what is no path is refused where it is wrong", () => {
  const refusals: readonly (readonly [path: string, column: number, message: RegExp])[] = [
    ["hello", 1, /"\$" is expected, "h" was found/],
    ["", 1, /"\$" is expected, the end was found/],
    ["$.", 3, /a name or "\*" is expected/],
    ["$.a b", 5, /the end is expected, "b" was found/],
    ["$.a[", 5, /an index, a name in quotes/],
    ["$['a", 3, /the text has no end/],
    ["$['\\q']", 4, /there is no escape "\\q"/],
    ["$.a.nope()", 5, /there is no function nope\(\)/],
    ["$[?nope(@)]", 4, /there is no function nope\(\)/],
    ["$[?(@.a == )]", 12, /a path or a value is expected/],
    ["$[?(@.a =~ /(/)]", 12, /unmatched parenthesis/],
    ["$NAME.x", 1, /there is no variable \$NAME/],
    ["$[99999999999999999999]", 3, /too large/],
    [`$[?${"(".repeat(500)}`, 104, /too deep/],
  ];
  for (const [path, column, message] of refusals) {
    assert.throws(
      () => compileJsonPath(path, []),
      (error) => error instanceof JqSyntaxError && error.column === column && message.test(error.message),
      path,
    );
  }
});

test("what would take too long or too much ends", () => {
  const wide = Array.from({ length: 1000 }, () => [1, 2, 3]);
  const evaluate = (path: string, input: Value): unknown =>
    compileJsonPath(path, []).start(input, new Map(), limits).step(1);
  assert.throws(() => evaluate("$..[?(count($..*) > 1)]", wide), JqLimitError);
  assert.throws(() => evaluate("$[?(@ =~ /(a+)+\\1b.*/)]", [`${"a".repeat(60)}cb`]), JqLimitError);
  let deep: Value = 1;
  for (let i = 0; i < 10_000; i++) deep = [deep];
  assert.deepEqual(evaluate("$..[?(@ == 1)]", deep), { value: [1] });
});
