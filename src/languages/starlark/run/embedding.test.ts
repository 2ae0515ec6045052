/** What an embedder supplies: builtins that call back and that wait, types of its own, files, options. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AutoFlowError } from "../../../core/errors.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import type { HostKind } from "../snapshot/heap-kinds.ts";
import { superset } from "../syntax/tree.ts";
import { EvalError } from "../values/errors.ts";
import { makeStruct } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import { type Elements, HeapValue, List, MutableValue, type Value } from "../values/value.ts";
import { parked } from "../vm/calls.ts";
import { Evaluator, type EvaluatorOptions } from "./evaluate.ts";
import type { EvaluationError } from "./evaluation-error.ts";

function builtin(name: string, call: BuiltinSpec["call"]): [string, Builtin] {
  return [name, new Builtin({ name, doc: "", parameters: [], returns: "any", call })];
}

/** An object with fields that scripts set. */
class Fields extends MutableValue {
  readonly fields = new Map<string, Value>();
  get type(): string {
    return "hasfields";
  }
  override attribute(name: string): Value | undefined {
    return this.fields.get(name);
  }
  override attributeNames(): readonly string[] {
    return [...this.fields.keys()];
  }
  override setAttribute(name: string, value: Value): boolean {
    if (this.frozen) throw new EvalError("cannot set field of frozen hasfields");
    if (name === "fixed") return false;
    this.fields.set(name, value);
    return true;
  }
  override get hashedByIdentity(): boolean {
    return true;
  }
  override visit(each: (value: Value) => void): void {
    for (const value of this.fields.values()) each(value);
  }
}

/** A point: operators, equality, order, hash, index, membership, iteration, a method, a call. */
class Point extends HeapValue {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    super();
    this.x = x;
    this.y = y;
  }
  get type(): string {
    return "point";
  }
  override describe(): string {
    return `point(${this.x}, ${this.y})`;
  }
  override truth(): boolean {
    return this.x !== 0 || this.y !== 0;
  }
  override len(): number {
    return 2;
  }
  override contentKey(): string {
    return `${this.x} ${this.y}`;
  }
  override sameAs(other: HeapValue): boolean {
    return (other as Point).contentKey() === this.contentKey();
  }
  override order(other: HeapValue): number {
    return this.x - (other as Point).x || this.y - (other as Point).y;
  }
  override binary(operator: string, other: Value): Value | undefined {
    if (operator === "+" && other instanceof Point) return new Point(this.x + other.x, this.y + other.y);
    return operator === "*" && typeof other === "number" ? new Point(this.x * other, this.y * other) : undefined;
  }
  override unary(operator: string): Value | undefined {
    return operator === "-" ? new Point(-this.x, -this.y) : undefined;
  }
  override contains(key: Value): boolean {
    return key === this.x || key === this.y;
  }
  override element(key: Value): Value | undefined {
    if (key !== 0 && key !== 1) throw new EvalError("a point has index 0 and 1");
    return key === 0 ? this.x : this.y;
  }
  override get iterable(): boolean {
    return true;
  }
  override iterate(index: number): Elements {
    let next = index;
    return { next: () => [this.x, this.y][next++] };
  }
  override methods(): ReadonlyMap<string, BuiltinSpec> {
    return pointMethods;
  }
}

const pointMethods: ReadonlyMap<string, BuiltinSpec> = new Map([
  [
    "scaled",
    {
      name: "scaled",
      doc: "",
      parameters: [],
      returns: "point",
      call: (_t, self, [by]) => new Point((self as Point).x * (by as number), (self as Point).y * (by as number)),
    },
  ],
]);

/** Never ends. */
class Fibonacci extends HeapValue {
  get type(): string {
    return "fibonacci";
  }
  override get iterable(): boolean {
    return true;
  }
  override iterate(index: number): Elements {
    let [a, b] = [0, 1];
    const next = () => {
      const value = a;
      [a, b] = [b, a + b];
      return value;
    };
    for (let i = 0; i < index; i++) next();
    return { next };
  }
}

