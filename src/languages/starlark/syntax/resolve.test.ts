import assert from "node:assert/strict";
import { test } from "node:test";
import { parseModule } from "./module.ts";
import { superset, type Expression, type FunctionNode, type Module, type Statement } from "./tree.ts";

function moduleOf(source: string, options = superset): Module {
  const environment = {
    isPredeclared: (name: string) => name === "M",
    isUniversal: (name: string) => name === "U",
    options,
  };
  const { module, problems } = parseModule("t", source, environment);
  assert.deepEqual(problems, []);
  return module!;
}

/** The function that a def statement, or an assignment of a lambda, makes. */
function functionIn(statement: Statement | undefined): FunctionNode {
  if (statement?.kind === "def") return statement.function;
  assert.ok(statement?.kind === "assign" && statement.value.kind === "lambda");
  return statement.value.function;
}

/** The bindings of the names in a tuple that a return statement gives. */
function returned(statement: Statement | undefined): string[] {
  assert.ok(statement?.kind === "return" && statement.value?.kind === "tuple");
  return statement.value.elements.map(bindingOf);
}

function bindingOf(expression: Expression): string {
  assert.ok(expression.kind === "identifier");
  const { binding } = expression;
  assert.ok(binding !== undefined);
  return "index" in binding ? `${binding.kind} ${binding.index}` : `${binding.kind} ${binding.name}`;
}

const ascending = (a: number, b: number) => a - b;

test("every kind of binding", () => {
  const module = moduleOf(`
load("m", "l1", l2="x")
g = 1
def f(a, b, *args, k=1, **kwargs):
  c = 1
  def inner():
    return b, c, kwargs, g, l2, M, U
  return a, b, args, k, kwargs, c, g, l1, M, U, inner
`);
  assert.deepEqual(module.globals, ["g", "f"]);
  assert.deepEqual(module.loadedNames, ["l1", "l2"]);
  const f = functionIn(module.body[2]);
  assert.deepEqual(f.locals, ["a", "b", "args", "k", "kwargs", "c", "inner"]);
  assert.deepEqual(f.cells.toSorted(ascending), [1, 4, 5]);
  const inF =
    "local 0, cell 1, local 2, local 3, cell 4, cell 5, global 0, loaded 0, predeclared M, universal U, local 6";
  assert.equal(returned(f.body[2]).join(", "), inF);
  const inner = functionIn(f.body[1]);
  assert.deepEqual(inner.free, [
    { name: "b", from: "cell", index: 1 },
    { name: "c", from: "cell", index: 5 },
    { name: "kwargs", from: "cell", index: 4 },
  ]);
  const inInner = "free 0, free 1, free 2, global 0, loaded 1, predeclared M, universal U";
  assert.equal(returned(inner.body[0]).join(", "), inInner);
});

test("what an inner function shares passes through the functions between", () => {
  const outer = functionIn(moduleOf("def f(a):\n  def g():\n    return lambda: (a, a)\n  return g").body[0]);
  const middle = functionIn(outer.body[0]);
  const [statement] = middle.body;
  assert.ok(statement?.kind === "return" && statement.value?.kind === "lambda");
  assert.deepEqual(outer.cells, [0]);
  assert.deepEqual(middle.free, [{ name: "a", from: "cell", index: 0 }]);
  assert.deepEqual(statement.value.function.free, [{ name: "a", from: "free", index: 0 }]);
});

test("a recursive inner function is its own cell", () => {
  const outer = functionIn(moduleOf("def f():\n  def g(): return g()\n  return g").body[0]);
  assert.deepEqual(outer.cells, [0]);
  assert.deepEqual(functionIn(outer.body[0]).free, [{ name: "g", from: "cell", index: 0 }]);
});

test("the bare star has no local", () => {
  assert.deepEqual(functionIn(moduleOf("def f(a, *, b): return a, b").body[0]).locals, ["a", "b"]);
});

test("a comprehension's variables are locals of their own", () => {
  const f = functionIn(
    moduleOf("def f(x):\n  a = [x for x in x]\n  b = [x for x in x if x]\n  return x, a, b").body[0],
  );
  assert.deepEqual(f.locals, ["x", "x", "a", "x", "b"]);
  assert.deepEqual(returned(f.body[2]), ["local 0", "local 2", "local 4"]);
});

test("comprehensions outside functions have locals in the top level", () => {
  const module = moduleOf("a = [x for x in [1]]\nb = [(lambda: (y, y))() for y in a for z in a]");
  assert.deepEqual(module.globals, ["a", "b"]);
  assert.deepEqual(module.top.locals, ["x", "y", "z"]);
  assert.deepEqual(module.top.cells, [1]);
});

test("a cell that a nested comprehension's functions share is noted once", () => {
  const module = moduleOf("a = [[lambda: x + y for y in [lambda: x]] for x in [1]]\n");
  assert.deepEqual(module.top.locals, ["x", "y"]);
  assert.deepEqual(module.top.cells.toSorted(ascending), [0, 1]);
});

test("defaults belong to the block around, parameters to the function", () => {
  const module = moduleOf("def f(a):\n  return (lambda a=a: (a, a))()");
  const f = functionIn(module.body[0]);
  assert.deepEqual(f.locals, ["a"]);
  assert.deepEqual(f.cells, []);
});

test("an assignment anywhere in a function makes a name local; without one it is the file's", () => {
  const [, f, g] = moduleOf("x = 1\ndef f():\n  return x, x\n  x = 2\ndef g():\n  return x, x").body;
  assert.deepEqual(returned(functionIn(f).body[0]), ["local 0", "local 0"]);
  assert.deepEqual(returned(functionIn(g).body[0]), ["global 0", "global 0"]);
});

test("with globalReassign the top level sees what comes before, functions see all", () => {
  const [first, second, f] = moduleOf("a = M\nM = a\ndef f(): return M, U\nU = M").body;
  assert.ok(first?.kind === "assign" && second?.kind === "assign");
  assert.equal(bindingOf(first.value), "predeclared M");
  assert.equal(bindingOf(second.target), "global 1");
  assert.deepEqual(returned(functionIn(f).body[0]), ["global 1", "global 3"]);
});

test("without it a global shadows a predeclared name before it is bound, too", () => {
  const [first] = moduleOf("a = M\nM = 1", { ...superset, globalReassign: false }).body;
  assert.ok(first?.kind === "assign");
  assert.equal(bindingOf(first.value), "global 1");
});

test("a loaded name may be assigned and stays the file's", () => {
  const module = moduleOf('load("m", "a")\na = 1\ndef f(): return a, a');
  assert.deepEqual(module.globals, ["f"]);
  const [, assignment, f] = module.body;
  assert.ok(assignment?.kind === "assign");
  assert.equal(bindingOf(assignment.target), "loaded 0");
  assert.deepEqual(returned(functionIn(f).body[0]), ["loaded 0", "loaded 0"]);
});

test("loadBindsGlobally makes globals of loaded names", () => {
  const module = moduleOf('load("m", "a", b="c")', { ...superset, loadBindsGlobally: true });
  assert.deepEqual([module.globals, module.loadedNames], [["a", "b"], []]);
});

test("the options stay with the module", () => {
  assert.equal(moduleOf("a = 1", { ...superset, recursion: false }).options.recursion, false);
});
