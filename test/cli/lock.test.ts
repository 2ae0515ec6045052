import assert from "node:assert/strict";
import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { TestRepository } from "../../src/events/definitions/testing-git.ts";
import { GitLabStandIn } from "../../src/events/definitions/testing-gitlab.ts";
import { Workplace } from "./command-line.ts";

const script = ".gitlab/autoflow/main.star";
const lockFile = ".gitlab/autoflow/autoflow.lock";

function lockOf(place: Workplace): string {
  return readFileSync(path.join(place.folder, lockFile), "utf8");
}

test("lock pins, keeps what is pinned, looks up again when asked, and drops what is not loaded", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  const first = await library.commit({ "a.star": 'load("b.json", "data")\na = data\n', "b.json": "1" });
  place.write(script, 'load("@group/lib//a.star@main", "a")\n');

  const added = await place.run("lock", source);
  assert.equal(added.status, 0, added.stderr);
  assert.match(added.stdout, new RegExp(`^group/lib +main +${first.slice(0, 12)} +2 +added$`, "m"));
  assert.match(added.stderr, /autoflow\.lock is written: commit it to Git\./);
  assert.match(
    lockOf(place),
    new RegExp(`group/lib@main:\\n    commit: ${first}\\n    files:\\n      a.star: sha256:`),
  );

  const second = await library.commit({ "b.json": "2" });
  const kept = await place.run("lock", source);
  assert.match(kept.stdout, new RegExp(`${first.slice(0, 12)} +2 +kept`));
  assert.match(kept.stderr, /is up to date/);
  assert.equal((await place.run("lock", "--check", source)).status, 0);

  const updated = await place.run("lock", "--update", "group/lib", source, "-o", "json");
  assert.deepEqual(JSON.parse(updated.stdout), {
    items: [{ project: "group/lib", ref: "main", commit: second, files: ["a.star", "b.json"], change: "updated" }],
  });

  place.write(script, "");
  const dropped = await place.run("lock", source);
  assert.match(dropped.stdout, /removed$/m);
  assert.match(lockOf(place), /\nprojects: \{\}\n$/);
});

test("lock writes nowhere else, wherever links in the project lead", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  await library.commit({ "a.star": "a = 1\n" });
  place.write(script, 'load("@group/lib//a.star@main", "a")\n');
  place.write("other.txt", "as it was");
  for (const name of [lockFile, `${lockFile}.new`]) {
    symlinkSync(path.join(place.folder, "other.txt"), path.join(place.folder, name));
  }
  const { status, stderr } = await place.run("lock", `--project-source=group/lib=${library.folder}`);
  assert.equal(status, 0, stderr);
  assert.equal(readFileSync(path.join(place.folder, "other.txt"), "utf8"), "as it was");
  assert.ok(lstatSync(path.join(place.folder, lockFile)).isFile());
});

test("lock --check says that the file is not what it should be, and leaves it alone", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  await library.commit({ "a.star": "a = 1\n" });
  place.write(script, 'load("@group/lib//a.star@main", "a")\n');
  const { status, stderr } = await place.run("lock", "--check", source);
  assert.equal(status, 1);
  assert.match(stderr, /^LOCK_OUTDATED: /);
  assert.equal(existsSync(path.join(place.folder, lockFile)), false);
});

test("lock tells where what cannot be had is loaded, and writes nothing", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  await library.commit({ "dates.star": "a = 1\n" });
  place.write(script, 'load("@group/lib//date.star@main", "a")\n');
  place.write("tools/x.star", 'print(1)\nload("@group/lib//dates.star@v9", "a")\n');
  const { status, stdout, stderr } = await place.run("lock", source);
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /there is no file @group\/lib\/\/date\.star@main \(did you mean dates\.star\?\)\n {2}at \.gitlab\/autoflow\/main\.star:1:6\n/,
  );
  assert.match(stderr, /has no tag, branch or commit "v9"\n {2}at tools\/x\.star:2:6\n/);
  assert.equal(existsSync(path.join(place.folder, lockFile)), false);
});

