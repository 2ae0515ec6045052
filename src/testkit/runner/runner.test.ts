import assert from "node:assert/strict";
import path from "node:path";
import { suite, test } from "node:test";
import { describeCoverage } from "./coverage-report.ts";
import { junitReport } from "./junit-report.ts";
import { describeProblem, describeResult, describeSummary } from "./text-report.ts";
import { failureOf, firstLine, passes, runTexts } from "./testing.ts";

const labeller = `
load("@autoflow//gitlab.star", "issues")

def handle(w, event):
    issues.label(event, event.data.object_attributes.iid, add = "seen")

on_event(type = "com.gitlab.events.issue_created", handler = handle)
`;

suite("what is tested", () => {
  test("functions, children of functions, and what they answer", () =>
    passes({
      files: {
        ".gitlab/autoflow/functions/double.star": `def main(w, inputs):\n    w.sleep(days = 2)\n    return 2 * inputs.x\n`,
        ".gitlab/autoflow/functions/twice.star": `def main(w, inputs):\n    return w.run("double", {"x": w.run("double", inputs)})\n`,
      },
      tests: `
def test_run():
    start = now()
    assert.eq(run("twice", {"x": 3}), 12)
    assert.eq((now() - start).hours, 96)

def test_start():
    id = testing.start("double", {"x": 4})
    assert.eq(testing.run(id).state, "waiting")
    sleep(days = 2)
    assert.eq(testing.run(id).value, 8)
    assert.contains(assert.fails(lambda: run("triple", {})), "triple")
`,
    }));

  test("schedules, keys and deferred clean-up", () =>
    passes({
      main: `
def daily(w, event):
    print(w.now().format("2006-01-02 15:04"))

on_schedule(cron = "0 9 * * 1-5", handler = daily)

def work(w, event):
    w.defer(lambda: print("end", event.data.n))
    print("begin", event.data.n)
    w.sleep(hours = 1)

on_event(type = "work", handler = work, key = "name", mode = "queue")
`,
      tests: `
def test_schedules():
    sleep(days = 7)
    assert.eq([run.lines[0] for run in testing.runs(trigger = "daily")], ["2026-01-06 09:00", "2026-01-07 09:00", "2026-01-08 09:00", "2026-01-09 09:00", "2026-01-12 09:00"])

def test_keys():
    for n in range(2):
        testing.event("work", {"name": "a", "n": n})
    testing.event("work", {"name": "b", "n": 9})
    assert.eq([run.state for run in testing.runs(trigger = "work")], ["waiting", "queued", "waiting"])
    sleep(hours = 3)
    assert.eq([run.lines for run in testing.runs(trigger = "work")], [["begin %d" % n, "end %d" % n] for n in (0, 1, 9)])
`,
    }));

  test("Serverless Workflow files", () =>
    passes({
      files: {
        "greet.sw.yaml": `id: greet
version: "1.0"
specVersion: "0.8"
start: Wait
states:
  - name: Wait
    type: sleep
    duration: PT2H
    transition: Greet
  - name: Greet
    type: inject
    data: {greeting: hello}
    end: true
`,
      },
      tests: `
def test_workflow():
    start = now()
    assert.eq(run("greet", {"name": "Kim"}), {"name": "Kim", "greeting": "hello"})
    assert.eq((now() - start).hours, 2)
`,
    }));

  test("what goes on side by side, and calls of workflows", () =>
    passes({
      main: `
def both(w, event):
    def ask(name, days):
        w.sleep(days = days)
        return w.http.get("https://api.example.com/%s" % name).json()["n"]
    one, other = w.parallel([lambda: ask("a", 2), lambda: ask("b", 1)])
    print(one + other)

on_event(type = "both", handler = both)
`,
      files: {
        "fetch.sw.yaml": `id: fetch
version: "1.0"
specVersion: "0.8"
start: Fetch
functions:
  - name: get
    type: custom
    operation: rest:get:https://api.example.com/c
states:
  - name: Fetch
    type: operation
    actions:
      - functionRef: get
    end: true
`,
      },
      tests: `
def setup():
    for n, name in enumerate(["a", "b", "c"]):
        testing.http("GET", "https://api.example.com/" + name, json = {"n": n + 1})

def test_fibers():
    testing.event("both")
    sleep(days = 1)
    assert.eq([call.target for call in testing.calls()], ["https://api.example.com/b"])
    sleep(days = 1)
    assert.eq(testing.runs()[0].lines, ["3"])
    assert.eq(testing.runs()[0].seconds, 2 * 24 * 3600)

def test_workflow():
    assert.eq(run("fetch", {"x": 1}), {"n": 3, "x": 1})
    assert.eq(testing.calls("http")[0].method, "GET")
`,
    }));

  test("hooks that scripts make lead elsewhere", () =>
    passes({
      main: `on_event(type = "com.gitlab.events.issue_created", handler = lambda w, event: print("once"), name = "tell")`,
      tests: `
def test_hooks():
    gitlab.post("projects/:id/hooks", body = {"url": "https://elsewhere.example.com/", "issues_events": True})
    issues.create(":id", "Crash")
    assert.eq(len(testing.runs()), 1)
`,
    }));

  test("every test has a world of its own, at the start of time, whatever others left behind", () =>
    passes({
      main: `
def wait(w, event):
    w.sleep(days = event.data.object_attributes.iid)
    print("awake")

on_event(type = "com.gitlab.events.issue_created", handler = wait)
`,
      tests: ["a", "b", "c"]
        .map(
          (name) => `
def test_${name}():
    assert.eq(str(now()), "2026-01-05 09:00:00 +0000 UTC")
    assert.eq(issues.create(":id", "First").iid, 1)
    for i in range(30):
        testing.event("nothing", id = str(i))
    sleep(hours = 23)
    assert.eq([run.state for run in testing.runs()], ["waiting"])
`,
        )
        .join(""),
    }));
});

