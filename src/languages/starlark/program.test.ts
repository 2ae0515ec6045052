import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLimits } from "../../core/program.ts";
import { starlark } from "./program.ts";
import { imageHash } from "./run/image-codec.ts";
import { compileResult, compileScript, play, startOf, turn } from "./testing/virtual-run.ts";

/** The errors of a script, as "file:line:col: message". */
function problemsOf(files: Record<string, string>, mode: "handlers" | "driver" = "handlers"): string[] {
  return compileResult(files, mode).diagnostics.map(
    ({ message, where }) => `${where.file}:${where.line}:${where.column}: ${message}`,
  );
}

const handler = "def h(w, ev):\n    pass\n";

test("a handlers script is described by its triggers", () => {
  const image = compileScript({
    "main.star":
      handler +
      'on_event(type="com.gitlab.events.issue_*", handler=h, filter={"issue": {"iid": [1, 2]}, "project.id": 3})\n' +
      'on_event(type=["a", "b"], handler=h)\n' +
      'on_event(type="c", handler=lambda w, ev: None, name="named")\n',
  });
  assert.deepEqual(image.describe(), {
    mode: "handlers",
    triggers: [
      {
        name: "h",
        filter: {
          types: ["com.gitlab.events.issue_*"],
          fields: [
            { path: ["issue", "iid"], anyOf: [1, 2] },
            { path: ["project", "id"], anyOf: [3] },
          ],
        },
        where: { file: "main.star", line: 3, column: 9 },
      },
      { name: "h#2", filter: { types: ["a", "b"], fields: [] }, where: { file: "main.star", line: 4, column: 9 } },
      { name: "named", filter: { types: ["c"], fields: [] }, where: { file: "main.star", line: 5, column: 9 } },
    ],
  });
});

test("the same sources give the same image, other sources another one", () => {
  const compile = (text: string) => compileResult({ "main.star": text }).image!;
  const text = `${handler}on_event(type="a", handler=h)\n`;
  assert.deepEqual(compile(text), compile(text));
  assert.notEqual(compile(text).hash, compile(`${text}# changed\n`).hash);
  assert.match(compile(text).hash, /^[0-9a-f]{64}$/);
});

test("on_event says what is wrong with its arguments", () => {
  const cases: [string, RegExp][] = [
    [
      'on_event(type="a", handler=lambda w, ev: None)',
      /main\.star:3:9: on_event: a lambda has no name of its own: add name="\.\.\."/,
    ],
    ['on_event(type="a", handler=print)', /on_event: .* got builtin_function_or_method, want a function of the script/],
    ['on_event(type="a", handler=1)', /on_event: for parameter "handler": got int, want callable/],
    ['on_event(type="a*b", handler=h)', /only its end may be a \*/],
    ["on_event(type=[], handler=h)", /want 1 to 64 event types, got 0/],
    ["on_event(type=5, handler=h)", /for parameter type: got int, want string or a list of strings/],
    ['on_event(type="a", handler=h, filter=[1])', /for parameter filter: got list, want dict/],
    ['on_event(type="a", handler=h, filter={"x": print})', /filter: x: got builtin_function_or_method, want a string/],
    ['on_event(type="a", handler=h, filter={"x": []})', /filter: x: an empty list matches nothing/],
    ['on_event(type="a", handler=lambda w: None, name="x")', /must accept two arguments, the context and the event/],
    ['on_event(type="a", handler=lambda w, ev, x: None, name="x")', /must accept two arguments/],
    ['on_event(type="a", handler=lambda w, ev, *, x: None, name="x")', /must accept two arguments/],
    ['on_event(type="a")', /on_event: missing argument for handler/],
    ['on_event(typ="a", handler=h)', /unexpected keyword argument "typ" \(did you mean type\?\)/],
  ];
  for (const [line, expected] of cases) {
    const [problem] = problemsOf({ "main.star": `${handler}${line}\n` });
    assert.match(problem ?? "no problem", expected);
  }
});

