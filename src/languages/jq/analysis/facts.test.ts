import assert from "node:assert/strict";
import { test } from "node:test";
import { JqSyntaxError } from "../errors.ts";
import { factsOf } from "./facts.ts";

/** Parts as people write them. */
function reads(program: string): string[] {
  return factsOf(program)
    .reads.map(
      ({ variable, path }) =>
        (variable === null ? "" : `$${variable}`) + path.map((key) => (key === null ? "[]" : `.${key}`)).join(""),
    )
    .map((part) => part || ".")
    .toSorted();
}

for (const [program, expected] of [
  [".a.b + 1", [".a.b"]],
  [".a | .b, .c", [".a.b", ".a.c"]],
  ['{message: ("x" + .n), who: .user.name}', [".n", ".user.name"]],
  [".", ["."]],
  ["length", ["."]],
  [".items[] | select(.size > 2) | .name", [".items[].name", ".items[].size"]],
  [".items | map(.x)", [".items[].x"]],
  [".items | map(select(.x)) | length", [".items[]", ".items[].x"]],
  ['.a["b"].c, .d[0]', [".a.b.c", ".d[]"]],
  [".[.key]", [".key", "[]"]],
  [". as $x | $x.a", [".a"]],
  [".p as {a: $x, b: [$y]} | $x, $y.z", [".p.a", ".p.b[].z"]],
  ["def f(g): .a | g; f(.b)", [".a.b"]],
  ["def f($v): $v + .c; f(.d)", [".c", ".d"]],
  ["$WORKFLOW.id + $CONST.names[0]", ["$CONST.names[]", "$WORKFLOW.id"]],
  [".a = .b", [".", ".b"]],
  [".a |= . + 1", [".", ".a"]],
  [".a += 1 | .c", [".a", ".c"]],
  ["if .a then .b else .c end", [".a", ".b", ".c"]],
  ['(.labels | length > 0) and (.labels[0] == "denied")', [".labels", ".labels[]"]],
  ['"\\(.a) and \\(.b.c)"', [".a", ".b.c"]],
  ["reduce .l[] as $x (0; . + $x.n)", [".l[].n"]],
  [".a // .b", [".a", ".b"]],
  [".a?.b?", [".a.b"]],
  ["first(.a[])", [".a[]"]],
  ['getpath(["a", "b"])', [".a.b"]],
  ['1 + 2, "x", empty, now', []],
  ["def f: f; f", []],
  ["def f: .x | f; f", []],
  [".a | @base64", [".a"]],
] as const) {
  test(`${program} reads ${expected.join(", ") || "nothing"}`, () => {
    assert.deepEqual(reads(program), expected);
  });
}

test("calls are those of the library, and those of nobody", () => {
  const facts = factsOf("def f(g): g | length; f(map(.x)) | foo(1; bar)");
  assert.deepEqual(
    facts.calls.map(({ name }) => name),
    ["length/0", "map/1", "foo/2", "bar/0"],
  );
  assert.deepEqual(facts.undefinedFunctions, [
    { name: "foo/2", at: 35 },
    { name: "bar/0", at: 42 },
  ]);
});

test("a word is an expression where the library knows it, at its level", () => {
  assert.deepEqual(factsOf("keys").undefinedFunctions, []);
  assert.deepEqual(factsOf("now, empty, input, error, env, range(3)").undefinedFunctions, []);
  assert.equal(factsOf("orchestrator").undefinedFunctions[0]?.name, "orchestrator/0");
  assert.equal(factsOf("pick(.a)").undefinedFunctions.length, 1);
  assert.equal(factsOf("pick(.a)", { level: "1.7" }).undefinedFunctions.length, 0);
  assert.throws(() => factsOf("Create OCP Namespace"), JqSyntaxError);
});
