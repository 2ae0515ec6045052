/** Fibers, seen from outside. Every turn of these runs is also computed from the state before it: see `testing/handler-run.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect } from "../../../core/effect.ts";
import type { Failure } from "../../../core/failure.ts";
import { Run, startTime } from "../testing/handler-run.ts";
import { LoadedStarlark } from "../run/loaded-image.ts";
import { runParked } from "../testing/parked-run.ts";
import { compileResult, compileScript, startOf, turn } from "../testing/virtual-run.ts";

/** A function that says when it begins and ends, and sleeps in between. */
const work = `
def work(w, name, seconds, error = None):
    print("begin", name)
    w.sleep(seconds)
    print("end", name)
    if error:
        fail(error)
    return name

`;

function value(run: Run): unknown {
  const { outcome } = run.last;
  assert.ok(outcome?.kind === "succeeded", JSON.stringify(outcome));
  return JSON.parse(outcome.value);
}

function failureOf(run: Run): Failure {
  const { outcome } = run.last;
  assert.ok(outcome?.kind === "failed", JSON.stringify(outcome));
  return outcome.error;
}

function cancelled(run: Run): number[] {
  return run.last.effects.flatMap((effect) => (effect.kind === "cancel" ? [effect.target] : []));
}

test("go starts a fiber when the starter waits, and its future has what it returned", () => {
  const run = new Run(
    'f = w.go(work, w, "a", seconds=5)\nprint(f, f.done())\nreturn (f.get(), f(), f.done(), f)[:3]',
    work,
  );
  assert.deepEqual(run.output, ["<future pending> False", "begin a"]);
  assert.deepEqual(value(run.finish()), ["a", "a", true]);
});

test("a fiber begins before its starter goes on, also when that one does not wait for it", () => {
  const run = new Run('w.go(work, w, "a", 5)\nw.sleep(1)\nprint("main")', work);
  assert.deepEqual(run.output, ["begin a"]);
  assert.deepEqual(run.tick().output, ["begin a", "main"]);
  assert.deepEqual(run.finish().output, ["begin a", "main", "end a"]);
});

test("a verb can be a fiber's function, and effects tell their fiber", () => {
  const run = new Run('f = w.go(w.run, "echo", {"a": 1}, label="x")\nreturn f.get().a');
  const [call] = run.last.effects as [Effect];
  assert.deepEqual(call.origin, { file: "main.star", line: 2, column: 13, node: "h", fiber: 1, label: "x" });
  assert.equal(value(run.answer(1, { a: 7 })), 7);
});

test("fibers go on in the order in which they became able to", () => {
  const run = new Run(
    'a = w.go(first, w)\nb = w.go(work, w, "b", 1)\nprint("main", w.all([a, b]))',
    `${work}
def first(w):
    print("first")
    f = w.go(work, w, "inner", 1)
    print("started inner")
    return f.get()

`,
  );
  assert.deepEqual(run.output, ["first", "started inner", "begin b", "begin inner"]);
  run.tick();
  assert.deepEqual(run.output.slice(4), ["end b"]);
  run.tick();
  assert.deepEqual(run.output.slice(4), ["end b", "end inner", 'main ["inner", "b"]']);
});

test("what wakes several fibers wakes them in the order of their numbers", () => {
  const run = new Run(
    "t = w.timer(1)\nfor i in range(3):\n    w.go(wait, t, 2 - i)\nw.sleep(5)\n",
    "def wait(t, i):\n    t.get()\n    print(i)\n\n",
  );
  assert.deepEqual(run.tick().output, ["2", "1", "0"]);
});

test("a signal goes to the waiting fiber with the lowest number", () => {
  const run = new Run(
    "fs = [w.go(receive, w, i) for i in range(2)]\nreturn w.all(fs)",
    'def receive(w, i):\n    return (i, w.signal_channel("s").receive())\n\n',
  );
  assert.deepEqual(run.last.signals, ["s", "s"]);
  run.signal("s", "x");
  assert.equal(run.last.outcome, undefined);
  assert.deepEqual(value(run.signal("s", "y")), [
    [0, "x"],
    [1, "y"],
  ]);
});