test("triggers tell which runs concern each other, and when the clock starts them", () => {
  const lines = [
    'on_event(type="a", handler=h, key="object_attributes.iid")',
    'on_event(type="b", handler=h, key=["project.id", "ref"], mode="replace", name="b")',
    'on_event(type="c", handler=h, mode="coalesce", name="c")',
    'on_event(type="d", handler=h, key="id", mode="parallel", name="d")',
    'on_schedule(cron="0 9 * * mon-fri", timezone="Europe/Berlin", handler=h, name="mornings")',
    'on_schedule(every="90m", handler=h, name="often", mode="skip")',
  ];
  const { triggers } = compileScript({ "main.star": `${handler}${lines.join("\n")}\n` }).describe();
  assert.deepEqual(
    triggers.map(({ name, filter: { types }, concurrency, schedule }) => ({ name, types, concurrency, schedule })),
    [
      {
        name: "h",
        types: ["a"],
        concurrency: { by: [["object_attributes", "iid"]], mode: "queue" },
        schedule: undefined,
      },
      {
        name: "b",
        types: ["b"],
        concurrency: { by: [["project", "id"], ["ref"]], mode: "replace" },
        schedule: undefined,
      },
      { name: "c", types: ["c"], concurrency: { by: [], mode: "coalesce" }, schedule: undefined },
      { name: "d", types: ["d"], concurrency: undefined, schedule: undefined },
      {
        name: "mornings",
        types: [],
        concurrency: undefined,
        schedule: { cron: "0 9 * * mon-fri", timezone: "Europe/Berlin" },
      },
      { name: "often", types: [], concurrency: { by: [], mode: "skip" }, schedule: { every: 5_400_000 } },
    ],
  );
});

test("on_schedule, key and mode say what is wrong with them", () => {
  const cases: [string, RegExp][] = [
    ["on_schedule(handler=h)", /on_schedule: say either cron="\.\.\." or every="\.\.\."/],
    ['on_schedule(cron="* * * * *", every="1h", handler=h)', /on_schedule: say either cron/],
    ['on_schedule(every="1h", timezone="UTC", handler=h)', /an interval is of no time zone/],
    ['on_schedule(every="10ms", handler=h)', /every: a second at least/],
    [
      'on_schedule(cron="* * * * *")',
      /on_schedule: for parameter handler: got NoneType, want a function of the script/,
    ],
    ['on_schedule("* * * * *", lambda w: None, name="x")', /on_schedule: handler lambda must accept two arguments/],
    ['on_schedule(cron="* * * * *", handler=h, mode="often")', /there is no mode "often", there are queue, skip,/],
    ['on_event(type="a", handler=h, key=5)', /for parameter key: got int, want string or a list of strings/],
    ['on_event(type="a", handler=h, key=[])', /key: want 1 to 16 fields, got 0/],
    ['on_event(type="a", handler=h, key="a..b")', /key: "a\.\.b" is no field/],
  ];
  for (const [line, expected] of cases) {
    const [problem] = problemsOf({ "main.star": `${handler}${line}\n` });
    assert.match(problem ?? "no problem", expected);
  }
});

test("handlers with defaults or *args fit", () => {
  const text = "def a(w, ev, x=1):\n    pass\ndef b(*args):\n    pass\ndef c(w, *args, **kwargs):\n    pass\n";
  const calls = ["a", "b", "c"].map((name) => `on_event(type="t", handler=${name})\n`).join("");
  assert.deepEqual(problemsOf({ "main.star": text + calls }), []);
});

test("what waits, and what belongs to a run, is refused while the script is loaded", () => {
  for (const line of [
    "sleep(1)",
    'run("echo", {})',
    'wait_for_event(type="a")',
    'http.get("https://x")',
    'emit("t")',
    'signal_channel("a")',
    "select([])",
    'timer("1s")',
  ]) {
    const [problem] = problemsOf({ "main.star": `${line}\n` });
    assert.match(
      problem!,
      /cannot be called while the script is loaded, before there is a run: call it in a handler, or start/,
      line,
    );
  }
  assert.match(problemsOf({ "main.star": 'x = vars["A"]\n' })[0]!, /vars has no value while the script is loaded/);
  assert.match(problemsOf({ "main.star": "x = now()\n" })[0]!, /there is no time while the script is loaded/);
  assert.match(problemsOf({ "main.star": "x = input\n" })[0]!, /undefined: input/);
});

