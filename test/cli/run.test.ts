import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const sleeper = 'print("one", input)\nw.sleep(seconds = 2)\nprint("two")\n';

test("a script is run once; what it prints is the output", async () => {
  await using place = new Workplace();
  place.write("hello.star", 'print("hello", input["name"])\n');
  const { status, stdout } = await place.run("run", "hello.star", "--input", '{"name": "Kim"}');
  assert.deepEqual([status, stdout], [0, "hello Kim\n"]);
});

test("what it keeps is nothing that Git would add to the repository", async () => {
  await using place = new Workplace();
  place.write("hello.star", 'print("hello")\n');
  execFileSync("git", ["init", "-q"], { cwd: place.folder });
  assert.equal((await place.run("run", "hello.star")).status, 0);
  const untracked = execFileSync("git", ["status", "--short", "-uall"], { cwd: place.folder, encoding: "utf8" });
  assert.equal(untracked, "?? hello.star\n");
});

test("a script that fails: exit code 1 and a traceback with lines", async () => {
  await using place = new Workplace();
  place.write("fail.star", "def half(n):\n    return 1 // n\n\nhalf(0)\n");
  const { status, stdout, stderr } = await place.run("run", "fail.star");
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /RUN_FAILED: floored division by zero\n(.*\n)*.*fail\.star:2:/);
});

test("interrupted, it says how to continue; the same command continues it", async () => {
  await using place = new Workplace();
  place.write("sleeper.star", sleeper);
  const first = place.start("run", "sleeper.star", "--input", "1");
  await first.says("one 1");
  first.process.kill("SIGINT");
  const interrupted = await first.ended;
  assert.equal(interrupted.status, 130);
  assert.match(interrupted.stderr, /is kept\. The same command continues it: autoflow run sleeper\.star/);
  const second = await place.run("run", "sleeper.star");
  assert.deepEqual([second.status, second.stdout], [0, "two\n"]);
  assert.match(second.stderr, /^Run \S+ continues\./);
});

test("killed while it sleeps, and continued after the sleep is over, it does not begin again", async () => {
  await using place = new Workplace();
  place.write("sleeper.star", sleeper);
  const first = place.start("run", "sleeper.star");
  await first.says("one None");
  first.process.kill("SIGKILL");
  await first.ended;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const second = await place.run("run", "sleeper.star");
  assert.deepEqual([second.status, second.stdout], [0, "two\n"]);
});

test("a changed file is not continued unasked: --resume takes the old version, --new begins again", async () => {
  await using place = new Workplace();
  place.write("waiter.star", 'print("old")\nw.sleep(hours = 1)\n');
  const first = place.start("run", "waiter.star");
  await first.says("old");
  first.process.kill("SIGINT");
  await first.ended;

  place.write("waiter.star", 'print("new")\n');
  const refused = await place.run("run", "waiter.star");
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^RUN_DEFINITION_CHANGED: .*\n.*--resume.*--new/);

  const resumed = place.start("run", "waiter.star", "--resume");
  await resumed.says("continues.");
  resumed.process.kill("SIGINT");
  assert.equal((await resumed.ended).status, 130);

  const anew = await place.run("run", "waiter.star", "--new");
  assert.deepEqual([anew.status, anew.stdout], [0, "new\n"]);
});

test("a script that does not compile: exit code 2 and the place", async () => {
  await using place = new Workplace();
  place.write("sub/wrong.star", "x = (\n");
  const { status, stderr } = await place.run("run", "sub/wrong.star");
  assert.equal(status, 2);
  assert.match(stderr, /^SCRIPT_SYNTAX: (.*\n)+ {2}at sub\/wrong\.star:\d+:\d+\n/);
  assert.match(stderr, /Mend the script and run the command again\.\n$/);
});

test("a script that loads what is not there says so with that code", async () => {
  await using place = new Workplace();
  place.write("lost.star", 'load("gone.star", "x")\n');
  const { status, stderr } = await place.run("run", "lost.star");
  assert.equal(status, 2);
  assert.match(stderr, /^SCRIPT_LOAD_FAILED: (.*\n)+Mend the script and run the command again\.\n$/);
});

test("with a server on the data folder, the script runs in the server", async () => {
  await using place = new Workplace();
  place.write(
    "app/.gitlab/autoflow/main.star",
    'def nothing(w, ev):\n    pass\n\non_event(type = "x", handler = nothing)\n',
  );
  place.write("hello.star", 'print("hello", input)\nw.sleep(seconds = 1)\nprint("bye")\n');
  const server = place.start("dev", "app", "--port", "0");
  await server.says("AutoFlow serves");
  const { status, stdout, stderr } = await place.run("run", "hello.star", "--input", "12345678901234567890");
  assert.deepEqual([status, stdout], [0, "hello 12345678901234567890\nbye\n"], stderr);
  await server.says("hello.star | bye");
  server.process.kill("SIGTERM");
  assert.equal((await server.ended).status, 0);
});
