/** `autoflow test` as a user runs it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const script = `
load("@autoflow//gitlab.star", "issues")

def greet(w, event):
    if event.data.object_attributes.title == "Rude":
        return
    issues.create_note(event, event.data.object_attributes.iid, "Thank you.")

on_event(type = "com.gitlab.events.issue_created", handler = greet)
`;

const tests = `load("@autoflow//assert.star", "assert")
load("@autoflow//gitlab.star", "issues")

def test_thanks():
    issue = issues.create(":id", "Crash")
    assert.eq(issues.get(":id", issue).user_notes_count, NOTES)

def test_nothing():
    pass
`;

function project(place: Workplace, notes = 1): void {
  place.write(".gitlab/autoflow/main.star", script);
  place.write("main_test.star", tests.replace("NOTES", String(notes)));
}

test("all pass: a line for each test, the number, exit status 0", async () => {
  await using place = new Workplace();
  project(place);
  const { status, stdout, stderr } = await place.run("test");
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^ok {3}main_test\.star:4 test_thanks \(\d+ms\)\nok {3}main_test\.star:8 test_nothing .*\n2 passed, 0 failed in /,
  );
});

test("one fails: its line, what happened, exit status 1", async () => {
  await using place = new Workplace();
  project(place, 2);
  const { status, stdout } = await place.run("test", "--filter", "thanks");
  assert.equal(status, 1);
  assert.match(stdout, /^FAIL main_test\.star:4 test_thanks/);
  assert.match(stdout, / {2}fail: assert: got 1, want 2\n {2}at main_test\.star:6:14\n {2}6 \| {5}assert\.eq\(/);
  assert.match(stdout, /run 1 \(greet\): gitlab POST projects\/1\/issues\/1\/notes -> 201/);
  assert.match(stdout, /\n0 passed, 1 failed in /);
});

test("JSON and JUnit on standard output, talk beside it", async () => {
  await using place = new Workplace();
  project(place, 2);
  const asJson = await place.run("test", "-o", "json", "--coverage");
  const summary = JSON.parse(asJson.stdout) as { results: { name: string; status: string }[]; coverage: unknown };
  assert.deepEqual(
    summary.results.map(({ name, status }) => [name, status]),
    [
      ["test_thanks", "failed"],
      ["test_nothing", "passed"],
    ],
  );
  assert.deepEqual(summary.coverage, [{ file: ".gitlab/autoflow/main.star", lines: 5, covered: 5, missed: [] }]);
  assert.match(asJson.stderr, /1 passed, 1 failed/);
  const asJunit = await place.run("test", "-o", "junit");
  assert.equal(asJunit.status, 1);
  assert.match(asJunit.stdout, /^<\?xml .*<testsuites .* tests="2" failures="1"/s);
});

test("nothing to test: exit status 2; a path that is not there: 3", async () => {
  await using place = new Workplace();
  const empty = await place.run("test");
  assert.equal(empty.status, 2);
  assert.match(empty.stdout, /There are no tests in this folder: write functions test_…/);
  project(place);
  const filtered = await place.run("test", "--filter", "nobody");
  assert.equal(filtered.status, 2);
  assert.match(filtered.stdout, /No test in this folder has "nobody"/);
  const missing = await place.run("test", "elsewhere");
  assert.equal(missing.status, 3);
  assert.match(missing.stderr, /NOT_FOUND: there is no file or folder elsewhere/);
  place.write("main_test.star", "def test_x(:\n");
  const broken = await place.run("test", "main_test.star");
  assert.equal(broken.status, 2);
  assert.match(broken.stdout, /FAIL main_test\.star\n {2}main_test\.star:1:\d+: .*\n.*1 file that cannot be tested/);
});

test("--watch runs them again when something changes, also what they load", async () => {
  await using place = new Workplace();
  project(place, 2);
  const watching = place.start("test", "--watch");
  await watching.says("1 passed, 1 failed");
  project(place, 1);
  await watching.says("2 passed, 0 failed");
  place.write(".gitlab/autoflow/main.star", "def");
  await watching.says("does not compile");
  watching.process.kill("SIGINT");
  const { status } = await watching.ended;
  assert.equal(status, 0);
});