suite("coverage", () => {
  test("the lines of the project's scripts that are executed, also by what they load", async () => {
    const { coverage, results } = await runTexts({
      main: `
load("lib/words.star", "greet", "unused")

def handle(w, event):
    w.sleep(days = 1)
    if event.data.loud:
        print(greet("all").upper())
    else:
        print(greet("you"))

on_event(type = "x", handler = handle)
`,
      files: {
        ".gitlab/autoflow/lib/words.star": `
def greet(name):
    return "Hello, %s" % name

def unused(a):
    b = a + 1
    return b * 2
`,
      },
      tests: `
def test_quiet():
    testing.event("x", {"loud": False})
    sleep(days = 2)
    assert.eq(testing.runs()[0].lines, ["Hello, you"])
`,
      options: { coverage: true },
    });
    assert.deepEqual(
      results.map(({ status }) => status),
      ["passed"],
    );
    assert.deepEqual(
      coverage!.map(({ file, missed }) => [path.basename(file), missed]),
      [
        ["words.star", [6, 7]],
        ["main.star", [7]],
      ],
    );
    assert.match(
      describeCoverage(coverage!).join("\n"),
      /words\.star +60\.0% of 5 lines, not reached: 6-7\n.*main\.star +85\.7% of 7 lines, not reached: 7$/,
    );
  });

  test("top levels, functions within functions, parts of lines, what is deferred and what runs beside", async () => {
    const { coverage, results } = await runTexts({
      main: `
limits = {name: len(name) for name in ["a", "bb"]}
handlers = []

def make(size):
    def inner(w, event):
        print(size + 1)
        w.defer(last, w)
        w.defer(lambda: print("a" + "b"))
        w.parallel([(aside, 1), (aside, 2)])
        if size > 7:
            print("large" + "r")
        total = 0
        for i in range(2): total += i
        fail("on" + " purpose")
    return inner

def last(w):
    print("last" + "!")
    w.sleep(days = 1)
    print("after" + "wards")

def aside(n):
    print(n + 1)

def never(w, event):
    def inside():
        return 1 + 1
    return inside()

if limits["a"] > 5:
    handlers.append(never)

on_event(
    type = "x",
    handler = make(limits["a"]),
    name = "made",
)
on_event(type = "y", handler = never)
`,
      tests: `
def test_all():
    testing.event("x", {})
    sleep(days = 2)
    assert.eq(testing.runs()[0].lines, ["2", "2", "3", "ab", "last!", "afterwards"])
`,
      options: { coverage: true },
    });
    assert.deepEqual(
      results.map(({ failure }) => failure?.message),
      [undefined],
    );
    const { missed, lines } = coverage![0]!;
    assert.deepEqual(missed, [12, 27, 28, 29, 32]);
    assert.equal(lines, 27);
  });
});