const kinds: readonly HostKind[] = [
  {
    code: 64,
    methods: { type: "point", table: pointMethods },
    matches: (value) => value instanceof Point,
    writeShell(value, out) {
      out.integer((value as Point).x);
      out.integer((value as Point).y);
    },
    readShell: (input) => new Point(input.integer(), input.integer()),
    writeBody() {},
    readBody() {},
  },
  {
    code: 65,
    matches: (value) => value instanceof Fields,
    writeShell() {},
    readShell: () => new Fields(),
    writeBody(value, out) {
      const { fields } = value as Fields;
      out.out.natural(fields.size);
      for (const [name, field] of fields) {
        out.text(name);
        out.value(field);
      }
    },
    readBody(value, input) {
      for (let count = input.input.count(); count > 0; count--) {
        (value as Fields).fields.set(input.text(), input.value());
      }
    },
  },
];

const names = new Map<string, Value>([
  builtin("hasfields", () => new Fields()),
  builtin("point", (_t, _s, [x, y]) => new Point(x as number, y as number)),
  builtin("wait", () => parked),
  ["fibonacci", new Fibonacci()],
]);

function evaluate(source: string, options: EvaluatorOptions = {}): ReadonlyMap<string, Value> {
  return new Evaluator({ names, kinds, ...options }).evaluate("main.star", source);
}

function shown(source: string, options: EvaluatorOptions = {}): string {
  return toText(evaluate(`shown = str(${source})\n`, options).get("shown") as string);
}

