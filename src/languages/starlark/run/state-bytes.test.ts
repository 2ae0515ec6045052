/** What is in a state, and what is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLimits, type EntryMode } from "../../../core/program.ts";
import { ByteReader } from "../snapshot/bytes.ts";
import { compileScript, play, startOf, turn } from "../testing/virtual-run.ts";

/** The state in which a script first waits. */
function stateOf(source: string, changes: { event?: string; mode?: EntryMode } = {}): Uint8Array {
  const image = compileScript({ "main.star": source }, changes.mode);
  const machine = image.open(startOf(image, changes.event === undefined ? {} : { event: changes.event }));
  assert.equal(turn(machine, undefined).outcome, undefined);
  return machine.snapshot();
}

function handler(body: string, globals = ""): string {
  return `${globals}\ndef h(w, ev):\n${body.replaceAll(/^/gm, "    ")}\non_event(type = "t", handler = h)\n`;
}

/** The part of a state that says what values there are: after what counts effects, time, memory and steps. */
function heapOf(state: Uint8Array): Uint8Array {
  const input = new ByteReader(state);
  input.text();
  input.natural();
  input.text();
  input.natural();
  input.double();
  for (let i = 0; i < 3; i++) input.natural();
  input.byte();
  return state.slice(state.length - input.left);
}

test("globals and what they refer to are not in the state", () => {
  const globals = 'table = {str(i): [i, "some text"] for i in range(5000)}\n';
  const body = 'row = table["17"]\nall = [table, row]\nw.sleep(1)\nreturn [row, len(all[0])]';
  assert.ok(stateOf(handler(body, globals)).length < 200);
});

test("the event is not in the state as long as the script changes nothing in it", () => {
  const event = JSON.stringify({ data: { list: Array.from({ length: 5000 }, (_, i) => ({ i, text: "some text" })) } });
  const looking = "x = ev.data.list\ny = [e for e in x][:10]\nw.sleep(1)\nreturn [x[3].i, y[2] == x[2]]";
  assert.ok(stateOf(handler(looking), { event }).length < 250);
  const changing = 'x = ev.data.list\nx[3]["i"] = 7\nw.sleep(1)';
  assert.ok(stateOf(handler(changing), { event }).length > 10_000);
});

test("what a script can no longer read is not in the state", () => {
  const big = '"some long text" * 1000';
  for (const body of [
    `f = lambda x: w.sleep(1)\nf(len(${big}))`,
    `for x in [${big}]:\n    pass\nx = None\nw.sleep(1)`,
    `y = [len(x) for x in [${big}]]\nw.sleep(1)`,
    `len(${big}) + (w.sleep(1) or 0)`,
    `def g():\n    x = ${big}\n    return len(x)\nn = g()\nw.sleep(1)`,
  ]) {
    assert.ok(stateOf(handler(body)).length < 300, body);
  }
});

test("temporaries that are still needed are in the state", () => {
  const body = 'x = ("a" * 2000) + str(w.sleep(1))\nreturn len(x)';
  assert.ok(stateOf(handler(body)).length > 2000);
});

test("equal values that came about in different ways are written alike", () => {
  const ways = [
    ["x = [1, 2, 3]", "x = []\nx += [1, 2]\nx.append(3)", "x = [y for y in range(1, 4)]", "x = sorted([3, 1, 2])"],
    ['x = {"a": 1, "b": 2}', 'x = {"c": 0, "a": 1}\nx.pop("c")\nx["b"] = 2', 'x = dict([("a", 1)], b = 2)'],
    ["x = 1 << 60", "x = (1 << 80) >> 20", "x = int('1152921504606846976')"],
    ["x = 7", "x = (1 << 70) - (1 << 70) + 7", "x = int(7.0)"],
    ['x = "ab"', 'x = "".join(["a", "b"])', 'x = "xab"[1:]'],
    ["x = set([1, 2])", "x = set([1, 3, 2])\nx.remove(3)", "x = set([1]) | set([2])"],
    ["x = (1, [2])", "y = [2]\nx = (1, y)\ny = None", "x = tuple([1, [2]])"],
  ];
  for (const [first, ...others] of ways) {
    const all = [first!, ...others];
    const branches = all.map(
      (way, i) => `${i === 0 ? "if" : "elif"} ev.data.way == ${i}:\n${way.replaceAll(/^/gm, "    ")}`,
    );
    const source = handler(`x, y = None, None\n${branches.join("\n")}\nw.sleep(1)\nreturn [x, y]`);
    const states = all.map((_, way) => heapOf(stateOf(source, { event: JSON.stringify({ data: { way } }) })));
    states.forEach((state, i) => assert.deepEqual(state, states[0], all[i]));
  }
});

