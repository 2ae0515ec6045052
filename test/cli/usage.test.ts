import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { commands } from "../../src/cli/command-list.ts";
import { Workplace } from "./command-line.ts";

test("help lists every command and goes to stdout", async () => {
  await using place = new Workplace();
  const { status, stdout } = await place.run("--help");
  assert.equal(status, 0);
  for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  const documentation = /^Documentation: (.*)$/m.exec(stdout)![1]!;
  assert.ok(existsSync(path.join(documentation, "guides/first-automation.md")), documentation);
});

test("every command has help", async () => {
  await using place = new Workplace();
  const helps = await Promise.all(commands.map(({ name }) => place.run(name, "--help")));
  for (const { status, stdout } of helps) {
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: autoflow /);
  }
});

test("--json is the same as -o json, for every command that has that format", async () => {
  await using place = new Workplace();
  const asked = [["version"], ["doctor"], ["lint", "."], ["fmt", "--check", "."], ["test"]];
  place.write("main.star", "x = 1\n");
  place.write("main_test.star", "def test_x():\n    pass\n");
  for (const args of asked) {
    const { stdout, stderr } = await place.run(...args, "--json");
    assert.doesNotThrow(() => JSON.parse(stdout), `${args.join(" ")}: ${stdout}${stderr}`);
  }
  const helps = await Promise.all(
    [["runs", "list"], ["tasks", "show"], ["events", "send"], ["triage"], ["definitions", "list"]].map((args) =>
      place.run(...args, "--help"),
    ),
  );
  for (const { stdout } of helps) assert.match(stdout, /^  --json +the same as -o json$/m);
});

const mistakes: [args: string[], said: RegExp][] = [
  [["rns"], /unknown command 'rns'\n\(Did you mean runs\?\)\nAdd --help/],
  [["runs", "lst"], /unknown command 'lst'\n\(Did you mean list\?\)/],
  [["runs", "list", "--stat", "failed"], /unknown option '--stat'\n\(Did you mean --state\?\)/],
  [["runs", "list", "--state", "asleep"], /There is no state "asleep"/],
  [["runs", "list", "-o", "xml"], /Allowed choices are table, json, yaml, name, jsonl/],
  [["runs", "show"], /missing required argument 'run'/],
  [["events", "send", "-t", "x"], /required option '-p, --project <project>' not specified/],
  [["events", "send", "-p", "1", "-t", "x", "--data", "{"], /^REQUEST_JSON_MALFORMED: /],
  [["dev", "--port", "99999"], /0 to 65535/],
  [["serve", "--no-worker"], /^REQUEST_INVALID: --no-worker is of use only on Temporal, and the engine is embedded/],
  [["serve", "--engine", "temporl"], /Allowed choices are embedded, temporal/],
  [["worker", "--port", "x"], /0 to 65535/],
  [["temporal", "build"], /unknown command 'build'\n\(Did you mean builds\?\)/],
  [["run", "a.star", "--new", "--resume"], /cannot be used with option/],
  [["run", "a.star", "--var", "1=2"], /NAME=VALUE/],
];

for (const [args, said] of mistakes) {
  test(`autoflow ${args.join(" ")}: exit code 2, and what is wrong`, async () => {
    await using place = new Workplace();
    const { status, stdout, stderr } = await place.run(...args);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /^\s+at .*\.ts:/m);
  });
}

test("what is not there: exit code 3", async () => {
  await using place = new Workplace();
  for (const args of [
    ["run", "none.star"],
    ["lint", "none.star"],
    ["lint", "."],
    ["fmt", "--check", "."],
    ["dev", "none"],
  ]) {
    const { status, stderr } = await place.run(...args);
    assert.equal(status, 3, stderr);
    assert.match(stderr, /^NOT_FOUND: /);
  }
});

test("a folder is no script", async () => {
  await using place = new Workplace();
  const { status, stderr } = await place.run("run", ".");
  assert.equal(status, 3);
  assert.equal(stderr, "NOT_FOUND: cannot read .: it is a folder\nName the file of a script.\n");
});

test("no server: exit code 6, and how to start one", async () => {
  await using place = new Workplace();
  const { status, stderr } = await place.run("runs", "list");
  assert.equal(status, 6);
  assert.match(stderr, /^SERVER_UNREACHABLE: no server runs with the data folder .*\n.*autoflow dev/);
});

test("a server without http:// is a wrong use, and so is one in the environment", async () => {
  await using place = new Workplace();
  const named = await place.run("runs", "list", "--server", "localhost:8091");
  const inEnvironment = await place.runWith({ AUTOFLOW_SERVER: "localhost:8091" }, "runs", "list");
  for (const { status, stderr } of [named, inEnvironment]) {
    assert.equal(status, 2);
    assert.match(stderr, /localhost:8091.* is invalid.* Write it as http:\/\/HOST:PORT/);
  }
});

test("a wrong configuration: the place in the file", async () => {
  await using place = new Workplace();
  place.write("autoflow.yaml", "listen:\n  prot: 80\n");
  const { status, stderr } = await place.run("config", "print");
  assert.equal(status, 2);
  assert.match(stderr, /^CONFIG_INVALID: /);
  assert.match(stderr, /autoflow\.yaml:2:3\n {2}2 \| {3}prot: 80\n/);
  const doctor = await place.run("doctor");
  assert.equal(doctor.status, 1);
  assert.match(doctor.stdout, /^configuration +problem +.*autoflow\.yaml:2:3/m);
  assert.doesNotMatch(doctor.stdout, /x0a/);
});

test("lint names file, line and column, with exit code 1", async () => {
  await using place = new Workplace();
  place.write("good.star", 'print("hello")\n');
  place.write("sub/bad.star", 'print("hello")\nx = )\n');
  assert.deepEqual(await place.run("lint", "good.star"), { status: 0, stdout: "", stderr: "1 script: no problems\n" });
  const { status, stdout } = await place.run("lint", "good.star", "sub/bad.star");
  assert.equal(status, 1);
  assert.match(stdout, /^sub\/bad\.star:2:5: error: .* \[SCRIPT_SYNTAX\]\n$/);
});