test("fibers that wait for the same event all get it", () => {
  const run = new Run('return w.parallel([(w.wait_for_event, "x")] * 2)');
  run.event(1, { id: "e1" }, 120);
  assert.deepEqual(value(run.event(2, { id: "e1" }, 120)), [{ id: "e1" }, { id: "e1" }]);
});

test("parallel answers in the order of its functions", () => {
  const run = new Run('return w.parallel([(work, w, "a", 3), lambda: work(w, "b", 2), [work, w, "c", 1]])', work);
  assert.deepEqual(run.output, ["begin a", "begin b", "begin c"]);
  assert.deepEqual(value(run.finish()), ["a", "b", "c"]);
  assert.deepEqual(run.output.slice(3), ["end c", "end b", "end a"]);
  assert.deepEqual(value(new Run("return (w.parallel([]), w.all([]))")), [[], []]);
});

test("parallel with max starts the next one when one has ended", () => {
  const run = new Run(
    'return w.parallel([(work, w, n, s) for n, s in [("a", 3), ("b", 1), ("c", 1), ("d", 3)]], max=2)',
    work,
  );
  assert.deepEqual(run.output, ["begin a", "begin b"]);
  assert.deepEqual(run.tick().output, ["begin a", "begin b", "end b", "begin c"]);
  assert.deepEqual(run.tick().output.slice(4), ["end c", "begin d"]);
  assert.deepEqual(value(run.finish()), ["a", "b", "c", "d"]);
});

test("an error in parallel cancels the others and is raised", () => {
  const run = new Run('w.parallel([(work, w, "a", 9), (work, w, "b", 1, "oops"), (work, w, "c", 9)], max=2)', work);
  assert.deepEqual(run.tick().output, ["begin a", "begin b", "end b"]);
  assert.deepEqual(cancelled(run), [2]);
  assert.equal(run.error, "fail: oops");
  assert.equal(
    run.traceback,
    `Traceback (most recent call last):
  main.star:11:15: in h
  <builtin>: in parallel
Fiber 2 (work), started at main.star:11:15 in h:
  main.star:7:13: in work
Error in fail: fail: oops`,
  );
});

test("on_error says what parallel does about errors", () => {
  const calls = '[(work, w, "a", 3, "late"), (work, w, "b", 1, "oops"), (work, w, "c", 1)]';
  const waited = new Run(`w.parallel(${calls}, on_error="wait")`, work).finish();
  assert.deepEqual(waited.output.slice(3), ["end b", "end c", "end a"]);
  assert.equal(waited.error, "fail: oops");
  const collected = new Run(
    `return [(r.ok, r.value, r.error and r.error.message) for r in w.parallel(${calls}, on_error="collect", max=1)]`,
    work,
  ).finish();
  assert.deepEqual(value(collected), [
    [false, null, "fail: late"],
    [false, null, "fail: oops"],
    [true, "c", null],
  ]);
});

test("all waits for futures of every kind", () => {
  const run = new Run(
    'e = w.event("t.e")\nreturn [type(x) for x in w.all([w.go(work, w, "a", 1), w.timer(2), e, w.go(w.run, "echo", {})])]',
    work,
  );
  run.event(1, { id: "e1" }, 120);
  const call = [...run.open.values()].find(({ kind }) => kind === "call")!;
  run.answer(call.n, { a: 1 });
  assert.deepEqual(value(run.finish()), ["string", "NoneType", "dict", "dict"]);
});

test("all cancels the others after a failure, and events among them are not taken", () => {
  const run = new Run(
    'r = w.attempt(w.all, [w.event("t.e"), w.event("t.f"), w.timer(9), w.go(work, w, "a", 1, "oops")])\n' +
      'print(r.error.message)\nreturn w.wait_for_event("t.e")["id"]',
    work,
  );
  run.event(1, { id: "e1" }, 120);
  run.tick();
  assert.equal(run.output.at(-1), "fail: oops");
  assert.deepEqual(cancelled(run), [2, 3]);
  const again = run.last.effects.find(({ kind }) => kind === "await") as Effect & { since: unknown };
  assert.equal(again.since, "start");
  assert.equal(value(run.event(again.n, { id: "e1" }, 120)), "e1");
});