test("the way in a loop does not change the bytes of what is the same in each round", () => {
  const image = compileScript({ "main.star": handler("for i in range(3):\n    x = [0]\n    w.sleep(1)") });
  const { states } = play(image);
  assert.equal(new Set(states.map((state) => state.length)).size, 1);
});

const shared = `
def h(w, ev):
    l = [1]
    l.append(l)
    d = {"l": l, (1, 2): l}
    t = (l, d)
    def counter():
        n = [0]
        count = 0
        def up(by = d):
            n[0] += 1
            by["n"] = n[0]
            return n[0]
        def see():
            return (n, count)
        return up, see
    up, see = counter()
    push = l.append
    it = []
    for a in l:
        for k in {"q": 1}:
            for r in range(2):
                for c in "ab".elems():
                    for s in set([7]):
                        up()
                        w.sleep(1)
                        it.append((r, c, s))
                break
            break
        break
    push(5)
    print(l[1] == l if False else len(l), d["n"], see()[0], t[0][2] == 5, len(it), type(push))
    return [l[1][1][0], d["l"][0], t[1]["n"]]

on_event(type = "t", handler = h)
`;

test("identity, cycles, shared variables, bound methods and loops under way are kept", () => {
  const image = compileScript({ "main.star": shared });
  const inMemory = play(image);
  const restored = play(image, { restoring: true });
  assert.deepEqual(inMemory.lines, ["3 2 [2] True 2 builtin_function_or_method"]);
  assert.deepEqual(restored.turns, inMemory.turns);
  assert.deepEqual(restored.states, inMemory.states);
});

test("functions that builtins call may wait", () => {
  const source = handler(
    [
      "def slow(x):",
      "    w.sleep(1)",
      "    return -x",
      "a = sorted([3, 1, 2], key = slow)",
      "b = min([3, 1, 2], key = slow)",
      "c = max(3, 1, 2, key = slow)",
      "d = sorted([(k, v) for k, v in {'x': 2, 'y': 1}.items()], key = lambda kv: slow(kv[1]), reverse = True)",
      "e = w.attempt(sorted, [1, 2], key = lambda x: slow(x) // 0)",
      "f = sorted(range(60), key = lambda x: w.sleep(1) or x % 7)",
      "print(a, b, c, d, e.error.message, f[:9])",
    ].join("\n"),
  );
  const image = compileScript({ "main.star": source });
  const inMemory = play(image);
  assert.deepEqual(inMemory.lines, [
    '[3, 2, 1] 3 1 [("y", 1), ("x", 2)] floored division by zero [0, 7, 14, 21, 28, 35, 42, 49, 56]',
  ]);
  assert.equal(inMemory.states.length, 3 + 3 + 3 + 2 + 1 + 60);
  const restored = play(image, { restoring: true });
  assert.deepEqual(restored.turns, inMemory.turns);
  assert.deepEqual(restored.states, inMemory.states);
});

test("values nested a hundred thousand deep are stored, measured and looked at", () => {
  const limits = { ...defaultLimits, stateBytes: 1e8, memoryBytes: 1e8 };
  for (const more of ["[x]", '{"a": x}', "(lambda v: lambda: v)(x)"]) {
    const body = `x = 1\nfor i in range(100000):\n    x = ${more}\nw.sleep(1)\nreturn type(x)`;
    const image = compileScript({ "main.star": handler(body) });
    const played = play(image, { restoring: true, start: { limits } });
    assert.equal(played.turns.at(-1)!.outcome?.kind, "succeeded", more);
    const [state] = played.states;
    assert.ok(image.inspect(startOf(image, { limits }), state!).fibers[0]!.frames[0]!.locals["x"]);
  }
});