test("on_event in a driver script is refused with the reason", () => {
  const image = compileScript({ "main.star": `${handler}on_event(type="a", handler=h)\n` }, "driver");
  const { outcome } = play(image).turns[0]!;
  assert.equal(outcome?.kind, "failed");
  assert.match(
    (outcome as { error: { message: string } }).error.message,
    /only the top level of a handlers script registers handlers/,
  );
});

test("a script without handlers compiles with a warning", () => {
  const { image, diagnostics } = compileResult({ "main.star": "x = 1\n" });
  assert.ok(image);
  assert.deepEqual(
    diagnostics.map(({ severity, code }) => [severity, code]),
    [["warning", "no-triggers"]],
  );
});

test("problems of syntax are listed with their places, for all files", () => {
  const files = {
    "main.star": 'load("a.star", "x")\nload("b.star", "y")\n',
    "a.star": "x = (\n",
    "b.star": "y = z\nz2 = undefined_name\n",
  };
  assert.deepEqual(problemsOf(files), [
    "a.star:2:1: got end of file, want primary expression",
    "b.star:1:5: undefined: z",
    "b.star:2:6: undefined: undefined_name",
  ]);
});

test("files are loaded relative to the file that loads, or from the project's root", () => {
  const files = {
    "dir/main.star": `load("lib/a.star", "a")\nload("//root.star", r="root")\nload("../root.star", "root")\nprint(a, r, root)\n${handler}on_event(type="t", handler=h)\n`,
    "dir/lib/a.star": 'load("b.star", "b")\nload("./../lib/b.star", c="b")\nprint("once")\na = [b, c]\n',
    "dir/lib/b.star": 'b = "b"\n',
    "root.star": 'root = "root"\n',
  };
  const { image, output } = compileResult(files);
  assert.deepEqual(output, ["once", '["b", "b"] root root']);
  assert.ok(image);
  assert.deepEqual(starlark.dependencies("dir/main.star", files["dir/main.star"]), [
    "dir/lib/a.star",
    "root.star",
    "root.star",
  ]);
});

test("what cannot be loaded is said with its place", () => {
  assert.deepEqual(problemsOf({ "main.star": '\nload("nowhere.star", "x")\n' }), [
    "main.star:2:6: load: there is no file nowhere.star",
  ]);
  assert.deepEqual(problemsOf({ "main.star": 'load("../x.star", "x")\n' }), [
    'main.star:1:6: load: "../x.star" is not a file inside the project',
  ]);
  assert.deepEqual(problemsOf({ "main.star": 'load("/etc/passwd", "x")\n' }), [
    'main.star:1:6: load: "/etc/passwd" is not a file inside the project',
  ]);
  assert.deepEqual(
    problemsOf({
      "main.star": 'load("a.star", "a")\n',
      "a.star": 'load("b.star", "b")\n',
      "b.star": 'load("a.star", "a")\nb = 1\n',
    }),
    ["b.star:1:6: load: cycle: a.star:1:6 loads b.star, b.star:1:6 loads a.star"],
  );
  assert.deepEqual(problemsOf({ "main.star": 'load("a.star", "nam")\n', "a.star": "name = 1\n" }), [
    "main.star:1:17: load: name nam not found in module a.star (did you mean name?)",
  ]);
  assert.match(
    problemsOf({ "main.star": 'load("a.star", "_x")\n', "a.star": "_x = 1\n" })[0]!,
    /main\.star:1:17: load: names with leading underscores are not exported: _x/,
  );
});

test("an error at the top level has a traceback and the place in the script", () => {
  const [problem] = problemsOf({
    "main.star": 'load("lib.star", "f")\nf(0)\n',
    "lib.star": "def f(x):\n    return 1 // x\n",
  });
  assert.equal(
    problem,
    "lib.star:2:14: Traceback (most recent call last):\n  main.star:2:2: in <toplevel>\n  lib.star:2:14: in f\nError: floored division by zero",
  );
});