test("all with return_errors cancels nothing", () => {
  const run = new Run(
    'rs = w.all([w.go(work, w, "a", 3), w.go(work, w, "b", 1, "oops")], return_errors=True)\nreturn [r.ok for r in rs]',
    work,
  );
  assert.deepEqual(value(run.finish()), [true, false]);
});

test("after their timeout, parallel, all and race have cancelled everything", () => {
  for (const call of [
    'w.parallel([(work, w, "a", 9), (work, w, "b", 9)], timeout="1s", timeout_value="late")',
    'w.all([w.go(work, w, "a", 9), w.timer(9)], timeout=1, timeout_value="late")',
    'w.race([w.go(work, w, "a", 9), w.timer(9)], timeout=1, timeout_value="late")',
    'w.race({"a": w.go(work, w, "a", 9), "t": w.timer(9)}, timeout=1, timeout_value="late")',
  ]) {
    const run = new Run(`return ${call}`, work).tick();
    assert.equal(value(run), "late", call);
    assert.equal(cancelled(run).length, 2, call);
    assert.equal(run.open.size, 0, call);
  }
});

test("in time, the timer of a timeout is cancelled", () => {
  const run = new Run('return w.parallel([(work, w, "a", 1)], timeout=5)', work).tick();
  assert.deepEqual(value(run), ["a"]);
  assert.equal(run.open.size, 0);
});

test("race answers the first and cancels the others", () => {
  const run = new Run('return w.race([w.go(work, w, "a", 3), w.go(work, w, "b", 1), w.timer(2)])', work).tick();
  assert.deepEqual(value(run), [1, "b"]);
  assert.equal(run.open.size, 0);
  const named = new Run(
    'r = w.race({"a": w.event("x"), "b": w.go(work, w, "b", 1), "s": w.signal_channel("s")})\nprint(r)\n' +
      'return (r, w.signal_channel("s").receive())',
    work,
  );
  named.tick();
  assert.deepEqual(named.output.at(-1), '("b", "b")');
  assert.deepEqual(value(named.signal("s", 5)), [["b", "b"], 5]);
});

test("those that lose a race are over: done() is True, and get() raises FUTURE_CANCELLED", () => {
  const text =
    'a = w.go(work, w, "a", 3)\nt = w.timer(9)\ne = w.event("x")\nb = w.go(work, w, "b", 1)\nw.race([a, t, e, b])\n' +
    "print(a.done(), t.done(), e.done(), b.done())\nprint([w.attempt(f.get).error.code for f in [a, t, e]])";
  const run = new Run(text, work).tick();
  assert.deepEqual(run.printed.slice(-2), [
    "True True True True",
    '["FUTURE_CANCELLED", "FUTURE_CANCELLED", "FUTURE_CANCELLED"]',
  ]);
});

test("a race that the first one loses by failing raises its error", () => {
  const run = new Run('w.race([w.go(work, w, "a", 3), w.go(work, w, "b", 1, "oops")])', work).tick();
  assert.equal(run.error, "fail: oops");
  assert.equal(run.open.size, 0);
});

test("of fibers that end in one turn, the one that ended first wins", () => {
  const run = new Run(
    "t = w.timer(1)\nb = w.go(after, t, 'b')\na = w.go(after, t, 'a')\nw.sleep(2)\nreturn w.race([a, b])",
    "def after(t, name):\n    t.get()\n    return name\n\n",
  );
  assert.deepEqual(value(run.finish()), [1, "b"]);
});

test("select takes fibers like everything else, and leaves the others going", () => {
  const run = new Run(
    'a = w.go(work, w, "a", 1)\nt = w.timer(2)\nr = w.select({a: lambda v: v + "!", t: None})\nt.get()\nreturn r',
    work,
  );
  assert.equal(value(run.finish()), "a!");
});

test("get with a timeout leaves what it waited for going", () => {
  const run = new Run(
    'f = w.go(work, w, "a", 3)\nr = f.get(timeout=1, timeout_value="not yet")\nreturn (r, f.get())',
    work,
  );
  assert.deepEqual(value(run.finish()), ["not yet", "a"]);
});

