/** The verbs, seen from outside: the effects they ask for, and what their answers become. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect } from "../../../core/effect.ts";
import type { WireText } from "../../../core/wire.ts";
import { Run, startTime } from "../testing/handler-run.ts";
import { compileScript, startOf, turn } from "../testing/virtual-run.ts";

function input(effect: object): unknown {
  return JSON.parse((effect as { input: WireText }).input);
}

test("sleep adds up its durations and says until when", () => {
  const until = (body: string) => (new Run(body).effects[0] as { until: number }).until - startTime;
  assert.equal(until("w.sleep(minutes=30)"), 1_800_000);
  assert.equal(until("w.sleep(days=1, hours=2, minutes=3, seconds=4.5)"), 93_784_500);
  assert.equal(until('w.sleep("1h30m")'), 5_400_000);
  assert.equal(until("w.sleep(2)"), 2000);
  assert.equal(until("w.sleep(0.25)"), 250);
  assert.equal(until("w.sleep(time.hour + 30 * time.minute)"), 5_400_000);
  assert.equal(until('w.sleep(time.parse_duration("90s"))'), 90_000);
  assert.equal(until('w.sleep_until("2026-11-24T10:00:00Z")'), 3_600_000);
  assert.equal(until('w.sleep_until("2026-11-24T10:00:00+01:00")'), 0);
  assert.equal(until("w.sleep_until(w.now() + time.minute)"), 60_000);
  assert.equal(until("w.sleep_until(time.from_timestamp(1795510800))"), Math.max(0, 1795510800000 - startTime));
  assert.equal(until("w.sleep_until(1)"), 0);
});

test("sleep says what is wrong with its arguments", () => {
  const cases: [string, RegExp][] = [
    ["w.sleep()", /sleep: no duration given: say sleep\(minutes=5\) or sleep\("5m"\)/],
    ["w.sleep(-1)", /sleep: duration: a duration cannot be negative/],
    ['w.sleep("soon")', /sleep: duration: not a duration: "soon"/],
    ["w.sleep([])", /sleep: duration: got list, want a duration/],
    ['w.sleep(minutes="1")', /sleep: for parameter "minutes": got string, want float or int/],
    ["w.sleep(days=100000)", /longer than 100 years/],
    ['w.sleep_until("tomorrow")', /not an RFC 3339 time/],
    ["w.sleep_until([])", /got list, want a time/],
    ["w.sleep(1, 2)", /sleep/],
  ];
  for (const [body, expected] of cases) assert.match(new Run(body).error, expected);
});

test("a label names the effect to people", () => {
  const [effect] = new Run('w.sleep(1, label="soak")').last.effects as [Effect];
  assert.deepEqual(effect.origin, { file: "main.star", line: 2, column: 12, node: "h", label: "soak" });
});

test("run calls a built-in step, with and without the scheme", () => {
  for (const name of ["echo", "builtin://echo"]) {
    const run = new Run(`print(w.run("${name}", {"a": [1, None, "é"]}).a)`);
    assert.deepEqual(run.effects, [{ kind: "call", action: "echo", input: '{"a":[1,null,"é"]}' }]);
    assert.deepEqual(run.answer(1, { a: "answered" }).printed, ["answered"]);
  }
  assert.deepEqual(input(new Run('w.run(step="echo", inputs=struct(x=1))').effects[0]!), { x: 1 });
  assert.deepEqual(input(new Run('w.run("echo")').effects[0]!), {});
});

test("run names the steps there are", () => {
  assert.match(
    new Run('w.run("builtin://k8s.get", {})').error,
    /run: there is no step "builtin:\/\/k8s.get"; there are builtin:\/\/echo, builtin:\/\/emit/,
  );
  assert.match(new Run('w.run("echo", [1])').error, /run: for parameter inputs: got list, want dict/);
  assert.match(new Run('w.run("echo", {"f": print})').error, /builtin_function_or_method/);
});

test("retry and timeout become the call's options", () => {
  const options = (text: string) => {
    const {
      kind: _,
      action: __,
      input: ___,
      ...rest
    } = new Run(`w.run("echo", {}, ${text})`).effects[0] as Record<string, unknown>;
    return rest;
  };
  assert.deepEqual(options("retry=None"), {});
  assert.deepEqual(options("retry=False"), { retry: { maxAttempts: 1 } });
  assert.deepEqual(options("retry=0"), { retry: { maxAttempts: 1 } });
  assert.deepEqual(options("retry=5, timeout=30"), { retry: { maxAttempts: 5 }, timeoutMs: 30_000 });
  assert.deepEqual(
    options('retry={"max_attempts": 3, "initial": "2s", "factor": 1.5, "max": time.minute, "expires": 600}'),
    {
      retry: { maxAttempts: 3, initialMs: 2000, factor: 1.5, maxMs: 60_000, expiresMs: 600_000 },
    },
  );
  assert.deepEqual(options("retry=struct(max_attempts=2)"), { retry: { maxAttempts: 2 } });
  assert.match(new Run('w.run("echo", {}, retry={"times": 3})').error, /retry: unknown option/);
  assert.match(new Run('w.run("echo", {}, retry="often")').error, /retry: got string, want a number of attempts/);
  assert.match(new Run('w.run("echo", {}, retry=-1)').error, /from 0 to 1000/);
  assert.match(new Run('w.run("echo", {}, timeout=-1)').error, /timeout: a duration cannot be negative/);
});

test("a failed call fails the run with the call's code and the script's traceback", () => {
  const run = new Run('w.run("echo", {})').fail(1, {
    type: "http",
    code: "HTTP_TIMEOUT",
    message: "took too long",
    retryable: true,
    attempts: 3,
  });
  assert.deepEqual(run.last.outcome, {
    kind: "failed",
    error: {
      type: "http",
      code: "HTTP_TIMEOUT",
      message: "took too long",
      retryable: true,
      attempts: 3,
      traceback: "Traceback (most recent call last):\n  main.star:2:10: in h\nError in run: took too long",
    },
  });
});

test("attempt turns a failed call into a value", () => {
  const run = new Run(
    'r = w.attempt(w.run, "echo", inputs={})\nprint(r.ok, r.value, r.error.type, r.error.code, r.error.message, r.error.retryable, r.error.attempts, r.error.details.status)',
  );
  run.fail(1, {
    type: "http",
    code: "HTTP_STATUS",
    message: "500",
    retryable: true,
    attempts: 2,
    details: { status: 500 },
  });
  assert.deepEqual(run.printed, ["False None http HTTP_STATUS 500 True 2 500"]);
  assert.match(
    new Run('w.attempt(w.run("echo"))').answer(1, {}).error,
    /attempt: for parameter function: got dict, want callable: attempt\(f, x\), not attempt\(f\(x\)\)/,
  );
  assert.match(new Run("w.attempt()").error, /attempt: missing argument for function/);
});

test("http verbs describe the request", () => {
  const run = new Run(
    'r = w.http.get("https://a.example/x?y=1#part", query={"q": "ä b&c", "n": 1, "f": 1.5, "t": True, "none": None, "l": ["a", 2]}, headers={"A": "b", "C": ["d", "3"]})\nprint(r.status_code, r.status, r.ok, r.text(), r.json()["k"], r.body, r.headers["x"], r.headers.get("X-Y"), "x-y" in r.headers)',
  );
  assert.deepEqual(input(run.effects[0]!), {
    method: "GET",
    url: "https://a.example/x?y=1&q=%C3%A4%20b%26c&n=1&f=1.5&t=true&l=a&l=2",
    headers: [
      ["A", "b"],
      ["C", "d"],
      ["C", "3"],
    ],
  });
  run.answer(1, {
    status_code: 404,
    status: "404 Not Found",
    headers: [
      ["X", "1"],
      ["X", "2"],
      ["x-y", "z"],
    ],
    body: '{"k": "é"}',
  });
  assert.deepEqual(run.printed, ['404 404 Not Found False {"k": "é"} é {"k": "é"} 1, 2 z True']);
});

test("bodies: text, bytes, JSON, and secrets", () => {
  const body = (text: string) =>
    input(new Run(`w.http.post("https://a.example", ${text})`).effects[0]!) as Record<string, unknown>;
  assert.deepEqual(body('body="é"')["body"], "é");
  assert.deepEqual(body('body=b"\\xff"')["body"], { $bytes: "/w==" });
  assert.deepEqual(body('json={"b": 1, "a": [None]}')["body"], '{"a":[null],"b":1}');
  assert.deepEqual(body("json=[]")["headers"], [["content-type", "application/json"]]);
  assert.deepEqual(body('json=1, headers={"Content-Type": "x"}')["headers"], [["Content-Type", "x"]]);
  assert.deepEqual(body("body='{\"t\": \"' + w.vars.TOKEN + '\"}'")["body"], {
    $secret: ['{"t": "', { name: "TOKEN" }, '"}'],
  });
  assert.deepEqual(body("retry_on=[500, 503]")["retry_on"], [500, 503]);
  assert.deepEqual(body('json={"t": ["Bearer \\"é\\" " + w.vars.TOKEN, 1.5], "a": w.vars.TOKEN, "z": None}')["body"], {
    $secret: [
      '{"a":"',
      { name: "TOKEN", as: "json" },
      '","t":["Bearer \\"é\\" ',
      { name: "TOKEN", as: "json" },
      '",1.5],"z":null}',
    ],
  });
  assert.match(new Run('w.http.post("https://x", json={"f": print})').error, /post: in dict key "f": cannot encode/);
  assert.match(new Run("json.encode(w.vars.TOKEN)").error, /cannot encode secret as JSON/);
  assert.match(new Run('w.http.post("https://x", json=1, body="x")').error, /body or json, not both/);
  assert.match(
    new Run('w.http.post("https://x", body={})').error,
    /got dict, want string or bytes; a dict goes into json=/,
  );
  assert.match(new Run('w.http.get("https://x", retry_on=[5])').error, /want a list of HTTP statuses/);
  assert.match(new Run("w.http.get(5)").error, /url: got int, want string/);
});

test("a dict of data taken as headers is an error that names json", () => {
  const { error } = new Run('w.http.post("https://x", {"count": 1})');
  assert.match(error, /post: header count: got int, want string; a dict to send goes into json=/);
});

test("secrets stay opaque: in addresses, headers and output", () => {
  const run = new Run(
    't = w.vars["TOKEN"]\nprint(t, "Bearer %s" % t)\nw.http.get("https://x/" + t, query={"k": t}, headers={"A": "Bearer " + t})',
  );
  assert.deepEqual(run.printed, ["*** ***"]);
  assert.deepEqual(input(run.effects[1]!), {
    method: "GET",
    url: { $secret: ["https://x/", { name: "TOKEN" }, "?k=", { name: "TOKEN" }] },
    headers: [["A", { $secret: ["Bearer ", { name: "TOKEN" }] }]],
  });
});

test("http.do and GitLab's http_do take any method", () => {
  const request = (text: string) => input(new Run(text).effects[0]!);
  const expected = { method: "PUT", url: "https://x?a=1", headers: [["A", "b"]], body: "text" };
  assert.deepEqual(
    request('w.http.do("https://x", method="put", query={"a": 1}, header={"A": "b"}, body="text")'),
    expected,
  );
  assert.deepEqual(request('w.http_do("https://x", "PUT", {"a": 1}, {"A": "b"}, "text")'), expected);
  assert.deepEqual(request('w.http.do("https://x")'), { method: "GET", url: "https://x", headers: [] });
  assert.match(new Run('w.http.do("https://x", method="G T")').error, /method must be a word/);
});

test("an answer that is no response fails the call", () => {
  assert.match(
    new Run('w.http.get("https://x")').answer(1, "nonsense").error,
    /the answer cannot be used: the http action answered/,
  );
});

test("a response that is not JSON says so", () => {
  const run = new Run('w.http.get("https://x").json()').answer(1, {
    status_code: 502,
    status: "502 Bad Gateway",
    headers: [],
    body: "<html>",
  });
  assert.match(run.error, /json: the body of this response \(502 Bad Gateway\) is not JSON/);
});

test("emit sends an event and answers its id", () => {
  const run = new Run(
    'print(w.emit(type="com.example.a", data={"k": [1]}, subject="s"), w.emit("b"))\nprint(w.run("emit", {"type": "c", "data": None}).id)',
  );
  assert.deepEqual(run.effects, [
    { kind: "emit", type: "com.example.a", data: '{"k":[1]}', subject: "s" },
    { kind: "emit", type: "b", data: "null" },
    { kind: "log", level: "info", message: "run-1:1 run-1:2" },
    { kind: "emit", type: "c", data: "null" },
    { kind: "log", level: "info", message: "run-1:4" },
  ]);
  assert.equal(run.last.outcome?.kind, "succeeded");
  assert.match(new Run('w.emit("")').error, /type must be a string that is not empty/);
  assert.match(new Run('w.run("emit", {"typ": "x"})').error, /emit has no input typ/);
  assert.match(new Run('w.emit("a", data={"t": w.vars.TOKEN})').error, /secret/);
});

test("wait_for_event asks for events after the start, then after the last one it received", () => {
  const run = new Run(
    'for i in range(2):\n    print(w.wait_for_event(type="a", filter={"x": 1})["id"])\nw.wait_for_event(type="a")\nw.wait_for_event(type="a", filter={"x": 1}, since="start")',
  );
  const since = () => (run.effects.at(-1) as { since: unknown }).since;
  assert.deepEqual(run.effects, [
    { kind: "await", filter: { types: ["a"], fields: [{ path: ["x"], anyOf: [1] }] }, since: "start" },
  ]);
  assert.deepEqual(run.event(1, { id: "e1" }, 250).printed, ["e1"]);
  assert.equal(since(), 250);
  run.event(3, { id: "e2" }, 260);
  assert.equal(since(), "start");
  run.event(5, { id: "e3" }, 270);
  assert.equal(since(), "start");
  assert.equal(run.event(6, { id: "e1" }, 250).last.outcome?.kind, "succeeded");
});

test("a run that waits for ever new filters keeps only those that still matter", () => {
  const image = compileScript(
    {
      "main.star": 'for i in range(200):\n    wait_for_event(type="a", filter={"i": i})\n',
    },
    "driver",
  );
  const start = startOf(image);
  const machine = image.open(start);
  let effects = turn(machine, undefined).effects;
  let largest = 0;
  for (let i = 0; i < 199; i++) {
    const time = start.time + i * 3_600_000;
    effects = turn(machine, {
      kind: "event",
      seq: i + 1,
      time,
      effect: effects.at(-1)!.n,
      event: "{}",
      position: 100 + i,
    }).effects;
    largest = Math.max(largest, machine.snapshot().length);
  }
  assert.ok(largest < 1500, `${largest} bytes`);
});

test("wait_for_event gives up after its timeout", () => {
  const run = new Run('print(w.wait_for_event(type="a", timeout="1m", timeout_value="none came"))');
  assert.deepEqual(run.effects[1], { kind: "sleep", until: startTime + 60_000 });
  run.answer(2);
  assert.deepEqual(run.effects, [
    { kind: "cancel", target: 1 },
    { kind: "log", level: "info", message: "none came" },
  ]);
});

test("an event in time cancels the timer", () => {
  const run = new Run('print(w.wait_for_event(type="a", timeout="1m").data.x)').event(1, { data: { x: 5 } }, 7);
  assert.deepEqual(run.effects, [
    { kind: "cancel", target: 2 },
    { kind: "log", level: "info", message: "5" },
  ]);
});

test("wait_for_event says what is wrong with its arguments", () => {
  assert.match(new Run('w.wait_for_event(type="a", since="yesterday")').error, /since must be "now", "start" or None/);
  const { effects } = new Run(
    'w.wait_for_event(type="a", filter={"ref": {"$prefix": "release/"}, "a.b": {"$suffix": [".md", ".txt"], "$prefix": "docs/"}})',
  );
  const [wait] = effects as [{ filter: { fields: unknown } }];
  assert.deepEqual(wait.filter.fields, [
    { path: ["ref"], anyOf: [], prefixes: ["release/"] },
    { path: ["a", "b"], anyOf: [], suffixes: [".md", ".txt"] },
    { path: ["a", "b"], anyOf: [], prefixes: ["docs/"] },
  ]);
  const refused = (filter: string): string => new Run(`w.wait_for_event(type="a", filter=${filter})`).error;
  assert.match(refused('{"x": {"$prefix": 5}}'), /filter: x: \$prefix wants a text that is not empty/);
  assert.match(refused('{"x": {"$prefix": ""}}'), /wants a text that is not empty/);
  assert.match(refused('{"x": {"$prefix": "a", "y": 1}}'), /beside \$prefix and \$suffix there can be no other keys/);
  assert.match(new Run('w.wait_for_event(type="a", filter="x")').error, /for parameter filter: got string, want dict/);
  assert.match(new Run("w.wait_for_event()").error, /missing argument for type/);
});

test("a select that an event loses leaves it for later, and its place in the log too", () => {
  const run = new Run(
    'e = w.event(type="a")\nt = w.timer(60)\nprint(w.select({t: "timer", e: lambda v: v["id"]}))\nw.sleep(1)\nprint(e.done(), e()["id"])\nw.wait_for_event(type="a")',
  );
  run.answer(2);
  assert.deepEqual(run.printed, ["timer"]);
  const received = run.event(1, { id: "e1" }, 300);
  assert.ok(received.last.mailboxBytes > 0);
  run.answer(4);
  assert.deepEqual(run.printed, ["True e1"]);
  assert.equal((run.effects.at(-1) as { since: unknown }).since, 300);
  assert.equal(run.last.mailboxBytes, 0);
});

test("of several ready cases the first that became ready wins, and only that is consumed", () => {
  const run = new Run(
    'a = w.signal_channel("a")\nb = w.signal_channel("b")\nw.sleep(1)\nprint(w.select({"a": a, "b": b}))\nprint(w.select([a, b]))\nprint(w.select({a: lambda v: v}, default="none"))\nprint(w.select([], timeout=5, timeout_value=lambda: "late"))',
  );
  run.signal("b", 1).signal("a", { x: 2 });
  assert.equal(run.last.mailboxBytes, 8);
  run.answer(1);
  assert.deepEqual(run.printed, ['("b", 1)', '(0, {"x": 2})', "none"]);
  assert.deepEqual(run.answer(5).printed, ["late"]);
});

test("select says what is wrong with its cases", () => {
  assert.match(
    new Run('w.select({"a": 1})').error,
    /select: got int, want a future \(timer, event\) or a signal channel as case/,
  );
  assert.match(new Run("w.select(5)").error, /for parameter cases: got int, want dict or list/);
  assert.match(new Run("w.select([])").error, /it would wait for ever/);
});

test("signals carry JSON, written here or given as text", () => {
  const run = new Run(
    'print(w.signal("run-9", "go", {"a": 1}))\nprint(w.signal(workflow_id="run-9", signal_name="go", payload_json=\'{"b": "é"}\', run_id="x"))',
  );
  assert.deepEqual(run.effects, [{ kind: "signal", runId: "run-9", name: "go", payload: '{"a":1}' }]);
  run.answer(1, true);
  assert.deepEqual(run.printed, ["True"]);
  assert.deepEqual(run.effects[1], { kind: "signal", runId: "run-9", name: "go", payload: '{"b": "é"}' });
  assert.deepEqual(run.answer(3, false).printed, ["False"]);
  assert.match(new Run('w.signal("a", "b", "not json")').error, /payload_json is not JSON/);
});

test("a channel receives signals in order, those from before included", () => {
  const run = new Run(
    'w.sleep(1)\nc = w.signal_channel("s")\nprint(c.receive(), c.try_receive(), c.try_receive("none"), c)\nprint(c.receive(timeout=5, timeout_value="late"))\nprint(c.receive())',
  );
  run.signal("s", "one").signal("s", "two").answer(1);
  assert.deepEqual(run.printed, ["one two none <receive_channel s>"]);
  assert.deepEqual(run.answer(3).printed, ["late"]);
  assert.deepEqual(run.signal("s", [3]).printed, ["[3]"]);
});

test("a future answers again what it answered before", () => {
  const run = new Run("t = w.timer(seconds=1)\nprint(t.done(), t)\nprint(t.get(), t(), t.done(), t == t, {t: 1}[t])");
  assert.deepEqual(run.printed, ["False <future pending>"]);
  assert.deepEqual(run.answer(1).printed, ["None None True True 1"]);
});

test("the context and the event are what handlers expect", () => {
  const run = new Run(
    'print(type(w), w.run_id, w.project, ev["type"], ev.data.issue.iid, w.vars["GREETING"], "TOKEN" in w.vars, sorted(w.vars), dir(w)[:3])\nprint(now(), w.now(), time.now())',
  );
  assert.deepEqual(run.printed, [
    'context run-1 group/project com.gitlab.events.issue_created 5 hello True ["GREETING", "TOKEN"] ["all", "ask", "attempt"]',
    "2026-11-24 09:00:00 +0000 UTC 2026-11-24 09:00:00 +0000 UTC 2026-11-24 09:00:00 +0000 UTC",
  ]);
  assert.match(new Run("w.slep(1)").error, /context has no .slep field or method \(did you mean .sleep\?\)/);
  const unconfigured = /no variable or secret "NOPE" is configured: give it with --var, or in projects\.<name>\.vars/;
  assert.match(new Run('w.vars["NOPE"]').error, unconfigured);
  assert.match(new Run("w.vars.NOPE").error, unconfigured);
  assert.match(new Run("w.vars.GRETING").error, /"GRETING" is configured.*\(did you mean .GREETING\?\)/);
  assert.match(new Run('w.vars["A"] = 1').error, /cannot insert into frozen hash table/);
});

test("what a run returns is its value; what cannot be kept is said", () => {
  assert.deepEqual(new Run('return {"a": (1, None), "b": 2.0}').last.outcome, {
    kind: "succeeded",
    value: '{"a":[1,null],"b":2.0}',
  });
  const run = new Run("return print");
  assert.deepEqual(run.last.outcome, { kind: "succeeded", value: "null" });
  assert.match(
    (run.effects[0] as { message: string }).message,
    /the run returned a builtin_function_or_method, which cannot be kept/,
  );
});
