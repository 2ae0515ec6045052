import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { RunDetails, RunSummary } from "../../src/core/run.ts";
import { Workplace, type Running } from "./command-line.ts";

const script = `
def greet(w, ev):
    print("hello", ev["data"]["name"])
    answer = w.signal_channel("go").receive()
    print("got", answer)

on_event(type = "com.example.hello", handler = greet)
`;

it("a server with a token answers only who has it", async () => {
  await using place = new Workplace();
  place.write("autoflow.yaml", "listen: { port: 0 }\ndata: store\napi_token: 0123456789abcdef\n");
  const server = place.start("serve");
  await server.says("AutoFlow serves");
  const denied = await place.run("runs", "list");
  assert.equal(denied.status, 4);
  assert.match(denied.stderr, /^AUTH_REQUIRED: (.*\n)+.*AUTOFLOW_TOKEN/);
  const { status, stdout } = await place.runWith({ AUTOFLOW_TOKEN: "0123456789abcdef" }, "runs", "list", "-o", "json");
  assert.deepEqual([status, JSON.parse(stdout)], [0, { items: [] }]);
  server.process.kill("SIGTERM");
  assert.equal((await server.ended).status, 0);
});

for (const format of ["text", "json"]) {
  it(`a server goes on when nobody reads its log (${format})`, async () => {
    await using place = new Workplace();
    place.write("app/.gitlab/autoflow/main.star", script);
    place.write(
      "autoflow.yaml",
      `listen: { port: 0 }\ndata: store\nlog: { level: debug, format: ${format} }\nprojects: { "1": { script: { folder: app } } }\n`,
    );
    const server = place.start("serve");
    await server.says("AutoFlow serves");
    server.process.stderr!.destroy();
    // Each time a definition has changed, the log has a line.
    for (const name of ["one", "two"]) {
      place.write(
        "app/.gitlab/autoflow/main.star",
        script.replace("greet(", `${name}(`).replace("= greet", `= ${name}`),
      );
      await untilHeardBy(place, name);
    }
    server.process.kill("SIGTERM");
    assert.equal((await server.ended).status, 0);
  });
}

async function untilHeardBy(place: Workplace, handler: string): Promise<void> {
  for (;;) {
    const { status, stdout, stderr } = await place.run("definitions", "list");
    assert.equal(status, 0, stderr);
    if (stdout.includes(handler)) return;
  }
}

it("a process that waits for Temporal ends when it is asked to", async () => {
  await using place = new Workplace();
  place.write("autoflow.yaml", 'engine: temporal\ntemporal: { host_port: "127.0.0.1:1" }\n');
  const worker = place.start("worker");
  await worker.says("Temporal cannot be used: trying again");
  worker.process.kill("SIGTERM");
  const { status, stderr } = await worker.ended;
  assert.deepEqual([status, stderr.endsWith("Ended before it had started.\n")], [0, true], stderr);
});

it("sending to a project that no script hears is accepted, with a warning", async () => {
  await using place = new Workplace();
  place.write("app/.gitlab/autoflow/main.star", script);
  place.write("autoflow.yaml", 'listen: { port: 0 }\ndata: store\nprojects: { "4711": { script: { folder: app } } }\n');
  const server = place.start("serve");
  await server.says("AutoFlow serves");
  const send = (project: string) => place.run("events", "send", "-p", project, "-t", "com.example.hello");
  const wrong = await send("4712");
  assert.equal(wrong.status, 0);
  assert.match(wrong.stderr, /warning: no script hears the events of project "4712"\. Did you mean 4711\?/);
  assert.doesNotMatch((await send("4711")).stderr, /warning/);
});

it("a script whose GitLab does not answer is listed with the reason, and an event for it is told so", async () => {
  await using place = new Workplace();
  const gitlab = 'gitlab: { url: "http://127.0.0.1:1", token: secret }';
  place.write(
    "autoflow.yaml",
    `listen: { port: 0 }\ndata: store\n${gitlab}\nprojects: { "1234": { script: { gitlab: {} } } }\n`,
  );
  const server = place.start("serve");
  await server.says("AutoFlow serves");
  const listed = await place.run("definitions", "list");
  assert.match(listed.stdout, /^1234 +\.gitlab\/autoflow\/main\.star .*(not been read yet|127\.0\.0\.1:1)/m);
  const sent = await place.run("events", "send", "-p", "1234", "-t", "com.example.hello");
  assert.match(sent.stderr, /warning: the script of project "1234" could not be read yet: /);
});

it("dev says that there is nothing to start, and that there is nothing any more", async () => {
  await using place = new Workplace();
  place.write("app/README.md", "");
  const server = place.start("dev", "app", "--port", "0");
  await server.says(/There is nothing to start in \S+\/app: neither /);
  await server.says("AutoFlow serves");
  const file = place.write("app/.gitlab/autoflow/main.star", script);
  await server.says("main.star is in use");
  rmSync(file);
  await server.says(/main\.star has gone: nothing new starts it\.\nThere is nothing to start /);
});