test("cancel ends a fiber, what it started, and what they have open", () => {
  const run = new Run(
    "f = w.go(outer, w)\nw.sleep(1)\nprint(f.cancel(), f.cancel(), f.done())\nprint(w.attempt(f.get).error)",
    `${work}
def outer(w):
    t = w.timer(50)
    w.go(work, w, "inner", 60)
    w.select([w.event("x"), t])

`,
  );
  run.tick();
  assert.deepEqual(cancelled(run), [2, 3, 5]);
  assert.equal(run.open.size, 0);
  assert.deepEqual(run.output.slice(1), [
    "True False True",
    'struct(attempts = 0, code = "FUTURE_CANCELLED", details = None, message = "the future was cancelled", retryable = False, type = "cancelled")',
  ]);
  assert.equal(run.last.outcome?.kind, "succeeded");
});

test("effects' futures can be cancelled too", () => {
  const run = new Run("t = w.timer(9)\nprint(t.cancel(), t.cancel())\nt.get()");
  assert.deepEqual(cancelled(run), [1]);
  assert.equal(run.error, "the future was cancelled");
});

test("attempt does not catch the cancelling of its own fiber", () => {
  const run = new Run(
    'f = w.go(stubborn, w)\nw.sleep(1)\nf.cancel()\nw.sleep(60)\nreturn "done"',
    "def stubborn(w):\n    while True:\n        print(w.attempt(w.sleep, 10))\n\n",
  );
  run.tick();
  assert.equal(run.output.length, 0);
  assert.equal(value(run.finish()), "done");
});

test("a fiber that waits for a cancelled one gets an error", () => {
  const run = new Run(
    'a = w.go(work, w, "a", 9)\nb = w.go(lambda: w.attempt(a.get).error.code)\nw.sleep(1)\na.cancel()\nreturn b.get()',
    work,
  );
  assert.equal(value(run.finish()), "FUTURE_CANCELLED");
});

test("a fiber may cancel itself, or be cancelled by what it started", () => {
  const run = new Run(
    'box = []\nbox.append(w.go(lambda: (box[0].cancel(), print("not reached"))))\nw.sleep(1)\nprint(box[0])',
  );
  assert.deepEqual(run.finish().output, ["<future cancelled>"]);
  const inner = new Run(
    "box = []\nbox.append(w.go(outer, w, box))\nw.sleep(5)\nprint(box[0], box[1])",
    `def outer(w, box):
    box.append(w.go(lambda: (w.race([w.timer(1), box[0]]), print("not reached"))))
    w.sleep(50)

`,
  );
  assert.deepEqual(inner.finish().output, ["<future cancelled> <future cancelled>"]);
  assert.equal(inner.open.size, 0);
});

test("a run waits for the fibers that its handler left going", () => {
  const run = new Run('w.go(work, w, "a", 5)\nreturn "value"', work);
  assert.equal(run.last.outcome, undefined);
  assert.deepEqual(run.inspect().fibers[0], {
    id: 0,
    frames: [],
    waitingFor: [],
    waitingForFibers: [1],
    waitingForSignals: [],
  });
  assert.equal(value(run.tick()), "value");
  assert.deepEqual(run.output, ["begin a", "end a"]);
});

test("a fiber ends when those it started have ended", () => {
  const run = new Run(
    "f = w.go(outer, w)\nw.sleep(2)\nprint(f)\nreturn f.get()",
    `${work}\ndef outer(w):\n    w.go(work, w, "inner", 5)\n    return "outer"\n\n`,
  );
  run.tick();
  assert.deepEqual(run.output, ["begin inner", "<future pending>"]);
  assert.equal(value(run.tick()), "outer");
});

