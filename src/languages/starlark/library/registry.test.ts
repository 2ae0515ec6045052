import assert from "node:assert/strict";
import { test } from "node:test";
import { EvalError, LimitReached } from "../values/errors.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { getAttr } from "./attributes.ts";
import { Builtin } from "./builtin.ts";
import { CountingThread } from "./counting-thread.ts";
import { allBuiltins, builtinNamed, internals, methodsOf, modules, qualifiedNameOf, universals } from "./registry.ts";
import { nearest } from "./spelling.ts";

test("every builtin has a qualified name of its own, docs and parameters in order", () => {
  for (const [name, spec] of allBuiltins()) {
    assert.equal(builtinNamed(name), spec);
    assert.equal(qualifiedNameOf(spec), name);
    assert.match(spec.doc, /\.$/, name);
    assert.ok(spec.returns.length > 0);
    const optional = spec.parameters.map((parameter) => parameter.default !== undefined);
    const ordinary = spec.parameters.filter(({ passing }) => passing === undefined || passing === "positional");
    assert.deepEqual(
      optional.slice(0, ordinary.length),
      optional.slice(0, ordinary.length).toSorted((a, b) => Number(a) - Number(b)),
      `${name}: required parameters come first`,
    );
  }
});

test("the names that scripts know", () => {
  assert.equal(universals.size, 33);
  assert.deepEqual([...modules.keys()], ["json", "math", "time", "struct"]);
  const named = [...universals, ...internals].filter(([, value]) => value instanceof Builtin);
  for (const [name, value] of named) assert.equal((value as Builtin).spec.name, name);
});

test("methods of the built-in types", () => {
  const counts = ["", new List([])].map((value) => methodsOf(value)!.size);
  assert.deepEqual(counts, [35, 7]);
  assert.equal(methodsOf(1), undefined);
  assert.equal(methodsOf(new Tuple([])), undefined);
});

test("a hint for what is nearly right", () => {
  const thread = new CountingThread();
  assert.throws(
    () => getAttr(thread, new List([]), "appendd"),
    new EvalError("list has no .appendd field or method (did you mean .append?)"),
  );
  assert.equal(nearest("Start_With", ["startswith", "endswith"]), "startswith");
  assert.equal(nearest("xyz", ["append"]), undefined);
});

const big = "ab".repeat(500_000);

/** Calls that would make or visit much more than they are given. */
const bombs: readonly (readonly [string, Value, Value[]])[] = [
  ["string.replace", big, ["a", big]],
  ["string.replace", big, ["", "xxxxxxxxxxxxxxxx"]],
  ["string.split", big, ["a"]],
  ["string.join", big, [new List(Array.from({ length: 100 }, () => "x"))]],
  ["list", null, [builtinNamed("range")!.call(new CountingThread(), null, [1e9], [])]],
  ["sorted", null, [builtinNamed("range")!.call(new CountingThread(), null, [1e9], [])]],
  ["zip", null, [builtinNamed("range")!.call(new CountingThread(), null, [1e9], [])]],
  ["enumerate", null, [builtinNamed("range")!.call(new CountingThread(), null, [1e9], [])]],
];

for (const [name, self, args] of bombs) {
  test(`${name} asks for memory before it takes it`, () => {
    const thread = new CountingThread({ bytes: 16 << 20 });
    assert.throws(() => builtinNamed(name)!.call(thread, self, args, []), LimitReached);
  });
}
