import { suite, test } from "node:test";
import { passes } from "./testing.ts";

suite("verbs of @autoflow//testing.star", () => {
  test("http: answers, sequences, JSON, headers, failures and delays", () =>
    passes({
      main: `
def call(w, event):
    for i in range(event.data.count):
        answer = w.http.post("https://api.example.com/v1/tasks?n=%d" % i, json = {"n": i})
        print(answer.status_code, answer.text(), answer.headers.get("X-Part"))

on_event(type = "call", handler = call)
`,
      tests: `
def test_answers_in_order():
    testing.http("POST", "https://api.example.com/v1/*", status = 201, json = {"id": 1}, headers = {"X-Part": "a"}, times = 1)
    testing.http("*", "https://api.example.com/**", status = 404, body = "no")
    testing.event("call", {"count": 2})
    assert.eq(testing.runs()[0].lines, ['201 {"id":1} a', "404 no None"])
    calls = testing.calls("http")
    assert.eq([call.body for call in calls], [{"n": 0}, {"n": 1}])
    assert.eq(calls[0].target, "https://api.example.com/v1/tasks?n=0")
    assert.eq([call.status for call in calls], [201, 404])
    assert.eq(len(testing.calls(method = "get")), 0)
    assert.eq(len(testing.calls(target = "https://api.example.com/v1/tasks?n=1")), 1)

def test_failures_are_tried_again():
    start = now()
    testing.http("POST", "https://api.example.com/**", status = 503, times = 1)
    testing.http("POST", "https://api.example.com/**", error = "reset", times = 1)
    testing.http("POST", "https://api.example.com/**", error = "refused", times = 1)
    testing.http("POST", "https://api.example.com/**", error = "timeout", times = 1)
    testing.http("POST", "https://api.example.com/**", body = "yes", delay = "5s")
    testing.event("call", {"count": 1})
    assert.eq(len(testing.calls()), 1)
    sleep(minutes = 5)
    assert.eq(testing.runs()[0].lines, ["200 yes None"])
    assert.eq([call.attempt for call in testing.calls()], [1, 2, 3, 4, 5])
    assert.eq([call.error.code if call.error else None for call in testing.calls()], ["HTTP_STATUS", "HTTP_CONNECTION_FAILED", "HTTP_CONNECTION_FAILED", "HTTP_TIMEOUT", None])
    assert.true(testing.runs()[0].seconds > 35)

def test_after():
    testing.http("POST", "https://api.example.com/**", status = 410, after = 1, times = 1)
    testing.http("POST", "https://api.example.com/**", body = "ok")
    testing.event("call", {"count": 3})
    assert.eq(testing.runs()[0].lines, ["200 ok None", "410  None", "200 ok None"])

def test_nothing_said():
    testing.event("call", {"count": 1})
    run = testing.runs()[0]
    assert.eq(run.state, "failed")
    assert.contains(run.error.message, "says nothing of this address")

def test_own_calls():
    testing.http("GET", "https://api.example.com/", body = "here")
    assert.eq(http.get("https://api.example.com/").text(), "here")
`,
    }));

  test("GitLab: faults, lost answers and rate limits are for runs only", () =>
    passes({
      main: `
load("@autoflow//gitlab.star", "issues")

def note(w, event):
    issues.create_note(event, event.data.object_attributes.iid, "Hello")

on_event(type = "com.gitlab.events.issue_created", handler = note)
`,
      tests: `
def test_a_status():
    testing.gitlab_fault("POST", "projects/*/issues/*/notes", status = 503, times = 2)
    issue = issues.create(":id", "Crash")
    assert.eq(testing.runs()[0].state, "waiting")
    sleep(minutes = 1)
    assert.eq(issues.get(":id", issue).user_notes_count, 1)
    assert.eq([call.attempt for call in testing.calls()], [1, 2, 3])

def test_a_lost_answer_makes_nothing_twice():
    testing.gitlab_fault("POST", "projects/*/issues/*/notes", drop = "after", times = 1)
    issue = issues.create(":id", "Crash")
    sleep(minutes = 1)
    assert.eq(issues.get(":id", issue).user_notes_count, 1)
    assert.eq(testing.runs()[0].state, "succeeded")

def test_a_late_answer():
    testing.gitlab_fault(delay = "40s", times = 1)
    issues.create(":id", "Crash")
    sleep(29)
    assert.eq(testing.calls()[0].status, None)
    sleep(minutes = 2)
    assert.eq(testing.runs()[0].state, "succeeded")

def test_a_limit():
    testing.rate_limit(2, period = 60)
    for i in range(3):
        issues.create(":id", "Issue %d" % i)
    sleep(minutes = 10)
    assert.eq([run.state for run in testing.runs()], ["succeeded"] * 3)

def test_the_test_itself_meets_none():
    testing.gitlab_fault(status = 500)
    assert.eq(len(gitlab.list("projects/:id/issues")), 0)
`,
    }));

  test("files: tests read what runs read", () =>
    passes({
      main: `
load("@autoflow//gitlab.star", "files")

def read(w, event):
    print(files.read(":id", "lamp.c"), files.find(":id", "none"))

on_event(type = "read", handler = read)
`,
      tests: `
load("@autoflow//gitlab.star", "files")

def test_read():
    files.create(":id", "lamp.c", "main", "int on;", "Light up")
    assert.eq(files.read(":id", "lamp.c"), "int on;")
    testing.event("read")
    assert.eq(testing.runs()[0].lines, ["int on; None"])
`,
    }));

  test("users, seeds, webhooks and events", () =>
    passes({
      main: `
def tell(w, event):
    print(event.type, event.data.get("user", {}).get("username"))

on_event(type = "com.gitlab.events.issue_created", handler = tell)
on_event(type = "com.gitlab.events.wiki_page_created", handler = tell)
on_event(type = "com.gitlab.events.milestone_created", handler = tell)
on_event(type = "com.example.deployed", handler = tell)
`,
      tests: `
def lines():
    return [line for run in testing.runs() for line in run.lines]

def test_users():
    assert.eq(testing.act_as("sam").username, "sam")
    issues.create(":id", "Crash")
    testing.act_as("root")
    issues.create(":id", "Crash")
    assert.eq(lines(), ["com.gitlab.events.issue_created sam", "com.gitlab.events.issue_created root"])

def test_seeds_are_no_news():
    testing.seed({"users": [{"username": "kim"}], "groups": [{"path": "acme"}], "projects": [{"path": "acme/web", "issues": [{"title": "Old", "author": "kim"}]}]})
    assert.eq(issues.get("acme/web", 1).author.username, "kim")
    assert.eq(testing.runs(), [])
    assert.contains(assert.fails(lambda: testing.seed({"projets": []})), "projets")

def test_webhooks():
    project = testing.project()
    assert.eq(project.path, "team/project")
    runs = testing.webhook("Wiki Page Hook", {"object_kind": "wiki_page", "project": {"id": project.id}, "user": {"username": "kim"}, "object_attributes": {"action": "create"}})
    assert.eq(testing.run(runs[0]).lines, ["com.gitlab.events.wiki_page_created kim"])

def test_events():
    assert.eq(len(testing.event("com.example.deployed", {"n": 1}, id = "a")), 1)
    assert.eq(len(testing.event("com.example.deployed", {"n": 1}, id = "b")), 1)
    testing.event("com.example.deployed", {"n": 1}, id = "b")
    assert.eq(len(testing.runs()), 2)
    emit("com.example.deployed", {"n": 2})
    assert.eq(len(testing.runs(trigger = "tell#4")), 3)

def test_groups_above():
    gitlab.post("groups/team/milestones", body = {"title": "1.0"})
    assert.eq(lines(), ["com.gitlab.events.milestone_created None"])

def test_other_projects_are_other_projects():
    gitlab.post("projects", body = {"name": "other", "path": "other"})
    issues.create("root/other", "Crash")
    assert.eq(testing.runs(), [])
`,
    }));

  test("variables and secrets, signals, and runs that are cancelled", () =>
    passes({
      main: `
def wait(w, event):
    print(w.vars.GREETING, w.vars.TOKEN)
    w.defer(lambda: print("cleaned up"))
    channel = w.signal_channel("go")
    print(channel.receive())
    w.http.get("https://example.com/", headers = {"Authorization": w.vars.TOKEN})

on_event(type = "wait", handler = wait)
`,
      tests: `
def setup():
    testing.variables(GREETING = "hello")
    testing.secrets(TOKEN = "s3cr3t-value")
    testing.http("GET", "https://example.com/", body = "s3cr3t-value")

def test_signals():
    run = testing.event("wait")[0]
    assert.eq(testing.run(run).state, "waiting")
    assert.true(signal(run, "go", {"x": 1}))
    told = testing.run(run)
    assert.eq(told.state, "succeeded")
    assert.eq(told.lines, ["hello ***", '{"x": 1}', "cleaned up"])
    assert.eq(testing.calls()[0].headers["Authorization"], "***")

def test_cancel():
    run = testing.event("wait")[0]
    testing.cancel(run)
    assert.eq(testing.run(run).state, "cancelled")
    assert.eq(testing.run(run).lines[-1], "cleaned up")

def test_states():
    run = testing.event("wait")[0]
    assert.eq([each.id for each in testing.runs(state = "waiting")], [run])
    assert.contains(testing.run(run).waiting_for, "go")
    assert.eq(testing.runs(state = "failed"), [])
    assert.contains(assert.fails(lambda: testing.run("nothing")), "there is no run nothing")
    assert.contains(assert.fails(lambda: testing.runs(state = "asleep")), "asleep")
`,
    }));

  test("tasks: what runs ask, answered by users of the simulated GitLab", () =>
    passes({
      main: `
def ask(w, event):
    answer = w.ask(title = "Deploy?", assignees = ["kim"], groups = ["team"], form = {"type": "object", "properties": {"why": {"type": "string"}}, "required": ["why"]}, actions = ["approve", "deny"], timeout = "2d", on_timeout = "deny")
    print(answer.action, answer.by, answer.values)

on_event(type = "ask", handler = ask)
`,
      tests: `
def setup():
    testing.seed({"users": [{"username": "kim"}, {"username": "eve"}]})

def test_answer():
    testing.event("ask")
    task = testing.tasks(state = "open")[0]
    assert.eq((task.title, task.assignees, task.state), ("Deploy?", ["kim"], "open"))
    assert.fails(lambda: testing.answer(task.id, "approve", by = "eve", values = {"why": "x"}))
    assert.fails(lambda: testing.answer(task.id, "approve", by = "kim"))
    answered = testing.answer(task.id, "approve", by = "kim", values = {"why": "ready"}, comment = "go")
    assert.eq((answered.state, answered.answers[0].by, answered.answers[0].comment), ("answered", "kim", "go"))
    assert.contains(testing.runs()[0].lines[0], "approve kim")
    assert.eq(testing.tasks(state = "open"), [])
    assert.contains(assert.fails(lambda: testing.answer("x", "approve")), "there is no task x")

def test_members_of_a_group_may_answer():
    testing.event("ask")
    testing.answer(testing.tasks()[0].id, "deny", by = "autoflow", values = {"why": "no"}, via = "cli")
    assert.contains(testing.runs()[0].lines[0], "deny autoflow")

def test_time_is_over():
    testing.event("ask")
    sleep(days = 3)
    assert.eq(testing.runs()[0].state, "succeeded")
    assert.eq(testing.tasks()[0].state, "expired")
`,
    }));

  test("pipelines and jobs end as the test says, and what waits for them goes on", () =>
    passes({
      main: `
def tell(w, event):
    print(event.type.removeprefix("com.gitlab.events."), event.data.object_attributes.ref)

on_event(type = ["com.gitlab.events.pipeline_failed", "com.gitlab.events.pipeline_succeeded"], handler = tell)
on_event(type = "com.gitlab.events.deployment_succeeded", handler = lambda w, event: print(event.data.environment), name = "deployed")
`,
      tests: `
load("@autoflow//gitlab.star", "branches", "files", "jobs", "merge_requests", "pipelines")

config = """
build: {stage: build, script: [make]}
lint: {stage: test, script: [lint], allow_failure: true}
unit: {stage: test, script: [test]}
ship: {stage: deploy, script: [ship], environment: production}
"""

def setup():
    files.create(":id", ".gitlab-ci.yml", "main", config, "Build")

def told():
    return [line for run in testing.runs() for line in run.lines]

def test_a_pipeline():
    assert.eq(pipelines.latest(":id").status, "pending")
    assert.eq(testing.finish_pipeline(status = "running").status, "running")
    assert.eq(told(), [])
    ended = testing.finish_pipeline(pipelines.latest(":id"), "failed")
    assert.eq((ended.status, ended.ref), ("failed", "main"))
    assert.eq([(job.name, job.status) for job in pipelines.jobs(":id", ended, sort = "asc")], [("ship", "skipped"), ("unit", "skipped"), ("lint", "skipped"), ("build", "failed")])
    assert.eq(told(), ["pipeline_failed main"])
    again = pipelines.create(":id", "main")
    sleep(minutes = 3)
    assert.eq(testing.finish_pipeline(again.id).id, again.id)
    assert.eq(told(), ["pipeline_failed main", "pipeline_succeeded main", "production"])

def test_jobs():
    assert.eq([(job.name, job.status) for job in pipelines.jobs(":id", pipelines.latest(":id")) if job.status != "created"], [("build", "pending")])
    testing.finish_job("build")
    lint = testing.finish_job("lint", "failed", reason = "runner_system_failure", trace = "no runner")
    assert.eq((lint.status, lint.failure_reason), ("failed", "runner_system_failure"))
    assert.eq(jobs.trace(":id", lint), "no runner")
    (unit,) = [job for job in pipelines.jobs(":id", pipelines.latest(":id")) if job.name == "unit"]
    testing.finish_job(unit)
    testing.finish_job("ship", "running")
    assert.eq(testing.finish_job("ship").pipeline.status, "success")
    assert.eq(told(), ["pipeline_succeeded main", "production"])

def test_what_cannot_end():
    assert.contains(assert.fails(lambda: testing.finish_job("deploy")), "there is no job deploy: there are build, lint, unit, ship")
    assert.contains(assert.fails(lambda: testing.finish_pipeline(99)), "there is no pipeline 99: the newest one is 1")
    assert.contains(assert.fails(lambda: testing.finish_pipeline(status = "done")), "status must be one of success, failed, canceled, skipped, running")
    assert.contains(assert.fails(lambda: testing.finish_job({"name": "build"})), "job must be a number or a record with an id")
    testing.finish_pipeline()
    assert.contains(assert.fails(lambda: testing.finish_pipeline()), "pipeline 1 has ended already: success")
    assert.contains(assert.fails(lambda: testing.finish_job("build")), "job 1 (build) has ended already: success")
`,
    }));

  test("milestones of groups reach the definitions of their projects", () =>
    passes({
      main: `
def hear(w, event):
    print(event.data.action, event.data.group.full_path, event.data.project)

on_event(type = "com.gitlab.events.milestone_*", handler = hear)
`,
      tests: `
def test_they_are_heard():
    milestone = gitlab.post("groups/team/milestones", body = {"title": "Winter"})
    gitlab.put("groups/team/milestones/%d" % milestone.id, body = {"state_event": "close"})
    assert.eq([run.lines for run in testing.runs()], [["create team None"], ["close team None"]])
`,
    }));

  test("data files have another content for one test", () =>
    passes({
      main: `
load("lib/rules.star", "greeting")
load("words.txt", words = "data")

def greet(w, event):
    w.sleep(hours = 1)
    print(greeting(event.data.name), words.strip())

on_event(type = "greet", handler = greet)
`,
      files: {
        ".gitlab/autoflow/lib/rules.star": `load("rules.yaml", "data")\n\ndef greeting(name):\n    return data["greetings"].get(name, "Hello")\n`,
        ".gitlab/autoflow/lib/rules.yaml": "greetings: {sam: Hi}\n",
        ".gitlab/autoflow/words.txt": "all\n",
        ".gitlab/autoflow/functions/greeting.star": `load("../lib/rules.star", "greeting")\n\ndef main(w, inputs):\n    return greeting(inputs.name)\n`,
      },
      tests: `
rules = ".gitlab/autoflow/lib/rules.yaml"

def greeted():
    testing.event("greet", {"name": "sam"})
    sleep(hours = 2)
    return testing.runs(trigger = "greet")[-1].lines

def test_a_value():
    testing.replace_file(rules, {"greetings": {"sam": "Moin", "kim": "Salut"}})
    assert.eq(greeted(), ["Moin all"])
    assert.eq(run("greeting", {"name": "kim"}), "Salut")
    testing.replace_file(".gitlab/autoflow/words.txt", "you")
    assert.eq(greeted(), ["Moin you"])
    testing.replace_file(rules, "greetings: {}")
    assert.eq(greeted(), ["Hello you"])

def test_others_have_their_own():
    assert.eq(greeted(), ["Hi all"])

def test_runs_that_are_there_keep_theirs():
    testing.event("greet", {"name": "sam"})
    testing.replace_file(rules, {"greetings": {}})
    sleep(days = 1)
    assert.eq(testing.runs()[0].lines, ["Hi all"])

def test_what_cannot_be():
    assert.contains(assert.fails(lambda: testing.replace_file(rules, "greetings: [")), "rules.yaml:1:")
    testing.replace_file(".gitlab/autoflow/words.txt", "you")
    assert.contains(assert.fails(lambda: testing.replace_file(".gitlab/autoflow/main.star", "")), "is no data file")
    assert.contains(assert.fails(lambda: testing.replace_file(".gitlab/autoflow/words.txt", 1)), "must be text, got 1")
    assert.contains(assert.fails(lambda: testing.replace_file("rules.yaml", {})), "they load .gitlab/autoflow/")
    assert.eq(greeted(), ["Hi you"])
`,
    }));

  test("kills: what is committed goes on, and nothing is made twice", () =>
    passes({
      main: `
load("@autoflow//gitlab.star", "issues")

def remind(w, event):
    w.sleep(days = 1)
    issues.create_note(event, event.data.object_attributes.iid, "Day 1")
    w.sleep(days = 1)
    print("done")

on_event(type = "com.gitlab.events.issue_created", handler = remind)
on_event(type = "com.gitlab.events.note_created", handler = lambda w, event: None, name = "told")
`,
      tests: `
def check(issue):
    assert.eq(issues.get(":id", issue).user_notes_count, 1)
    assert.eq(testing.runs(trigger = "remind")[0].lines, ["done"])

def test_while_it_sleeps():
    issue = issues.create(":id", "Crash")
    testing.kill()
    sleep(hours = 30)
    testing.kill()
    sleep(days = 1)
    check(issue)
    assert.eq(len(testing.calls()), 1)

def test_before_a_call():
    testing.kill_at("gitlab")
    issue = issues.create(":id", "Crash")
    sleep(days = 3)
    check(issue)
    assert.eq([call.attempt for call in testing.calls()], [1, 2])

def test_a_webhook_that_was_not_acknowledged_comes_again():
    testing.kill_at("gitlab", when = "after")
    issue = issues.create(":id", "Crash")
    sleep(days = 3)
    assert.eq(len(testing.runs(trigger = "told")), 1)

def test_after_a_call():
    testing.kill_at("gitlab", when = "after")
    issue = issues.create(":id", "Crash")
    sleep(days = 3)
    check(issue)
    assert.eq([call.attempt for call in testing.calls()], [1, 2])
`,
    }));
});
