import assert from "node:assert/strict";
import { test } from "node:test";
import { compileJq } from "../jq.ts";
import { outputsOf } from "../testing/outputs.ts";

const modules = new Map([
  ["a.jq", 'module {"name":"a","v":1};\nimport "b" as b;\ndef f: b::g + 1;\ndef h($x): $x * 2;'],
  ["b.jq", "def g: 10; def hidden: 3;"],
  ["sub/sub.jq", 'def s: "sub";'],
  ["d.json", '{"k":[1,2]}'],
  ["sub/c.jq", 'import "e" as e; def x: e::y;'],
  ["e.jq", 'def y: "e";'],
  ["sub/c2.jq", 'import "./e2" as e {search:"./"}; def x: e::y;'],
  ["sub/e2.jq", 'def y: "sub e2";'],
  ["o.jq", "def f: 1; def g: f; def f: 2;"],
  ["main.jq", ". + 1"],
  ["wrong.jq", "def f:\n  ];"],
  ["dead.jq", "def f: $nobody; def g: 1;"],
  ["loop.jq", 'import "loop" as l; def f: l::f;'],
  [
    "deep.jq",
    'def walk2(f): def w: if type == "array" then map(w) else f end; w; def fac: if . < 2 then 1 else . * (. - 1 | fac) end;',
  ],
]);

function run(program: string): string[] {
  return outputsOf(program, "null", { modules });
}

for (const [program, expected] of [
  ['import "a" as a; a::f, a::h(4)', ["11", "8"]],
  ['include "a"; f, h(4)', ["11", "8"]],
  ['import "sub" as s; s::s', ['"sub"']],
  ['import "d" as $d; $d, $d::d', ['[{"k":[1,2]}]', '[{"k":[1,2]}]']],
  ['import "sub/c" as c; c::x', ['"e"']],
  ['import "sub/c2" as c; c::x', ['"sub e2"']],
  ['import "o" as o; o::f, o::g', ["1", "1"]],
  ['include "o"; f, g', ["1", "1"]],
  ['import "a" as a; def f: a::f; f', ["11"]],
  ['include "a"; def f: 5; f', ["5"]],
  ['import "a" as x; import "b" as x; x::g, x::f', ["10", "11"]],
  ['import "b" as b {"x":1}; b::g', ["10"]],
  ['import "e2" as e {search:"./sub"}; e::y', ['"sub e2"']],
  ['import "e2" as e {search:["./nope","./sub"]}; e::y', ['"sub e2"']],
  ['import "dead" as d; d::g', ["1"]],
  ['include "deep"; [[1,[2]] | walk2(. + 1)], (5 | fac), path(first(.a))', ["[[2,[3]]]", "120", '["a"]']],
  ['"a" | modulemeta', ['{"name":"a","v":1,"deps":[{"as":"b","is_data":false,"relpath":"b"}]}']],
  ['"sub/c2" | modulemeta', ['{"deps":[{"search":"./","as":"e","is_data":false,"relpath":"./e2"}]}']],
  ['"nope" | modulemeta', ["! module not found: nope"]],
  ['import "a" as a; b::g', ["!! b::g/0 is not defined"]],
  ['import "a" as a; a::hidden', ["!! a::hidden/0 is not defined"]],
  ['import "nope" as n; 1', ["!! module not found: nope"]],
  ['import "main" as m; 1', ["!! library should only have function definitions, not a main expression"]],
  ['import "loop" as l; l::f', ["!! module imports itself: loop.jq"]],
  ['import "../../a" as a; a::f', ["11"]],
] as const) {
  test(program, () => assert.deepEqual(run(program), expected));
}

test("a problem in a module has the module's name and place", () => {
  assert.throws(() => compileJq('import "wrong" as w; 1', { modules }), {
    name: "JqSyntaxError",
    file: "wrong.jq",
    line: 2,
    column: 3,
  });
});