test("lock does not drop what a script loads that does not parse", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  await library.commit({ "a.star": "a = 1\n" });
  place.write(script, 'load("@group/lib//a.star@main", "a")\n');
  await place.run("lock", source);
  const before = lockOf(place);
  place.write(script, 'load("@group/lib//a.star@main", "a")\nx = )\n');
  const { status, stderr } = await place.run("lock", source);
  assert.equal(status, 2);
  assert.match(stderr, /error SCRIPT_SYNTAX: .*\n {2}at \.gitlab\/autoflow\/main\.star:2:5/);
  assert.equal(lockOf(place), before);
});

test("lock tells what cannot be had also where something else is wrong", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  await library.commit({});
  place.write(script, 'load("@group/lib//a.star@main", "a")\nunknown()\n');
  const { status, stderr } = await place.run("lock", `--project-source=group/lib=${library.folder}`);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /load: @group\/lib\/\/a\.star@main: there is no such file\n {2}at \.gitlab\/autoflow\/main\.star:1:1/,
  );
});

test("lock writes a file anew that cannot be used", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  await library.commit({ "a.star": "a = 1\n" });
  place.write(script, 'load("@group/lib//a.star@main", "a")\n');
  place.write(lockFile, "<<<<<<< HEAD\n");
  const check = await place.run("lock", "--check", source);
  assert.equal(check.status, 2);
  assert.match(check.stderr, /^LOCK_INVALID: .*merge conflict\n {2}at \.gitlab\/autoflow\/autoflow\.lock:1:1/);
  const { status, stderr } = await place.run("lock", source);
  assert.equal(status, 0);
  assert.match(stderr, /could not be used \(it holds a merge conflict\)/);
  assert.match(lockOf(place), /group\/lib@main:/);
});

test("lock asks the configured GitLab with the token of the project", async () => {
  await using place = new Workplace();
  await using gitlab = await GitLabStandIn.start();
  const commit = "abc".repeat(13) + "d";
  gitlab.create("group/lib", ["right"]);
  gitlab.push("group/lib", commit, { "a.star": "a = 1\n" }, ["v1"]);
  place.write(script, 'load("@group/lib//a.star@v1", "a")\n');
  const own = { script: { gitlab: { url: gitlab.url, project: "group/app", token: "right" } } };
  place.write("autoflow.yaml", JSON.stringify({ gitlab: { url: gitlab.url, token: "wrong" }, projects: { "7": own } }));
  const refused = await place.run("lock");
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /shows no project group\/lib: it is not there, or the token may not read it/);
  const { status, stdout } = await place.run("lock", "--project", "7");
  assert.equal(status, 0);
  assert.match(stdout, /^group\/lib +v1 +abcabcabcabc +1 +added$/m);
});

test("what --update names has to be loaded", async () => {
  await using place = new Workplace();
  place.write(script, "");
  const { status, stderr } = await place.run("lock", "--update", "group/other");
  assert.equal(status, 3);
  assert.match(stderr, /no script loads anything of group\/other\nNothing is loaded from other projects/);
  const wrong = await place.run("lock", "--update", "other");
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /GROUP\/PROJECT/);
});

test("a driver script loads what is locked, and says what is not", async () => {
  await using place = new Workplace();
  await using library = await TestRepository.create();
  const source = `--project-source=group/lib=${library.folder}`;
  await library.commit({ "a.star": "a = 41\n" });
  place.write(".gitlab/keep", "");
  place.write("tools/answer.star", 'load("@group/lib//a.star@main", "a")\nprint(a + 1)\n');
  const refused = await place.run("run", "tools/answer.star", source);
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /a\.star@main: it is not in \.gitlab\/autoflow\/autoflow\.lock: run `autoflow lock`/);
  assert.match(refused.stderr, /at tools\/answer\.star:1:6/);
  assert.equal((await place.run("lock", source)).status, 0);
  const { status, stdout } = await place.run("run", "tools/answer.star", source);
  assert.equal(status, 0);
  assert.equal(stdout, "42\n");
});