test("a failure that nobody waits for is told at once and fails the starter in the end", () => {
  const run = new Run('w.go(work, w, "a", 1, "oops")\nw.sleep(5)\nprint("main goes on")\nw.go(work, w, "b", 5)', work);
  run.tick();
  assert.deepEqual(run.last.effects, [
    {
      kind: "log",
      n: 4,
      level: "info",
      message: "end a",
      origin: { file: "main.star", line: 5, column: 10, node: "work", fiber: 1 },
    },
    {
      kind: "log",
      n: 5,
      level: "warn",
      message: "fiber 1 (work) failed, and nothing waits for it yet: fail: oops",
      origin: { file: "main.star", line: 7, column: 13, node: "work", fiber: 1 },
    },
  ]);
  run.tick();
  assert.equal(run.output.at(-1), "main goes on");
  assert.equal(run.error, "fail: oops");
  assert.equal(
    run.traceback,
    `Traceback (most recent call last):
Fiber 1 (work), started at main.star:11:9 in h:
  main.star:7:13: in work
Error in fail: fail: oops`,
  );
});

test("a run that goes on for years keeps few of the failures that nobody waits for", () => {
  const run = new Run("while True:\n    w.go(fail, 'x' * 100)\n    w.sleep(1)");
  let size = 0;
  for (let i = 0; i < 40; i++) {
    run.tick();
    if (i === 20) size = run.stateSize;
  }
  assert.equal(run.output.length, 41);
  assert.ok(run.stateSize < size + 10, `${run.stateSize} bytes, ${size} before`);
});

test("a failure after the handler has returned ends the run at once", () => {
  const run = new Run('w.go(work, w, "a", 1, "oops")\nw.go(work, w, "b", 5)', work).tick();
  assert.equal(run.error, "fail: oops");
  assert.ok(!run.output.some((line) => line.includes("nothing waits")));
});

test("a failure is seen by who waits for it later", () => {
  const run = new Run('f = w.go(work, w, "a", 1, "oops")\nw.sleep(5)\nreturn w.attempt(f.get).error.message', work);
  assert.equal(value(run.finish()), "fail: oops");
});

test("a failure that another fiber takes is none to the starter", () => {
  const run = new Run(
    'f = w.go(work, w, "a", 1, "oops")\nw.go(lambda: print(w.attempt(f.get).error.message))\nreturn "fine"',
    work,
  );
  assert.equal(value(run.finish()), "fine");
  assert.equal(run.output.at(-1), "fail: oops");
});

test("a failing fiber takes with it what it started", () => {
  const run = new Run(
    "f = w.go(outer, w)\nprint(w.attempt(f.get).error.message)\nreturn 1",
    `${work}\ndef outer(w):\n    w.go(work, w, "inner", 50)\n    w.sleep(1)\n    fail("outer")\n\n`,
  );
  assert.equal(value(run.tick()), 1);
  assert.equal(run.open.size, 0);
  assert.deepEqual(run.output, ["begin inner", "fail: outer"]);
});

test("tracebacks lead through fibers", () => {
  const run = new Run(
    "w.go(middle, w).get()",
    `${work}
def middle(w):
    f = w.go(work, w, "a", 1, "oops")
    w.all([f, w.timer(5)])

`,
  ).tick();
  assert.equal(
    run.traceback,
    `Traceback (most recent call last):
  main.star:16:24: in h
  <builtin>: in get
Fiber 1 (middle), started at main.star:16:9 in h:
  main.star:13:10: in middle
  <builtin>: in all
Fiber 2 (work), started by fiber 1 at main.star:12:13 in middle:
  main.star:7:13: in work
Error in fail: fail: oops`,
  );
});

test("a failed call keeps its code on the way through fibers", () => {
  const run = new Run('w.parallel([(w.run, "echo", {}), (w.run, "echo", {})])');
  const failure = { type: "http", code: "HTTP_TIMEOUT", message: "took too long", retryable: true, attempts: 3 };
  run.fail(2, failure);
  const { traceback, ...error } = failureOf(run);
  assert.deepEqual(error, failure);
  assert.match(traceback!, /Fiber 2 \(run\), started at main.star:2:15 in h:\nError in run: took too long$/);
  assert.deepEqual(cancelled(run), [1]);
});

test("fibers share values, and nothing is seen half done", () => {
  const run = new Run(
    "totals = {}\nw.parallel([(add, w, totals, i) for i in range(10)])\nreturn totals",
    'def add(w, totals, i):\n    for _ in range(3):\n        n = totals.get("n", 0)\n        totals["n"] = n + 1\n        w.sleep(i + 1)\n\n',
  );
  assert.deepEqual(value(run.finish()), { n: 30 });
});