suite("what fails", () => {
  test("a check: the line of the test, the calls and what happened", async () => {
    const failure = await failureOf({
      main: labeller,
      tests: `
def test_label():
    check(issues.create(":id", "Crash"))

def check(issue):
    assert.eq(issues.get(":id", issue).labels, ["unseen"])
`,
    });
    assert.match(failure.message, /got \["seen"\], want \["unseen"\]/);
    assert.equal(failure.where?.line, firstLine + 5);
    assert.match(failure.where.file, /main_test\.star$/);
    assert.match(failure.traceback!, /in test_label\n.*in check\n/);
    assert.doesNotMatch(failure.traceback!, /autoflow-test/);
    assert.deepEqual(failure.trace, [
      "+0ms     test: gitlab POST projects/1/issues -> 201",
      "+0ms     run 1 (handle): gitlab GET projects/1/issues/1 -> 200",
      "+0ms     run 1 (handle): gitlab PUT projects/1/issues/1 -> 200",
      "+0ms     run 1 (handle): succeeded: null",
      "+0ms     test: gitlab GET projects/1/issues/1 -> 200",
    ]);
  });

  test("a difference of many lines is told once, and not among the calls", async () => {
    const { results } = await runTexts({
      tests: `def test_x():\n    check({"a": 1, "b": 2, "c": "x" * 100})\n\ndef check(got):\n    assert.eq(got, {"a": 2, "b": 3, "c": "y" * 100})\n`,
    });
    const text = describeResult(results[0]!, () => undefined).join("\n");
    assert.equal(text.match(/\["a"\]: got 1, want 2/g)?.length, 1, text);
    assert.match(text, /Calls, the last one at the end:\n.*in test_x\n.*in check$/);
  });

  test("what happened: runs of a schedule are told the first and the last time", async () => {
    const failure = await failureOf({
      main: `
def daily(w, event):
    w.gitlab.get("projects/:id")

on_schedule(cron = "0 12 * * *", handler = daily)
`,
      tests: `
def test_all_days():
    sleep(days = 30)
    assert.eq(len(testing.runs()), 31)
`,
    });
    const [first, ...rest] = failure.trace;
    assert.match(first!, /^\+3h {6}run 1 \(daily\): /);
    const fold = rest.findIndex((line) => line.includes("…"));
    assert.equal(rest[fold], `${" ".repeat(9)}… 28 more of daily, until +29d3h …`);
    assert.equal(rest.length, 2 * fold + 2);
  });

  test("a run that fails and that the test does not look at", async () => {
    const main = `def handle(w, event):\n    fail("no")\non_event(type = "x", handler = handle)\n`;
    const failure = await failureOf({ main, tests: `def test_x():\n    testing.event("x")\n` });
    assert.match(failure.message, /a run of .*main\.star handle failed.*no/s);
    assert.equal(failure.where?.line, 2);
    assert.match(failure.trace[0]!, /^\+0ms     run 1 \(handle\): failed: RUN_FAILED: Traceback/);
    assert.match(failure.trace.at(-1)!, /^ {9}.*no$/);
    assert.doesNotMatch(failure.trace.join(""), /\n/);
    const checked = await failureOf({ main, tests: `def test_x():\n    testing.event("x")\n    assert.eq(1, 2)\n` });
    assert.match(
      checked.message,
      /got 1, want 2\nBefore that, a run of .*main\.star handle failed: .*no \(.*main\.star:2:\d+\)$/,
    );
    assert.equal(checked.where?.line, firstLine + 2);
    await passes({
      main,
      tests: `def test_x():\n    testing.event("x")\n    assert.eq(testing.runs()[0].state, "failed")\n`,
    });
  });

  test("what cannot be done in a test", async () => {
    const waits = await failureOf({ tests: `def test_x():\n    wait_for_event("x")\n` });
    assert.match(waits.message, /a test waits for nothing but time/);
    const verb = await failureOf({ tests: `def test_x():\n    testing.http("GET", "https://x/", status = 1000)\n` });
    assert.match(verb.message, /status must be from 100 to 599/);
  });

  test("a definition that does not compile, and one test of many that goes on for ever", async () => {
    const broken = await failureOf({ main: "on_event(", tests: "def test_x():\n    pass\n" });
    assert.match(broken.message, /a definition under test does not compile: .*main\.star:1/);
    const { results } = await runTexts({
      options: { timeoutMs: 300 },
      main: `
def forever(w, event):
    while True:
        if event.type == "x":
            w.sleep(seconds = 1)
        else:
            w.run("echo")
on_event(type = ["x", "y"], handler = forever)
`,
      tests: `
def test_computing():
    while True:
        pass

def test_waiting():
    testing.event("x")
    sleep(days = 10000)

def test_calling():
    testing.event("y")

def test_after():
    pass
`,
    });
    assert.deepEqual(
      results.map(({ name, status, failure }) => [name, status, failure?.code]),
      [
        ["test_computing", "failed", "LIMIT_STEPS"],
        ["test_waiting", "failed", "TEST_TIMEOUT"],
        ["test_calling", "failed", "TEST_TIMEOUT"],
        ["test_after", "passed", undefined],
      ],
    );
  });

  test("a file that cannot be tested", async () => {
    const syntax = await runTexts({ tests: "def test_x(:\n" });
    assert.equal(syntax.problems.length, 1);
    assert.match(describeProblem(syntax.problems[0]!).join("\n"), /main_test\.star:4/);
    const empty = await runTexts({ tests: "x = 1\n" });
    assert.match(empty.problems[0]!.problems[0]!.message, /there is no test in it/);
    const main = `def handle(w, event):\n    print("x")\n\non_event(type = "x", handler = handle)\n`;
    const tests = `load("//.gitlab/autoflow/main.star", "handle")\n\ndef test_x():\n    handle(None, None)\n`;
    const loads = await runTexts({ main, tests });
    assert.match(loads.problems[0]!.problems[0]!.message, /^on_event: a test loads no file that handles events/);
  });
});