test("a top level that never ends is stopped, and compiling it can be sliced", () => {
  const compilation = starlark.compile(
    { entry: "main.star", files: new Map([["main.star", "while True:\n    pass\n"]]) },
    "handlers",
    { stepsPerTurn: 10_000 },
  );
  let slices = 0;
  let result = compilation.step(1000);
  while (result === "running") {
    slices++;
    result = compilation.step(1000);
  }
  assert.ok(slices >= 9);
  assert.equal(result.image, undefined);
  assert.match(result.diagnostics[0]!.message, /more than 10,000 steps/);
});

test("loaded values are frozen and shared, in both modes", () => {
  const files = {
    "main.star": 'load("lib.star", "l", "add")\nadd(1)\n',
    "lib.star": "l = []\ndef add(x):\n    l.append(x)\n",
  };
  assert.match(problemsOf(files)[0]!, /cannot append to frozen list/);
  const { turns } = play(compileScript(files, "driver"));
  assert.match(JSON.stringify(turns[0]!.outcome), /cannot append to frozen list/);
});

test("globals of handlers are frozen", () => {
  const image = compileScript({
    "main.star": 'l = []\ndef h(w, ev):\n    l.append(1)\non_event(type="t", handler=h)\n',
  });
  assert.match(JSON.stringify(play(image).turns[0]!.outcome), /cannot append to frozen list/);
});

test("a failed run carries Starlark's traceback", () => {
  const image = compileScript({
    "main.star":
      'def h(w, ev):\n    w.run("echo", {"n": g(w)})\ndef g(w):\n    fail("no", 1)\non_event(type="t", handler=h)\n',
  });
  assert.deepEqual(play(image).turns[0]!.outcome, {
    kind: "failed",
    error: {
      type: "script",
      code: "RUN_FAILED",
      message: "fail: no 1",
      retryable: false,
      traceback:
        "Traceback (most recent call last):\n  main.star:2:26: in h\n  main.star:4:9: in g\nError in fail: fail: no 1",
    },
  });
});

test("limits end a run, whatever the script tries", () => {
  const outcomeOf = (body: string, limits: object) => {
    const image = compileScript({
      "main.star": `def f():\n    ${body}\ndef h(w, ev):\n    w.attempt(f)\non_event(type="t", handler=h)\n`,
    });
    const { outcome } = play(image, { start: { limits: { ...defaultLimits, ...limits } } }).turns[0]!;
    assert.equal(outcome?.kind, "failed");
    return (outcome as { error: { type: string; code: string } }).error;
  };
  const cases: [string, object, string][] = [
    ["while True: pass", { stepsPerTurn: 1000 }, "LIMIT_STEPS"],
    ["return f()", { depth: 20 }, "LIMIT_DEPTH"],
    ["return [0] * 100000", { memoryBytes: 100_000 }, "LIMIT_MEMORY"],
    ['return ("{0}" * 1000).format("x" * 10000)', { memoryBytes: 1_000_000 }, "LIMIT_MEMORY"],
    ['return "%s" * 99 % (("x" * 99999,) * 99)', { memoryBytes: 1_000_000 }, "LIMIT_MEMORY"],
    ['return [print("x") for _ in range(10)]', { effectsPerTurn: 5 }, "LIMIT_OUTPUT"],
    ['print("x" * 1000)', { outputBytesPerTurn: 500 }, "LIMIT_OUTPUT"],
  ];
  for (const [body, limits, code] of cases) {
    const { type, code: actual } = outcomeOf(body, limits);
    assert.deepEqual([type, actual], ["limit", code]);
  }
});

test("an endless loop is stopped where it is, also when its body is empty", () => {
  const image = compileScript({
    "main.star": 'def h(w, ev):\n    x = 1\n    while True:\n        pass\n\non_event(type="t", handler=h)\n',
  });
  const { outcome } = play(image).turns[0]!;
  assert.match((outcome as { error: { traceback: string } }).error.traceback, /main\.star:3:5: in h\n/);
});

test("measuring what is alive takes steps, by how much is looked at", () => {
  const stepsOf = (items: number): number => {
    const body = `xs = [0] * ${items}\n    for i in range(100): ys = "x" * 100000`;
    const image = compileScript({ "main.star": `def h(w, ev):\n    ${body}\non_event(type="t", handler=h)\n` });
    const limits = { ...defaultLimits, memoryBytes: 2_000_000 };
    return play(image, { start: { limits } }).turns[0]!.steps;
  };
  assert.ok(stepsOf(100_000) > stepsOf(10) + 400_000);
});