test("a list that a fiber walks over cannot change, until that fiber has ended", () => {
  const script = `
def walk(w, items):
    for item in items:
        w.sleep(10)

`;
  const run = new Run("items = [1, 2]\nw.go(walk, w, items)\nw.sleep(1)\nitems.append(3)", script);
  assert.equal(run.tick().error, "append: cannot append to list during iteration");
  const freed = new Run(
    "items = [1, 2]\nf = w.go(walk, w, items)\nw.sleep(1)\nf.cancel()\nitems.append(3)\nreturn items",
    script,
  );
  assert.deepEqual(value(freed.tick()), [1, 2, 3]);
  const failed = new Run(
    "items = [1, 2]\nw.attempt(w.go(lambda: [fail(x) for x in items]).get)\nitems.append(3)\nreturn items",
  );
  assert.deepEqual(value(failed), [1, 2, 3]);
});

test("fibers that wait for each other are a deadlock, which is told", () => {
  const run = new Run(
    "box = []\nbox.append(w.go(other, box, 1))\nbox.append(w.go(other, box, 0))\nw.sleep(1)\nbox[0].get()",
    "def other(box, i):\n    return box[i].get()\n\n",
  );
  assert.equal(run.last.outcome, undefined);
  run.tick();
  assert.equal(failureOf(run).code, "RUN_DEADLOCK");
  assert.equal(
    run.error,
    `all fibers wait for one another, so none can ever go on:
  fiber 0 waits at main.star:9:15 for fiber 1
  fiber 1 (other) waits at main.star:2:22 for fiber 2
  fiber 2 (other) waits at main.star:2:22 for fiber 1`,
  );
  const itself = new Run("box = []\nbox.append(w.go(lambda: box[0].get()))\nbox[0].get()");
  assert.equal(itself.error, "a fiber cannot wait for itself");
});

test("a deadlock after the handler has returned is told too", () => {
  const run = new Run("box = []\nbox.append(w.go(lambda: box[1].get()))\nbox.append(w.go(lambda: box[0].get()))");
  assert.match(
    run.error,
    /fiber 0 has returned and waits for fiber 1, fiber 2\n {2}fiber 1 \(lambda\) waits at main.star:3:39/,
  );
});

test("no deadlock while a signal could come", () => {
  const run = new Run('f = w.go(w.signal_channel("s").receive)\nreturn f.get()');
  assert.equal(run.last.outcome, undefined);
  assert.equal(value(run.signal("s", 1)), 1);
});

test("limits count for all fibers together", () => {
  const limit = (body: string, above: string, limits: object) => {
    const { outcome } = new Run(body, above, limits).last;
    return outcome?.kind === "failed" ? `${outcome.error.code}: ${outcome.error.message}` : outcome?.kind;
  };
  const spin = "def spin(n):\n    for _ in range(n):\n        pass\n\n";
  assert.equal(limit("w.parallel([(spin, 2000)] * 2)", spin, { stepsPerTurn: 5000 }), "succeeded");
  assert.match(limit("w.parallel([(spin, 2000)] * 3)", spin, { stepsPerTurn: 5000 })!, /^LIMIT_STEPS/);
  const keep =
    "def keep(w, n, m=0):\n    x = ['x' * 1000 + str(i + n * m) for i in range(n)]\n    w.sleep(1)\n    return x\n\n";
  assert.equal(limit("w.parallel([(keep, w, 50), (keep, w, 50)])", keep, { memoryBytes: 300_000 }), undefined);
  assert.match(
    limit("w.parallel([(keep, w, 50, m) for m in range(8)])", keep, { memoryBytes: 300_000 })!,
    /^LIMIT_MEMORY/,
  );
  const deep = "def deep(n):\n    return deep(n - 1) if n else 0\n\n";
  assert.equal(limit("w.parallel([(deep, 40)] * 3)", deep, { depth: 50 }), "succeeded");
  assert.match(limit("w.parallel([(deep, 60)])", deep, { depth: 50 })!, /^LIMIT_DEPTH/);
  assert.equal(
    limit("w.parallel([(w.sleep, 1)] * 10)", "", { fibers: 10 }),
    "LIMIT_FIBERS: more than 10 fibers at a time: parallel(functions, max=50) starts them one after the other (main.star:2:15 in h)",
  );
  assert.equal(limit("w.parallel([(w.sleep, 1)] * 10, max=9)", "", { fibers: 10 }), undefined);
  assert.equal(
    limit("w.parallel([(w.sleep, 1)] * 10)", "", { openEffects: 9 }),
    "LIMIT_OPEN: more than 9 calls, timers and waits open at a time",
  );
});

