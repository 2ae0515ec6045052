import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument, workflowLimits } from "./read-document.ts";
import { placeInScalar } from "./scalar-offsets.ts";
import { entryOf, jsonOf, jsonTextOf, placeOf, type ScalarNode } from "./tree.ts";

function json(text: string, path = "a.yaml"): unknown {
  const { roots, problems } = readDocument(path, text);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === "error"),
    [],
  );
  return jsonOf(roots[0]!);
}

function problem(text: string, path = "a.yaml"): string {
  const { problems, source } = readDocument(path, text);
  const { message, offset } = problems[0]!;
  const { line, column } = source.location(offset);
  return `${line}:${column} ${message}`;
}

test("YAML gives values, and places that count characters", () => {
  const { roots } = readDocument("a.yaml", "\ufeffa: 1\r\n😀: {b: [x, 'y']}\r\n");
  assert.deepEqual(jsonOf(roots[0]!), { a: 1, "😀": { b: ["x", "y"] } });
  assert.deepEqual(placeOf(entryOf(roots[0], "😀")!.value), { file: "a.yaml", line: 2, column: 4 });
});

test("anchors, aliases and merge keys", () => {
  const text = "base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\nuse: {<<: [*b, *o], x: 9}\nlist: [*b, *b]\n";
  assert.deepEqual(json(text), {
    base: { x: 1, y: 2 },
    other: { y: 3, z: 4 },
    use: { x: 9, y: 2, z: 4 },
    list: [
      { x: 1, y: 2 },
      { x: 1, y: 2 },
    ],
  });
});

test("keys keep their order, also numbers and __proto__", () => {
  const { roots } = readDocument("a.yaml", "'10': a\n9: b\n__proto__: {c: 1}\n");
  assert.equal(jsonTextOf(roots[0]!), '{"10":"a","9":"b","__proto__":{"c":1}}');
  assert.equal(jsonTextOf(readDocument("a.json", '{"10":1,"9":2,"10":3}').roots[0]!), '{"10":3,"9":2}');
});

test("integers past 2^53 keep their digits", () => {
  assert.equal(jsonTextOf(readDocument("a.yaml", "a: 12345678901234567890").roots[0]!), '{"a":12345678901234567890}');
});

test("duplicate keys and unknown tags are warnings", () => {
  const { problems, roots } = readDocument("a.yaml", "a: 1\na: 2\nb: !Ref c\n");
  assert.deepEqual(jsonOf(roots[0]!), { a: 2, b: "c" });
  assert.deepEqual(problems.map(({ severity, rule }) => `${severity} ${rule}`).toSorted(), [
    "warning duplicate-key",
    "warning yaml",
  ]);
});

test("several documents", () => {
  const { roots } = readDocument("a.yaml", "---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
  assert.deepEqual(roots.map(jsonOf), [{ a: 1 }, { b: 2 }]);
});

test("hostile texts are refused", () => {
  const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, i) => {
    const all = Array.from({ length: 10 }, () => `*a${i}`).join(", ");
    return `a${i + 1}: &a${i + 1} [${all}]\n`;
  }).join("")}`;
  assert.match(problem(bomb), /aliases make more than 200000 values/);
  assert.match(problem("[".repeat(5000)), /nested more than 100 deep/);
  assert.match(problem("[".repeat(5000), "a.json"), /nested more than 100 deep/);
  assert.match(problem("a: &a [*a]"), /part of what it stands for/);
  assert.match(problem("a: *b"), /no anchor &b/);
  assert.match(problem("x".repeat(workflowLimits.characters + 1)), /the limit is/);
  assert.equal(problem("a: b\u0000"), "1:5 the control character U+0000 cannot stand in a text file");
});

test("problems of YAML say what to do", () => {
  assert.equal(problem("a:\n\tb: 1\n"), "2:1 a tab indents this line: YAML takes spaces only");
  assert.match(problem("a: [1, 2\nb: 3\n"), /^2:/);
});

test("problems of JSON say what to do", () => {
  const cases: [string, string][] = [
    ['{"a": 1,}', "1:9 remove the comma before this }"],
    ["{'a': 1}", "1:2 expected a key in double quotes: JSON has double quotes only"],
    ['{"a": 1} // x', "1:10 JSON has no comments: remove it"],
    ['{"a": [1 2]}', '1:10 expected "," or "]", got "2"'],
    ['{"a": "x', "1:7 this text has no closing quote"],
    ['{"a": "\\q"}', "1:8 a tab or an escape that JSON does not know: write \\t, \\\\ or \\u0041"],
    ["", "1:1 expected a value, got the end of the text"],
    ["nul", '1:1 expected a value, got "n"'],
    ["01", '1:2 expected the end of the text, got "1"'],
  ];
  for (const [text, message] of cases) assert.equal(problem(text, "a.json"), message, text);
});

test("JSON is read as JSON.parse reads it", () => {
  for (const text of ['{"a":[1,-2.5e3,true,null,"\\u0041\\n"],"b":{}}', "[]", '"x"', " 0 "]) {
    assert.deepEqual(json(text, "a.json"), JSON.parse(text));
  }
});

test("a character of a scalar has its place, whatever way the scalar is written", () => {
  const texts: [string, string, string][] = [
    ["a: .x + y", "y", "1:9"],
    ['a: "\\".\\u0041\\" + y"', "y", "1:19"],
    ["a: 'it''s y'", "y", "1:11"],
    ["a: |\n  .x\n   + y\n", "y", "3:6"],
    ["a: >-\n  .x\n\n  + y\n", "y", "4:5"],
    ["a: .x\n  + y", "y", "2:5"],
    ['a: "x\n  + y"', "y", "2:5"],
  ];
  for (const [text, wanted, place] of texts) {
    const node = entryOf(readDocument("a.yaml", text).roots[0], "a")!.value as ScalarNode;
    const { line, column } = placeInScalar(node, String(node.value).lastIndexOf(wanted));
    assert.equal(`${line}:${column}`, place, text);
  }
});

test("one slip is one error: the first", () => {
  const text = "id: x\nstates: [\n  - name: a\n    type: inject\n  - name: b\n    end: true\n";
  const { problems } = readDocument("w.sw.yaml", text);
  assert.equal(problems.length, 1);
  assert.equal(text.slice(0, problems[0]!.offset).split("\n").length, 3);
});
