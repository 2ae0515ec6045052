import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { GitLabStandIn } from "../../src/events/definitions/testing-gitlab.ts";
import { TestRepository } from "../../src/events/definitions/testing-git.ts";
import { Workplace } from "./command-line.ts";

const script = `load("lib/tell.star", "tell", "shout")

def handler(w, ev):
    w.wait_for_event(type = "com.gitlab.events.isue_updated")
    tell(w, ev.data.object_attributes.title)

on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`;

const library =
  'def tell(w, text):\n    w.slep(1)\n    print(text)\n\ndef shout(text):\n    print(text.upper() + "!")\n';

async function project(): Promise<Workplace> {
  const place = new Workplace();
  place.write(".gitlab/autoflow/main.star", script);
  place.write(".gitlab/autoflow/lib/tell.star", library);
  return place;
}

test("a folder: compiler and rules, with file, line, column, severity and rule", async () => {
  await using place = await project();
  const { status, stdout, stderr } = await place.run("lint");
  assert.deepEqual(stdout.split("\n"), [
    ".gitlab/autoflow/lib/tell.star:2:7: error: context has no slep (did you mean sleep?) [unknown-attribute]",
    ".gitlab/autoflow/main.star:1:31: warning: shout is loaded and never used [unused-load]",
    ".gitlab/autoflow/main.star:4:5: warning: wait_for_event without a timeout waits for ever when nothing comes [wait-without-timeout]",
    ".gitlab/autoflow/main.star:4:29: warning: GitLab sends no event of type com.gitlab.events.isue_updated (did you mean com.gitlab.events.issue_updated?) [unknown-event-type]",
    "",
  ]);
  assert.equal(status, 1);
  assert.equal(stderr, "2 scripts: 1 error, 3 warnings\n");
});

test("warnings alone: exit code 0, with --strict 1", async () => {
  await using place = await project();
  const file = ".gitlab/autoflow/main.star";
  assert.equal((await place.run("lint", file)).status, 0);
  assert.equal((await place.run("lint", file, "--strict")).status, 1);
});

test("--rule and --disable choose the rules; a wrong name is refused", async () => {
  await using place = await project();
  const only = await place.run("lint", "--rule", "unused-load", "--rule", "unknown-attribute");
  assert.equal(only.stdout.trim().split("\n").length, 2);
  const without = await place.run("lint", "--disable", "unknown-attribute");
  assert.equal(without.status, 0);
  assert.doesNotMatch(without.stdout, /unknown-attribute/);
  const { status, stderr } = await place.run("lint", "--rule", "unused-lod");
  assert.equal(status, 2);
  assert.match(stderr, /Did you mean unused-load\?/);
});

test("-o json, its short form, and one line for each", async () => {
  await using place = await project();
  const { stdout } = await place.run("lint", ".gitlab/autoflow/lib", "-o", "json");
  assert.deepEqual(JSON.parse(stdout), {
    items: [
      {
        file: ".gitlab/autoflow/lib/tell.star",
        line: 2,
        column: 7,
        endLine: 2,
        endColumn: 11,
        severity: "error",
        rule: "unknown-attribute",
        message: "context has no slep (did you mean sleep?)",
        canFix: false,
      },
    ],
  });
  assert.equal((await place.run("lint", ".gitlab/autoflow/lib", "--json")).stdout, stdout);
  assert.match((await place.run("lint", "-o", "jsonl")).stdout, /^\{.*\}\n\{.*\}\n\{.*\}\n\{.*\}\n$/);
});

test("--fix puts right what is safe, and keeps line ends and byte order mark", async () => {
  await using place = await project();
  const file = place.write(".gitlab/autoflow/other.star", '\ufeffload("lib/tell.star", "tell")\r\nprint(1)\r\n');
  const { stderr } = await place.run("lint", "--fix", file, ".gitlab/autoflow/main.star");
  assert.match(stderr, /2 changes written/);
  assert.equal(readFileSync(file, "utf8"), "\ufeffprint(1)\r\n");
  const main = readFileSync(path.join(place.folder, ".gitlab/autoflow/main.star"), "utf8");
  assert.equal(main, script.replace(', "shout"', ""));
});

test("every problem of a text that does not parse, and no more than that", async () => {
  await using place = new Workplace();
  const file = place.write("broken.star", "x = )\ny = [1]\ny.appnd(1)\ndef f(:\n    unused = 1\n");
  const { status, stdout } = await place.run("lint", file);
  assert.equal(status, 1);
  assert.deepEqual(
    stdout.split("\n").map((line) => line.replace(/: error.*\[/, " [")),
    ["broken.star:1:5 [SCRIPT_SYNTAX]", "broken.star:3:3 [unknown-attribute]", "broken.star:4:8 [SCRIPT_SYNTAX]", ""],
  );
});

test("functions of another project are known where it can be read, and its absence is told", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  await library.commit({ "a.star": "def double(x):\n    return [x, x]\n" });
  place.write(
    "tool.star",
    'load("@group/lib//a.star@main", "double")\n\ndef f():\n    print(double(1, 2), double(1).appnd(3))\n',
  );
  const unlocked = await place.run("lint", "tool.star", source);
  assert.match(unlocked.stdout, /tool\.star:1:6: error: .*autoflow lock.* \[SCRIPT_LOAD_FAILED\]/);
  place.write(".gitlab/autoflow/main.star", "");
  assert.equal((await place.run("lock", source)).status, 0);
  const { stdout } = await place.run(
    "lint",
    "tool.star",
    source,
    "--rule",
    "wrong-arguments",
    "--rule",
    "unknown-attribute",
  );
  assert.deepEqual(
    stdout.split("\n").map((line) => line.replace(/^.*tool\.star:/, "")),
    [
      "4:21: error: double takes at most 1 by position, and gets 2 [wrong-arguments]",
      "4:35: error: list has no appnd (did you mean append?) [unknown-attribute]",
      "",
    ],
  );
});