test("a state that is too large is refused with a code", () => {
  const image = compileScript({
    "main.star": 'def h(w, ev):\n    x = "y" * 5000\n    w.sleep(1)\n    print(x)\non_event(type="t", handler=h)\n',
  });
  const machine = image.open(startOf(image, { limits: { ...defaultLimits, stateBytes: 1000 } }));
  turn(machine, undefined);
  assert.throws(() => machine.snapshot(), { code: "LIMIT_STATE" });
});

test("a cancelled run ends, and catches nothing", () => {
  const image = compileScript({
    "main.star": 'def h(w, ev):\n    w.attempt(w.sleep, 60)\n    print("on")\non_event(type="t", handler=h)\n',
  });
  const machine = image.open(startOf(image));
  turn(machine, undefined);
  assert.deepEqual(turn(machine, { kind: "cancel", seq: 1, time: Date.UTC(2026, 10, 25), reason: "by hand" }), {
    effects: [],
    steps: 0,
    mailboxBytes: 0,
    outcome: { kind: "cancelled", reason: "by hand" },
  });
});

test("answers to effects that are not open are ignored", () => {
  const image = compileScript({ "main.star": 'def h(w, ev):\n    w.sleep(60)\non_event(type="t", handler=h)\n' });
  const machine = image.open(startOf(image));
  turn(machine, undefined);
  const ignored = turn(machine, { kind: "answer", seq: 1, time: Date.UTC(2026, 10, 25), effect: 99 });
  assert.deepEqual(ignored, { effects: [], steps: 0, mailboxBytes: 0 });
  assert.equal(
    turn(machine, { kind: "answer", seq: 2, time: Date.UTC(2026, 10, 25), effect: 1 }).outcome?.kind,
    "succeeded",
  );
});

test("unread signals count as mailbox, and are shown", () => {
  const image = compileScript({
    "main.star":
      'def h(w, ev):\n    w.sleep(60)\n    print(w.signal_channel("s").receive())\non_event(type="t", handler=h)\n',
  });
  const start = startOf(image);
  const machine = image.open(start);
  turn(machine, undefined);
  const received = turn(machine, { kind: "signal", seq: 1, time: start.time, name: "s", payload: '{"a": 1}' });
  assert.equal(received.mailboxBytes, 8);
  assert.deepEqual(image.inspect(start, machine.snapshot()).mailbox, { s: 1 });
  const after = turn(machine, { kind: "answer", seq: 2, time: start.time + 60_000, effect: 1 });
  assert.equal(after.mailboxBytes, 0);
});

test("inspecting a state shows frames, places and variables", () => {
  const text =
    "def inner(w, n):\n    secret = w.vars.TOKEN\n    long = 'x' * 500\n    w.sleep(60)\n    return secret\n" +
    'def h(w, ev):\n    items = [1, 2]\n    def nested():\n        return items\n    for x in items:\n        inner(w, n=x)\non_event(type="t", handler=h)\n';
  const image = compileScript({ "main.star": text });
  const start = startOf(image);
  const machine = image.open(start);
  turn(machine, undefined);
  const { fibers } = image.inspect(start, machine.snapshot());
  assert.deepEqual(fibers[0]!.waitingFor, [1]);
  const [outer, inner] = fibers[0]!.frames;
  assert.equal(outer!.function, "h");
  assert.deepEqual(outer!.at, { file: "main.star", line: 11, column: 14, node: "h" });
  assert.deepEqual(
    [outer!.locals["items"], outer!.locals["x"], outer!.locals["nested"]],
    ["[1, 2]", "1", "<function nested>"],
  );
  assert.deepEqual(inner!.locals["secret"], "***");
  assert.equal(inner!.locals["long"]!.length, 201);
  assert.equal(inner!.at.line, 4);
});