describe("a server in development, and the commands that talk to it", () => {
  let place: Workplace;
  let server: Running;
  let runId: string;

  before(async () => {
    place = new Workplace();
    place.write("app/.gitlab/autoflow/main.star", script);
    server = place.start("dev", "app", "--port", "0");
    await server.says("AutoFlow serves");
  });

  after(() => place[Symbol.asyncDispose]());

  async function json<T>(...args: string[]): Promise<T> {
    const { stdout, stderr } = await place.run(...args, "-o", "json");
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout) as T;
  }

  const send = (...more: string[]) =>
    place.run(
      "events",
      "send",
      "-p",
      "7",
      "-t",
      "com.example.hello",
      "--id",
      "first",
      "--data",
      '{"name": "Kim"}',
      ...more,
    );

  it("an event starts a run, whose output is printed", async () => {
    const { status, stderr } = await send();
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^accepted first at log position 1\n/);
    const said = await server.says(/\S+ main\.star \| hello Kim/);
    runId = /(\S+) main\.star \| hello Kim/.exec(said)![1]!;
  });

  it("the same event again is a duplicate of the first", async () => {
    assert.match((await send()).stderr, new RegExp(`^duplicate of first at log position 1 \\(run ${runId}\\)`));
  });

  it("events tell what became of them", async () => {
    await place.run("events", "send", "-p", "7", "-t", "com.example.other", "--id", "second");
    const { stdout } = await place.run("events", "show", "first");
    assert.match(stdout, new RegExp(`greet: started ${runId}`));
    assert.match((await place.run("events", "show", "second")).stdout, /started nothing: no trigger/);
    const { stdout: names } = await place.run("events", "list", "-o", "name");
    assert.equal(names, "second\nfirst\n");
  });

  it("runs are listed and shown in each format", async () => {
    const { items } = await json<{ items: RunSummary[] }>("runs", "list", "--state", "waiting");
    assert.deepEqual(
      items.map(({ id }) => id),
      [runId],
    );
    assert.equal((await place.run("runs", "list", "-o", "name")).stdout, `${runId}\n`);
    assert.match((await place.run("runs", "list", "-o", "jsonl")).stdout, /^\{.*\}\n$/);
    assert.match((await place.run("runs", "list", "-o", "yaml")).stdout, /^items:\n/);
    assert.match((await place.run("runs", "list")).stdout, /signal go$/m);
    assert.match((await place.run("runs", "show", runId)).stdout, /greet \(\.gitlab\/autoflow\/main\.star:4:/);
    assert.equal((await place.run("runs", "list", "--state", "failed")).stdout.split("\n").length, 2);
  });

  it("what is not there is exit code 3", async () => {
    const { status, stderr } = await place.run("runs", "show", "none");
    assert.equal(status, 3);
    assert.match(stderr, /^NOT_FOUND: /);
  });

  it("logs follow a run to its end, and a signal lets it go on", async () => {
    const logs = place.start("runs", "logs", "-f", runId);
    await logs.says("hello Kim");
    const { status } = await place.run("runs", "signal", runId, "go", "--payload", '{"n": 12345678901234567890}');
    assert.equal(status, 0);
    const { stdout } = await logs.ended;
    assert.equal(stdout, 'hello Kim\ngot {"n": 12345678901234567890}\n');
    assert.equal((await json<RunDetails>("runs", "show", runId)).state, "succeeded");
    assert.equal((await place.run("runs", "logs", runId)).stdout, stdout);
  });

  it("a run that has ended is not cancelled", async () => {
    const { status, stderr } = await place.run("runs", "cancel", runId);
    assert.equal(status, 2);
    assert.match(stderr, /^RUN_ALREADY_ENDED: /);
  });

  it("a run is cancelled", async () => {
    await place.run(
      "events",
      "send",
      "-p",
      "7",
      "-t",
      "com.example.hello",
      "--id",
      "third",
      "--data",
      '{"name": "Jo"}',
    );
    const said = await server.says(/\S+ main\.star \| hello Jo/);
    const id = /(\S+) main\.star \| hello Jo/.exec(said)![1]!;
    assert.equal((await place.run("runs", "cancel", id, "--reason", "enough")).status, 0);
    await server.says(new RegExp(`${id} main\\.star \\| cancelled`));
  });

  it("flags are switched for a project", async () => {
    assert.equal((await place.run("flags", "disable", "autoflow_enabled", "--project", "8")).status, 0);
    assert.match((await place.run("flags", "list")).stdout, /^autoflow_enabled +8 +no$/m);
    const { stderr } = await place.run("events", "send", "-p", "8", "-t", "com.example.hello");
    assert.match(stderr, /held back by the flag autoflow_enabled/);
    assert.equal((await place.run("flags", "inherit", "autoflow_enabled", "--project", "8")).status, 0);
    assert.doesNotMatch((await place.run("flags", "list")).stdout, / 8 /);
  });

  it("definitions show triggers", async () => {
    assert.match((await place.run("definitions", "list")).stdout, /greet \(com\.example\.hello\)/);
  });

  it("doctor sees the server", async () => {
    const { status, stdout } = await place.run("doctor");
    assert.equal(status, 0);
    assert.match(stdout, /^server +ok +http.* is ready$/m);
    assert.match(stdout, /^database +ok +.* sound, schema/m);
  });

  it("a second server on the same data folder is refused", async () => {
    const { status, stderr } = await place.run("dev", "app", "--port", "0");
    assert.equal(status, 1);
    assert.match(stderr, /^STORE_LOCKED: /);
  });

  it("a saved script is taken up; one that does not compile is shown with its place", async () => {
    place.write("app/.gitlab/autoflow/main.star", `${script}\nx = )\n`);
    await server.says(/error SCRIPT_SYNTAX: .*\n {2}at app\/\.gitlab\/autoflow\/main\.star:9:5\n {2}9 \| x = \)/);
    place.write("app/.gitlab/autoflow/main.star", script.replace('print("hello",', 'print("good day",'));
    await server.says(/the last version that did is in use\.\n(.*\n)*\.gitlab\/autoflow\/main\.star is in use\./);
  });

  it("it ends in good order on SIGINT", async () => {
    server.process.kill("SIGINT");
    assert.equal((await server.ended).status, 0);
  });
});