test("what links outside of the project lead to is not looked at", async () => {
  await using place = new Workplace();
  await using outside = new Workplace();
  outside.write("lib.star", "def tell(x):\n    pass\n");
  place.write(".gitlab/autoflow/main.star", 'load("lib.star", "tell")\n\ntell(1, 2)\n');
  for (const [name, target] of [
    ["lib.star", path.join(outside.folder, "lib.star")],
    ["endless.star", "/dev/zero"],
  ] as const) {
    symlinkSync(target, path.join(place.folder, ".gitlab/autoflow", name));
  }
  const { status, stdout } = await place.run("lint");
  assert.match(stdout, /main\.star:1:\d+: error: .*lib\.star.* it is a link to outside of the project/);
  assert.doesNotMatch(stdout, /wrong-arguments/);
  assert.equal(status, 1);
});

test("a configuration in the folder is not believed, and no server is asked", async () => {
  await using gitlab = await GitLabStandIn.start();
  await using place = new Workplace();
  place.write("autoflow.yaml", `gitlab: {url: "${gitlab.url}", token: {env: HOME}}\n`);
  place.write("tool.star", 'load("@group/lib//a.star@main", "double")\n\nprint(double(1))\n');
  const digest = "0".repeat(64);
  place.write(
    ".gitlab/autoflow/autoflow.lock",
    `version: 1\nprojects:\n  group/lib@main:\n    commit: ${"a".repeat(40)}\n    files:\n      a.star: sha256:${digest}\n`,
  );
  assert.deepEqual(await place.run("lint", "tool.star").then(({ status, stdout }) => [status, stdout]), [0, ""]);
  const one = await place.run("lint", "tool.star", `--project-source=group/other=${place.folder}`);
  assert.match(one.stdout, /tool\.star:1:6: error: .*there is no folder for group\/lib/);
  assert.deepEqual(gitlab.requests, []);
});

test("workflows are checked beside scripts, and by themselves", async () => {
  await using place = new Workplace();
  const head = 'id: w\nversion: "1"\nspecVersion: "0.8"\nstart: A\n';
  place.write("flows/w.sw.yaml", `${head}states:\n  - {name: A, type: inject, data: {}, transition: B}\n`);
  const alone = await place.run("lint", "flows");
  assert.equal(alone.status, 1);
  assert.match(alone.stdout, /^flows\/w\.sw\.yaml:6:\d+: error: .*B.*\[WORKFLOW_INVALID\]/m);
  assert.match(alone.stderr, /1 workflow: 1 error/);
  place.write("a.star", "x = 1\n");
  place.write("flows/w.sw.yaml", `${head}states:\n  - {name: A, type: inject, data: {}, end: true}\n`);
  const both = await place.run("lint", ".");
  assert.equal(both.status, 0, both.stdout);
  assert.match(both.stderr, /1 script and 1 workflow: no problems/);
});

const policies = `resource_rules:
  issues:
    rules:
      - name: A
        conditions: {stat: opened, title: WIP}
        actions: {comment: "{{autor}}"}
`;

test("a policy file: what loading it says, by its name, in its folder, and under another name", async () => {
  await using place = new Workplace();
  place.write(".triage-policies.yml", policies);
  place.write("ci/stale.yml", policies);
  for (const [given, file] of [
    [".", ".triage-policies.yml"],
    [".triage-policies.yml", ".triage-policies.yml"],
    ["ci/stale.yml", "ci/stale.yml"],
  ]) {
    const { status, stdout, stderr } = await place.run("lint", given!);
    assert.deepEqual(stdout.split("\n"), [
      `${file}:5:22: error: conditions of rule "A" has no key stat; did you mean state? [POLICY_INVALID]`,
      `${file}:5:36: warning: conditions of rule "A" has no key title; it means nothing [unknown-key]`,
      `${file}:6:29: warning: there is no placeholder {{autor}}: it stays as it is; did you mean {{author}}? [unknown-placeholder]`,
      "",
    ]);
    assert.equal(status, 1);
    assert.equal(stderr, "1 policy file: 1 error, 2 warnings\n");
  }
  place.write(".triage-policies.yml", policies.replace("stat:", "state:"));
  assert.equal((await place.run("lint")).status, 0);
  assert.equal((await place.run("lint", "--strict")).status, 1);
});
