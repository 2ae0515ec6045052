/** The library where no other jq is there to compare with: limits, characters beyond 16 bits, and endless matches. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JqError, JqLimitError } from "../errors.ts";
import { compileJq } from "../jq.ts";
import type { Value } from "../value.ts";
import type { NativeContext } from "./contract.ts";
import { dump } from "./dump.ts";
import { printJson } from "./json-print.ts";
import { parseJson } from "./json-text.ts";
import { compare, uncounted } from "./order.ts";

const plain: NativeContext = { level: "1.6", charge() {}, allocate() {}, now: () => 0, regex: new Map() };

function run(program: string, input: Value = null): Value[] {
  return compileJq(program).all(input, new Map(), { now: () => 1425599621.5 });
}

const anyJson = fc.json({ maxDepth: 4, stringUnit: "binary" });

test("what is printed is what was read", () => {
  fc.assert(
    fc.property(anyJson, (text) => {
      const value = parseJson(plain, text);
      assert.deepEqual(parseJson(plain, printJson(plain, value)), value);
    }),
  );
});

test("the order of strings is that of their code points", () => {
  const codePoints = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(codePoints, codePoints, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      assert.equal(Math.sign(compare(uncounted, a, b)), expected);
    }),
  );
});

test("numbers are read back as they were", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.ok(Object.is(Number(printJson(plain, number)), number));
    }),
  );
});

test("members keep their order and no name is special", () => {
  const text = '{"10":1,"9":2,"__proto__":{"x":1},"constructor":3,"10":4}';
  assert.equal(printJson(plain, parseJson(plain, text)), '{"10":4,"9":2,"__proto__":{"x":1},"constructor":3}');
  assert.deepEqual(run(`(${text}) | .["__proto__"].x, .toString, keys`), [
    1,
    null,
    ["10", "9", "__proto__", "constructor"],
  ]);
});

test("values in messages are cut, also within a character", () => {
  assert.equal(dump("abcdefghijkl"), '"abcdefghijkl"');
  assert.equal(dump("abcdefghijklm"), '"abcdefghij...');
  assert.equal(dump("abcdefgh😀zzzz"), '"abcdefgh\uFFFD...');
  assert.equal(dump(Array.from({ length: 1_000_000 }, () => 7)), "[7,7,7,7,7,...");
});

test("what would take too much is refused before it is built", () => {
  for (const program of [
    '"abc" * 2147483648',
    "[] | setpath([2147483647]; 1)",
    "[range(100)] | combinations(9)",
    "def f: [f]; f",
    '[limit(60; repeat("x"))] | [combinations(9)]',
  ]) {
    assert.throws(() => run(program), JqLimitError, program);
  }
});

test("deep values are an error, not the end of the process", () => {
  assert.throws(
    () =>
      run(
        "reduce range(100000) as $i (1; [.]) | . == ([.] | first)  | [reduce range(100000) as $i (1; [.])] | sort | flatten",
      ),
    JqLimitError,
  );
  assert.throws(() => run('("[" * 300) | fromjson'), JqError);
});

test("substitution of empty matches ends, as in jq 1.7", () => {
  assert.deepEqual(run('gsub(""; "-"), gsub("(?=c)"; "-"), gsub("\\\\b"; "|")', "abc"), ["-a-b-c-", "ab-c", "|abc|"]);
  assert.deepEqual(run('[match(""; "g").offset]', "a😀"), [[0, 1]]);
});

test("names that the manual of jq 1.6 has and this machine's jq lacks", () => {
  assert.deepEqual(run('date, dateadd("seconds"; 1), datesub("seconds"; 1)', 0), ["1970-01-01T00:00:00Z", 1, -1]);
  assert.deepEqual(run('(65 | ascii), ("é" | @base32), isvalid(error("x"))', null), ["A", "YOUQ====", false]);
  assert.deepEqual(run("now | floor | todate"), ["2015-03-05T23:53:41Z"]);
});

test("transposing a large object fails as a small one does", () => {
  const program = `[range(200000) | {key: "k\\(.)", value: []}] | from_entries | transpose`;
  assert.deepEqual(compileJq(program).all(null, new Map(), { steps: 1e9, bytes: 1e9 }), [[]]);
});

test("what writes or merges much counts more than what looks at it", () => {
  const large: Value = Array.from({ length: 10_000 }, (_, i) => `<${i}>`);
  const object: Value = new Map(large.map((name) => [name as string, 1]));
  for (const [program, input] of [
    ["tojson", large],
    ["@html", large],
    ["@csv", large],
    [". + {a: 1}", object],
    [". * {a: 1}", object],
    ['contains(["none"])', large],
    [`(["%Y" * 10000] | .[0]) as $f | 0 | strftime($f)`, null],
  ] as const) {
    const steps = (limit: number): Value[] => compileJq(program).all(input, new Map(), { steps: limit, bytes: 1e9 });
    assert.throws(() => steps(75_000), JqLimitError, program);
    if (input !== null) assert.doesNotThrow(() => steps(1_000_000), program);
  }
});
