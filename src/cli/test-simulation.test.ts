/** `testing.validate`: rules that are asked as a server asks them. */
import { suite, test } from "node:test";
import { passes } from "../testkit/runner/testing.ts";
import { testSimulation } from "./test-simulation.ts";

const options = { simulation: testSimulation() };

suite("testing.validate", () => {
  test("rules answer, read, and leave nothing behind", () =>
    passes({
      options,
      main: `
def stays_private(w, change):
    if change.data.parameters.get("visibility") != "public":
        return allow()
    return deny("%s stays private" % change.path)

def stays_small(w, change):
    found = w.gitlab.get("projects/%s" % change.project)
    return deny(["%s is full" % found.path, vars.WORD]) if found.open_issues_count else True

on_validate(type = "project.*", handler = stays_private)
on_validate(type = "project.share", handler = stays_small)
`,
      tests: `
def test_allowed():
    answer = testing.validate("project.update", {"parameters": {"visibility": "private"}})
    assert.eq((answer.decision, answer.reasons), ("allow", []))
    (rule,) = answer.rules
    assert.eq((rule.rule, rule.definition, rule.group, rule.failure), ("stays_private", ".gitlab/autoflow/main.star", None, None))
    assert.eq(testing.validate("member.create").rules, [])
    assert.eq(testing.runs(), [])

def test_denied():
    testing.variables(WORD = "sorry")
    issues.create(":id", "Crash")
    answer = testing.validate("project.share", {"parameters": {"visibility": "public"}})
    assert.eq(answer.decision, "deny")
    assert.eq(answer.reasons, ["team/project stays private", "project is full", "sorry"])
    assert.eq([call.target for call in testing.calls()], ["projects/1"])

def test_projects_of_the_group():
    testing.seed({"groups": [{"path": "other"}], "projects": [{"path": "team/web"}, {"path": "other/app"}]})
    public = {"parameters": {"visibility": "public"}}
    answer = testing.validate("project.update", public, project = "team/web")
    assert.eq((answer.reasons, answer.rules[0].group), (["team/web stays private"], "team"))
    assert.eq(testing.validate("project.update", public, project = "other/app").rules, [])
    assert.contains(assert.fails(lambda: testing.validate("project.update", public, project = "team/none")), "there is no project")
`,
    }));

  test("what fails, is late or is refused denies; retries take their time", () =>
    passes({
      options,
      main: `
def counts(w, change):
    return deny("%d" % len([i for i in range(200000)]))

def asks(w, change):
    w.sleep(seconds = change.data.get("sleep", 0))
    return w.http.get("https://rules.example.com/").json().ok

def writes(w, change):
    w.gitlab.post("projects/:id/issues", body = {"title": "x"})

def broken(w, change):
    fail("no idea")

on_validate(type = "counts", handler = counts)
on_validate(type = "asks", handler = asks)
on_validate(type = "writes", handler = writes)
on_validate(type = "broken", handler = broken)
`,
      tests: `
def failure_of(type, data = {}):
    answer = testing.validate(type, data)
    assert.eq((answer.decision, answer.reasons), ("deny", [answer.rules[0].failure.message]))
    return answer.rules[0].failure.code

def test_long_computations_take_no_time():
    start = now()
    assert.eq(testing.validate("counts").reasons, ["200000"])
    assert.eq(now(), start)

def test_an_answer_after_a_retry():
    testing.http("GET", "https://rules.example.com/", status = 503, times = 1)
    testing.http("GET", "https://rules.example.com/", json = {"ok": True}, delay = "1s")
    start = now()
    assert.eq(testing.validate("asks", {"sleep": 1}).decision, "allow")
    assert.true(2 < (now() - start).seconds and (now() - start).seconds < 5)
    assert.eq([call.attempt for call in testing.calls()], [1, 2])

def test_late():
    testing.http("GET", "https://rules.example.com/", error = "timeout")
    assert.eq(failure_of("asks"), "VALIDATION_TIMEOUT")
    testing.http("GET", "https://rules.example.com/", json = {"ok": True})
    assert.eq(failure_of("asks", {"sleep": 6}), "VALIDATION_EFFECT_REFUSED")

def test_refused_and_broken():
    assert.eq(failure_of("writes"), "VALIDATION_EFFECT_REFUSED")
    assert.eq(failure_of("broken"), "VALIDATION_RULE_FAILED")
    assert.eq(issues.list(":id"), [])
`,
    }));
});