suite("how results are told", () => {
  const tests = `
def test_good():
    print("not told")

def test_bad():
    print("told <this>")
    assert.eq([1, 2], [1])

def test_later():
    testing.skip("not yet")
`;

  test("in words, with the line", async () => {
    const summary = await runTexts({ tests });
    const text = summary.results
      .flatMap((result) => describeResult(result, () => "    assert.eq([1, 2], [1])"))
      .join("\n");
    assert.match(text, /^ok {3}.*main_test\.star:5 test_good \(\d+ms\)$/m);
    assert.match(text, /^FAIL .*test_bad/m);
    assert.match(text, / {2}fail: assert: got \[1, 2\], want \[1\]\n.*\n {2}10 \| {5}assert\.eq/);
    assert.match(text, /Printed by the test:\n {4}told <this>/);
    assert.match(text, /^skip .*test_later .*: not yet$/m);
    assert.doesNotMatch(text, /not told/);
    assert.match(describeSummary(summary), /^1 passed, 1 failed, 1 skipped in /);
  });

  test("as JUnit's XML", async () => {
    const summary = await runTexts({ tests });
    const xml = junitReport(summary);
    assert.match(xml, /<testsuites name="autoflow test" tests="3" failures="1" errors="0"/);
    assert.match(xml, /<testcase [^>]*name="test_good"[^>]*>\n *<system-out>not told</);
    assert.match(xml, /<failure message="fail: assert: got \[1, 2\], want \[1\]" type="RUN_FAILED">/);
    assert.match(xml, /<system-out>told &lt;this&gt;<\/system-out>/);
    assert.match(xml, /<skipped message="not yet"\/>/);
    assert.match(junitReport(await runTexts({ tests: "x = " })), /errors="1".*<error message=/s);
  });

  test("only those that were asked for", async () => {
    const { results } = await runTexts({ tests, options: { filter: "good" } });
    assert.deepEqual(
      results.map(({ name }) => name),
      ["test_good"],
    );
  });
});