test("a limit that a fiber passes ends the run, and tells the fiber", () => {
  const run = new Run("w.attempt(w.parallel, [bomb])", "def bomb():\n    while True:\n        pass\n\n", {
    stepsPerTurn: 1000,
  });
  assert.match(
    run.traceback,
    /^Traceback \(most recent call last\):\nFiber 1 \(bomb\), started at main.star:6:14 in h:\n {2}main.star:2:\d+: in bomb\nError: more than 1,000 steps/,
  );
});

test("a bomb of fibers ends", () => {
  const run = new Run("w.go(bomb, w)\nw.sleep(1)", "def bomb(w):\n    while True:\n        w.go(bomb, w)\n\n");
  assert.match(run.error, /more than 1,000 fibers/);
  const queued = new Run("w.go(bomb, w)\nw.sleep(1)", "def bomb(w):\n    w.go(bomb, w)\n    w.go(bomb, w)\n\n");
  assert.match(queued.error, /more than 1,000 fibers/);
});

test("the verbs are names of drivers too, but for `all`, which is Starlark's", () => {
  const script = "print(all([1, 0]), w.all([go(len, [1])]), race([go(len, [])]), parallel([list]))\n";
  const image = compileScript({ "driver.star": script }, "driver");
  const printed = turn(image.open(startOf(image)), undefined).effects.map(
    (effect) => (effect as { message: string }).message,
  );
  assert.deepEqual(printed, ["False [1] (0, 0) [[]]"]);
});

test("w.all can be kept in a variable while a run waits", () => {
  assert.deepEqual(value(new Run("f = w.all\nw.sleep(1)\nreturn f([w.go(len, [1])])").finish()), [1]);
});

test("cancelling the run reaches all fibers", () => {
  const image = compileScript({
    "main.star":
      'def h(w, ev):\n    w.parallel([(w.attempt, w.sleep, 60)] * 3)\n    print("on")\non_event(type="t", handler=h)\n',
  });
  const machine = image.open(startOf(image));
  turn(machine, undefined);
  assert.deepEqual(turn(machine, { kind: "cancel", seq: 1, time: startTime, reason: "by hand" }).outcome, {
    kind: "cancelled",
    reason: "by hand",
  });
});

test("a driver's fibers share its names while they change", () => {
  const script =
    "n = 1\ndef add():\n    sleep(n)\n    return n\nfs = [go(add), go(add)]\nn = 5\nprint(parallel([add]), w.all(fs))\n";
  const image = compileScript({ "driver.star": script }, "driver");
  const machine = image.open(startOf(image));
  const effects = turn(machine, undefined).effects as (Effect & { until: number })[];
  assert.deepEqual(
    effects.map(({ until }) => until - startTime),
    [5000, 5000, 5000],
  );
});

