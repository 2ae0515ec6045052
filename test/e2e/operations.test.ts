/** What people do with a running server: look, follow, cancel, signal, check, stop, start. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryEntry, RunDetails } from "../../src/core/run.ts";
import { startAutoflow } from "../support/autoflow.ts";
import { startEndpoint } from "../support/endpoint.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const script = `
def sleeping(w, ev):
    name = ev["data"]["name"]
    print("sleeping for", name)
    w.sleep(days = 3)

def talking(w, ev):
    for n in range(3):
        print("line", n)
        w.wait_for_event(type = "next", filter = {"n": n})
    print("last line")

def asking(w, ev):
    answer = w.signal_channel("answer").receive()
    print("the answer is", answer["text"])

def calling(w, ev):
    print(w.http.post(w.vars["SERVICE"], json = {"n": 1}).json()["seen"])
    w.sleep(seconds = 0.5)
    print(w.http.post(w.vars["SERVICE"], json = {"n": 2}).json()["seen"])

on_event(type = "sleep", handler = sleeping)
on_event(type = "talk", handler = talking)
on_event(type = "ask", handler = asking)
on_event(type = "call", handler = calling)
`;

test("a sleeping run is shown with its place and variables, and cancelled once", async () => {
  await using server = await DevServer.start({ script });
  await server.send("sleep", { name: "Kim" }, "1");
  const { id } = await server.untilRun("1", (run) => run.state === "waiting");
  const shown = await server.cli("runs", "show", id);
  assert.match(shown.stdout, /waiting for: +sleep until /);
  assert.match(shown.stdout, /sleeping \(\.gitlab\/autoflow\/main\.star:5:\d+\)\n[^]* name = "Kim"/);
  const listed = await server.cli("runs", "list", "--state", "waiting", "-o", "name");
  assert.equal(listed.stdout, `${id}\n`);

  assert.equal((await server.cli("runs", "cancel", id, "--reason", "not needed")).code, 0);
  assert.equal((await server.untilEnded("1")).state, "cancelled");
  const details = JSON.parse((await server.cli("runs", "show", id, "-o", "json")).stdout) as RunDetails;
  assert.equal(details.state, "cancelled");
  assert.match((await server.cli("runs", "logs", "--history", id)).stdout, /not needed/);
  const again = await server.cli("runs", "cancel", id);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /^RUN_ALREADY_ENDED: /);
  const unknown = await server.cli("runs", "cancel", "01a1fc6b-64f4-71a7-bac8-f9936b8dd8c4");
  assert.equal(unknown.code, 3);
});

test("a run is followed line by line until it ends, also over a restart of the server", async () => {
  await using server = await DevServer.start({ script });
  await server.send("talk", {}, "1");
  const { id } = await server.startedBy("1");
  const options = { cwd: server.folder.path, env: { AUTOFLOW_SERVER: server.url } };
  await using follower = startAutoflow(["runs", "logs", "-f", id], options);
  await follower.untilOutput(/line 0\n/);
  await server.send("next", { n: 0 });
  await follower.untilOutput(/line 1\n/);
  await server.end("SIGKILL");
  await server.startAgain();
  await server.send("next", { n: 1 });
  await follower.untilOutput(/line 2\n/);
  assert.doesNotMatch(follower.stdout, /last/);
  await server.send("next", { n: 2 });
  assert.equal((await follower.exited).code, 0, follower.stderr);
  assert.equal(follower.stdout, "line 0\nline 1\nline 2\nlast line\n");
  const entries = (await server.cli("runs", "logs", "-o", "jsonl", id)).stdout.trim().split("\n");
  const sequence = entries.map((entry) => (JSON.parse(entry) as HistoryEntry).seq);
  assert.deepEqual(
    sequence,
    sequence.toSorted((a, b) => a - b),
  );
});

test("a run is signalled", async () => {
  await using server = await DevServer.start({ script });
  await server.send("ask", {}, "1");
  const { id } = await server.untilRun("1", (run) => run.state === "waiting");
  assert.equal((await server.cli("runs", "signal", id, "answer", "--payload", '{"text": "yes"}')).code, 0);
  assert.equal((await server.untilEnded("1")).state, "succeeded");
  await eventually("it is printed", () => server.printed.includes("the answer is yes"));
  const late = await server.cli("runs", "signal", id, "answer");
  assert.equal(late.code, 2);
  assert.match(late.stderr, /^RUN_ALREADY_ENDED: /);
});

test("scripts are listed with their triggers, the machine is checked", async () => {
  await using server = await DevServer.start({ script });
  const listed = await server.cli("definitions", "list");
  assert.match(listed.stdout, /main\.star +sleeping \(sleep\), talking \(talk\), asking \(ask\), calling \(call\)/);
  const doctor = await server.cli("doctor", "--data", "data");
  assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
  assert.match(doctor.stdout, /database +ok/);
  assert.match(doctor.stdout, /server +ok/);
  await server.end("SIGTERM");
  const unreachable = await server.cli("runs", "list");
  assert.equal(unreachable.code, 6);
  assert.match(unreachable.stderr, /^SERVER_UNREACHABLE: /);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} drains: the attempt under way ends, and everything goes on after a restart`, async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    await using service = await startEndpoint(async ({ body }) => {
      if (body.includes("1")) await mayAnswer;
      return { body: { seen: body } };
    });
    await using server = await DevServer.start({ script, args: ["--var", `SERVICE=${service.url}`] });
    await server.send("call", {}, "1");
    await eventually("the call arrives", () => service.received.length === 1);
    server.process.kill(signal);
    await server.process.untilOutput(/Ending/, "stderr");
    answer();
    assert.deepEqual(await server.process.exited, { code: 0, signal: null });
    await server.startAgain();
    assert.equal((await server.untilEnded("1")).state, "succeeded");
    await eventually("both are printed", () => server.printed.includes('{"n":2}'));
    assert.deepEqual(
      service.received.map(({ body }) => body),
      ['{"n":1}', '{"n":2}'],
    );
  });
}

test("a second server on the same data folder is refused", async () => {
  await using server = await DevServer.start({ script });
  const args = ["dev", "project", "--port", "0", "--data", "data"];
  await using second = startAutoflow(args, { cwd: server.folder.path });
  assert.equal((await second.exited).code, 1);
  assert.match(second.stderr, /^STORE_LOCKED: /m);
});