test("fields are read, set, listed, and cannot be set where the type says so", () => {
  const source =
    "x = hasfields()\nx.a = 1\nx.a += 2\nshown = (x.a, dir(x), hasattr(x, 'b'), {x: 1}[x])\nshown = str(shown)\n";
  assert.equal(evaluate(source).get("shown"), '(3, ["a"], False, 1)');
  assert.throws(() => evaluate("hasfields().fixed = 1\n"), /can't assign to .fixed field of hasfields/);
  assert.throws(() => evaluate("hasfields().a\n"), /hasfields has no .a field or method/);
  const frozen = 'load("x.star", "x")\nx.a = 2\n';
  assert.throws(() => evaluate(frozen, { load: () => "x = hasfields()\nx.a = 1\n" }), /cannot set field of frozen/);
});

test("a type has operators, order, equality, hash, index, membership, length, methods and iteration", () => {
  assert.equal(shown("point(1, 2) + point(3, 4) * 2"), "point(7, 10)");
  assert.equal(shown("-point(1, 2)"), "point(-1, -2)");
  assert.equal(
    shown("(point(1, 2) == point(1, 2), point(1, 2) != point(1, 3), point(1, 2) < point(1, 3))"),
    "(True, True, True)",
  );
  assert.equal(shown("{point(1, 2): 5}[point(1, 2)]"), "5");
  assert.equal(
    shown("(point(1, 2)[1], 2 in point(1, 2), 3 not in point(1, 2), len(point(1, 2)), bool(point(0, 0)))"),
    "(2, True, True, 2, False)",
  );
  assert.equal(
    shown("[list(point(1, 2)), sorted(point(2, 1)), max(point(1, 2)), [x for x in point(3, 4)]]"),
    "[[1, 2], [1, 2], 2, [3, 4]]",
  );
  assert.equal(shown("point(1, 2).scaled(3)"), "point(3, 6)");
  assert.equal(shown("type(point(1, 2))"), "point");
  assert.throws(() => shown("point(1, 2)[5]"), /a point has index 0 and 1/);
  assert.throws(() => shown("point(1, 2) - 1"), /unknown binary op: point - int/);
  assert.throws(() => evaluate("point(1, 2)[0] = 1\n"), /point value does not support item assignment/);
});

test("an iterable without end can be left, and meets a limit where all of it is asked for", () => {
  const some =
    "def f():\n  found = []\n  for x in fibonacci:\n    if x > 20:\n      return found\n    found.append(x)\nshown = str(f())\n";
  assert.equal(evaluate(some).get("shown"), "[0, 1, 1, 2, 3, 5, 8, 13]");
  assert.equal(shown("zip(range(3), fibonacci)"), "[(0, 0), (1, 1), (2, 1)]");
  for (const all of [
    "list(fibonacci)",
    "[x for x in fibonacci]",
    "sorted(fibonacci)",
    "dict(enumerate(fibonacci))",
    "max(*fibonacci)",
  ]) {
    assert.throws(() => shown(all, { limits: { memoryBytes: 100_000 } }), /live values take more than/, all);
  }
});

test("a builtin calls functions of the script at once", () => {
  const calling: EvaluatorOptions = {
    names: new Map([
      builtin("apply", (_t, _s, [callee, ...args], named) =>
        evaluator.call(callee!, args, new Map(named.map(({ name, value }) => [name, value]))),
      ),
      builtin("catch", (_t, _s, [callee]) => {
        try {
          evaluator.call(callee!);
          return null;
        } catch (error) {
          if (error instanceof EvalError) return error.message;
          throw error;
        }
      }),
    ]),
    limits: { stepsPerTurn: 10_000 },
  };
  const evaluator = new Evaluator(calling);
  const value = (source: string) => evaluator.evaluate("main.star", source).get("x");
  assert.equal(value("def f(a, b = 1):\n  return a * b\nx = apply(f, 3, b = 4) + apply(lambda: 1)\n"), 13);
  assert.equal(value("x = apply(apply, apply, len, [1, 2])\n"), 2);
  assert.equal(value("x = catch(lambda: 1 // 0)\n"), "floored division by zero");
  assert.equal(value("x = catch(lambda: [].pop())\n"), "pop: index -1 out of range: empty list");
  assert.throws(() => value("apply(lambda: {}['k'])\n"), /key "k" not in dict/);
  assert.throws(() => value("def f():\n  apply(f)\nf()\n"), /more than 32 nested calls by builtins/);
  assert.throws(() => value("def f():\n  while True:\n    pass\ncatch(f)\n"), /more than 10,000 steps in one turn/);
  const evaluation = evaluator.start("main.star", "def f():\n  for _ in range(100):\n    pass\napply(f)\n");
  evaluation.finish();
  assert.ok(evaluation.steps > 100, `${evaluation.steps}`);
});

/** Runs a program in which `wait()` answers 1, 2, …; after each wait it is made anew from bytes. */
function runWaiting(source: string, options: EvaluatorOptions = {}): ReadonlyMap<string, Value> {
  const evaluator = () => new Evaluator({ names, kinds, ...options });
  let evaluation = evaluator().start("main.star", source);
  for (let answer = 1; evaluation.step() === "waiting"; answer++) {
    const state = evaluation.snapshot();
    assert.deepEqual(evaluation.snapshot(), state);
    ({ evaluation } = evaluator().restore(state));
    assert.deepEqual(evaluation.snapshot(), state);
    evaluation.resume(answer);
  }
  return evaluation.names;
}

test("a builtin that waits is answered later, in another process", () => {
  const source = "def f(x):\n  return [x, wait(), wait()]\nx = [f(y) for y in point(5, 6)]\nshown = str(x)\n";
  assert.equal(runWaiting(source).get("shown"), "[[5, 1, 2], [6, 3, 4]]");
});

test("what builtins call may wait: sorted, min, max, and functions of the embedder's library", () => {
  const source =
    "x = (sorted([3, 1, 2], key = lambda x: wait() * x), min([5, 6], key = lambda x: -wait()), max(1, 2, key = lambda x: wait()))\nshown = str(x)\n";
  assert.equal(runWaiting(source).get("shown"), "([1, 3, 2], 6, 2)");
  const library = [{ path: "lib.star", source: "def mapped(f, xs):\n  return [f(x) for x in xs]\n" }];
  const mapped = "shown = str((mapped(lambda x: x + wait(), [10, 20]), mapped))\n";
  assert.equal(runWaiting(mapped, { library }).get("shown"), "([11, 22], <built-in function mapped>)");
});

test("values of the embedder, shared and frozen ones, keep their identity", () => {
  const source = `
load("lib.star", "shared", "get")
f = hasfields()
f.me = f
f.p = point(1, 2)
l = [f, f]
scale = f.p.scaled
wait()
shown = str((l[0].me.me == l[1], f.p, scale(2), fibonacci, get() == shared, len, hasfields, scale))
`;
  const load = () => "shared = hasfields()\ndef get():\n  return shared\n";
  assert.equal(
    runWaiting(source, { load }).get("shown"),
    "(True, point(1, 2), point(2, 4), <fibonacci>, True, <built-in function len>, <built-in function hasfields>, " +
      "<built-in method scaled of point value>)",
  );
});

test("what waits can be made to fail, and the program may catch that", () => {
  const evaluator = new Evaluator({ names });
  const evaluation = evaluator.start("main.star", "def f():\n  return wait()\nf()\n");
  assert.equal(evaluation.step(), "waiting");
  assert.throws(
    () => evaluation.fail("no answer"),
    (error: EvaluationError) => {
      assert.equal(error.message, "no answer");
      assert.deepEqual(error.where, { file: "main.star", line: 2, column: 14 });
      return true;
    },
  );
});

test("a call from outside may wait too, and what the caller keeps is stored with it", () => {
  const evaluator = new Evaluator({ names });
  const f = evaluator.evaluate("main.star", "l = [1]\ndef f(a, *, b):\n  return [a, b, wait(), l]\n").get("f")!;
  const list = new List([7]);
  const evaluation = evaluator.startCall(f, [list], new Map([["b", 2]]));
  assert.equal(evaluation.step(), "waiting");
  const { evaluation: restored, kept } = new Evaluator({ names }).restore(evaluation.snapshot([list]));
  (kept[0] as List).items.push(8);
  restored.resume(3);
  assert.equal(restored.step(), "done");
  const value = restored.value as List;
  assert.equal(value.items[0], kept[0]);
  assert.deepEqual(value.items.slice(1, 3), [2, 3]);
  assert.ok((value.items[3] as List).frozen);
});

test("loaded modules may be supplied as values", () => {
  const load = (path: string) =>
    path === "host.star" ? new Map<string, Value>([["x", makeStruct(new Map([["a", 5]]))]]) : undefined;
  assert.equal(evaluate('load("host.star", "x")\ny = x.a\n', { load }).get("y"), 5);
  assert.throws(() => evaluate('load("host.star", "z")\n', { load }), /name z not found in module host.star/);
  assert.equal(runWaiting('load("host.star", "x")\nwait()\ny = x.a\n', { load }).get("y"), 5);
});

test("a load that fails is told where it stands", () => {
  assert.throws(
    () => evaluate('x = 1\nload("host.star", "x2")\n'),
    (error: EvaluationError) => error.where?.line === 2,
  );
});

test("options may differ from file to file", () => {
  const dialect = (path: string) => ({ ...superset, while: path !== "main.star" });
  const load = () => "x = 0\nwhile x < 3:\n  x += 1\n";
  assert.equal(evaluate('load("lib.star", "x")\ny = x\n', { load, dialect }).get("y"), 3);
  assert.throws(() => evaluate(load(), { dialect }), /does not support while/);
});

test("bytes that are damaged, or of another library, are refused", () => {
  const evaluation = new Evaluator({ names }).start("main.star", "wait()\n");
  evaluation.step();
  const state = evaluation.snapshot();
  const refused = (error: unknown) => error instanceof AutoFlowError && error.code === "STATE_DAMAGED";
  assert.throws(() => new Evaluator({ names }).restore(state.slice(0, -1)), refused);
  assert.throws(() => new Evaluator({ names, library: [{ path: "x", source: "y = 1" }] }).restore(state), refused);
  assert.throws(() => new Evaluator({ names: new Map() }).restore(state), refused);
});

test("an evaluation goes on in slices", () => {
  const evaluation = new Evaluator().start("main.star", "x = 0\nfor i in range(1000):\n  x += i\n");
  let slices = 0;
  while (evaluation.step(100) === "running") slices++;
  assert.ok(slices > 10);
  assert.equal(evaluation.names.get("x"), 499_500);
});