test("mistakes in arguments are told", () => {
  const cases: [string, RegExp][] = [
    ["w.go()", /go: missing argument for function/],
    ["w.go(w.now())", /go: for parameter function: got time.time, want callable: go\(f, x\), not go\(f\(x\)\)/],
    ["w.go(len, 1).get()", /len: value of type int has no len/],
    ["w.parallel()", /parallel: missing argument for functions/],
    ["w.parallel(5)", /parallel: for parameter functions: got int, want list/],
    ["w.parallel({})", /parallel: for parameter functions: got dict, want list/],
    ["w.parallel([1])", /parallel: item 0: got int, want a function, or a tuple of a function and its arguments/],
    ["w.parallel([print, ()])", /parallel: item 1: got tuple/],
    ["w.parallel([w.timer(1)])", /parallel: item 0: got future, want a function/],
    ["w.parallel([print], max=0)", /parallel: max must be at least 1, got 0/],
    ['w.parallel([print], max="2")', /parallel: for parameter max: got string, want int/],
    ['w.parallel([print], on_error="stop")', /parallel: on_error must be "cancel", "wait" or "collect"/],
    ["w.parallel([print], maximum=2)", /parallel: unexpected keyword argument "maximum"/],
    ["w.parallel([print], on_eror=2)", /parallel: unexpected keyword argument "on_eror" \(did you mean on_error\?\)/],
    ["w.all(1)", /all: for parameter futures: got int, want list/],
    ["w.all([print])", /all: got builtin_function_or_method, want future: start it with go\(f\), or say parallel/],
    ['w.all([w.signal_channel("s")])', /all: got receive_channel, want future: go\(channel.receive\)/],
    [
      "w.all([], return_error=True)",
      /all: unexpected keyword argument "return_error" \(did you mean return_errors\?\)/,
    ],
    ["w.race([])", /race: there is no future, so it would wait for ever/],
    ["w.race([1])", /race: got int, want future or signal channel/],
    ["w.race(1)", /race: for parameter futures: got int, want list/],
    ["w.race([w.timer(1)], timout=2)", /race: unexpected keyword argument "timout" \(did you mean timeout\?\)/],
    ["w.timer(1).get(timout=2)", /get: unexpected keyword argument "timout" \(did you mean timeout\?\)/],
    ["w.timer(1).cancel(1)", /cancel: got 1 arguments, want/],
  ];
  for (const [body, expected] of cases) assert.match(new Run(body).error, expected, body);
});

test("damaged states of fibers are refused, at every byte, and never crash", () => {
  const image = compileScript({
    "main.star":
      'def f(w, n):\n    for i in [n]:\n        w.sleep(60)\n    fail("f")\ndef h(w, ev):\n    a = w.go(f, w, 1)\n    w.go(w.race, [a, w.event("x")])\n' +
      '    w.parallel([(f, w, i) for i in range(3)], max=2, timeout=5)\non_event(type="t", handler=h)\n',
  });
  const start = startOf(image);
  const machine = image.open(start);
  turn(machine, undefined);
  const state = machine.snapshot();
  const wake = { kind: "answer" as const, seq: 1, time: startTime, effect: 1 };
  for (let at = 0; at < state.length; at++) {
    assert.throws(() => image.open(start, state.slice(0, at)), { code: "STATE_DAMAGED" });
    for (const flip of [1, 0x80, 0xff]) {
      const damaged = state.slice();
      damaged[at]! ^= flip;
      try {
        turn(image.open(start, damaged), wake);
      } catch (error) {
        const { code, stack } = error as { code?: string; stack: string };
        assert.equal(code, "STATE_DAMAGED", `byte ${at} ^ ${flip}: ${stack}`);
      }
    }
  }
});

test("fibers can be stored at every call of a builtin", () => {
  const script = `
def work(n):
    items = [str(i) for i in range(n)]
    return len(",".join(items)) + sum_of(n)

def sum_of(n):
    return w.all([go(max, [i, 1]) for i in range(n)])[-1]

def failing(n):
    return attempt(go(lambda: [][n]).get).error.message

print(parallel([(work, 3), (work, 4), (failing, 2)], max = 2))
print(race({"a": go(sum_of, 3), "b": go(sum_of, 300)})[0], race([go(len, "ab")]))
print([r.ok for r in parallel([lambda: 1 // 0, lambda: 1], on_error = "collect")])
`;
  const { image } = compileResult({ "driver.star": script }, "driver");
  const start = startOf(LoadedStarlark.load(image!));
  let states = 0;
  const { lines, outcome } = runParked(image!, start, () => states++);
  assert.equal(outcome?.kind, "succeeded", JSON.stringify(outcome));
  // Where every call waits, a fiber may fail before anybody waits for it.
  const printed = lines.filter((line) => !line.includes("nothing waits for it yet"));
  assert.deepEqual(printed, ['[7, 10, "index 2 out of range: empty list"]', "a (0, 2)", "[False, True]"]);
  assert.ok(states > 10, `${states} states`);
});