test("damaged states and images are refused, at every byte, and never crash", () => {
  const image = compileScript({
    "main.star":
      'def h(w, ev):\n    d = {"a": [1, (2, 3.5)], "b": ev}\n    c = []\n    f = lambda: c\n    for k in d:\n        w.sleep(60)\n        c.append(k)\non_event(type="t", handler=h)\n',
  });
  const start = startOf(image);
  const machine = image.open(start);
  turn(machine, undefined);
  const state = machine.snapshot();
  const wake = { kind: "answer" as const, seq: 1, time: start.time + 60_000, effect: 1 };
  for (let at = 0; at < state.length; at++) {
    assert.throws(() => image.open(start, state.slice(0, at)), { code: "STATE_DAMAGED" });
    for (const flip of [1, 0x80, 0xff]) {
      const damaged = state.slice();
      damaged[at]! ^= flip;
      try {
        turn(image.open(start, damaged), wake);
      } catch (error) {
        assert.equal(
          (error as { code?: string }).code,
          "STATE_DAMAGED",
          `byte ${at} ^ ${flip}: ${(error as Error).stack}`,
        );
      }
    }
  }
  assert.throws(() => image.open(start, Uint8Array.from([...state, 0])), { code: "STATE_DAMAGED" });
});

test("a damaged image is refused", () => {
  const { image } = compileResult({ "main.star": `${handler}on_event(type="a", handler=h)\n` });
  const { hash, bytes } = image!;
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = bytes.slice();
    damaged[at]! ^= 1;
    assert.throws(() => starlark.load({ language: "starlark", hash, bytes: damaged }), { code: "STATE_DAMAGED" });
  }
});

test("bytes that are no image are refused, whatever their hash", () => {
  const { image } = compileResult({ "main.star": `${handler}on_event(type="a", handler=h)\n` });
  for (let at = 0; at < image!.bytes.length; at++) {
    const bytes = image!.bytes.slice(0, at);
    assert.throws(() => starlark.load({ language: "starlark", hash: imageHash(bytes), bytes }), {
      code: "STATE_DAMAGED",
    });
  }
});

test("a state of another image is refused", () => {
  const text = 'def h(w, ev):\n    w.sleep(60)\non_event(type="t", handler=h)\n';
  const image = compileScript({ "main.star": text });
  const machine = image.open(startOf(image));
  turn(machine, undefined);
  const other = compileScript({ "main.star": `${text}\n` });
  assert.throws(() => other.open(startOf(other), machine.snapshot()), {
    code: "STATE_DAMAGED",
    message: /belong to another image/,
  });
});

test("runs of one image do not see each other", () => {
  const image = compileScript(
    { "main.star": "n = []\nfor i in range(2):\n    n.append(i)\n    sleep(1)\nprint(n)\n" },
    "driver",
  );
  const one = image.open(startOf(image));
  const two = image.open(startOf(image));
  turn(one, undefined);
  turn(two, undefined);
  const wake = (effect: number) => ({ kind: "answer" as const, seq: effect, time: Date.UTC(2026, 10, 25), effect });
  turn(one, wake(1));
  turn(two, wake(1));
  assert.equal((turn(one, wake(2)).effects[0] as { message: string }).message, "[0, 1]");
});

test("a value of every type survives an image", () => {
  const text = [
    "values = [",
    "    None, True, 1, -1, 1 << 70, -(1 << 70), 1.5, float('inf'), float('nan'), 'é', b'\\xff', (1,), [1],",
    "    {1: 2, (1, 'a'): 3}, set([1]), range(1, 9, 2), struct(a=1), len, json.encode, [].append, 'a'.upper,",
    "    lambda x: x, time.second, time.parse_time('2026-01-02T03:04:05+01:00'), 'ab'.elems(), json, http.get,",
    "]",
    "values.append(values)",
    "shown = str(values[:-1])",
    "def h(w, ev):",
    "    print(shown == str(values[:-1]), values[20](), values[21](2), values[27][27][2])",
    "    saved = values[:-1] + [w, w.vars, ev]",
    "    w.sleep(1)",
    "    print(saved[:-3] == values[:-1], str(saved[:-3]) == shown, saved[-3].run_id, saved[-2].GREETING, saved[-1] == ev)",
    'on_event(type="t", handler=h)',
  ].join("\n");
  const image = compileScript({ "main.star": text });
  for (const restoring of [false, true]) {
    assert.deepEqual(play(image, { restoring }).lines, ["True A 2 1", "True True run-1 hello True"]);
  }
});
