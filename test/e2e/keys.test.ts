/** Runs of one key, and what runs do at their end, when the process is killed in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const script = `
def release(w):
    w.sleep(seconds = 0.3)
    print("released")

def deploy(w, ev):
    w.defer(release, w)
    print("deploys", ev.data.commit)
    w.signal_channel("done").receive()
    print("deployed", ev.data.commit)

on_event(type = "deploy", handler = deploy, key = "environment")
on_schedule(every = "1s", handler = lambda w, ev: print("tick", ev.data.trigger), name = "ticking", mode = "skip")
`;

test("deployments of one environment are queued, and go on after kill -9", async () => {
  await using server = await DevServer.start({ script });
  await server.send("deploy", { environment: "production", commit: "a" }, "a");
  await server.send("deploy", { environment: "production", commit: "b" }, "b");
  await server.send("deploy", { environment: "staging", commit: "c" }, "c");
  await eventually(
    "two of them deploy",
    () => server.printed.includes("deploys a") && server.printed.includes("deploys c"),
  );
  const second = await server.startedBy("b");
  assert.equal(second.state, "queued");
  const shown = await server.cli("runs", "show", second.id);
  assert.match(shown.stdout, /which has the same key/);

  await server.end("SIGKILL");
  await server.startAgain();
  assert.equal((await server.startedBy("b")).state, "queued");
  const first = await server.startedBy("a");
  assert.equal((await server.cli("runs", "signal", first.id, "done")).code, 0);
  assert.equal((await server.untilEnded("a")).state, "succeeded");
  await eventually("the next one deploys", () => server.printed.includes("deploys b"));
  assert.ok(server.printed.indexOf("released") < server.printed.indexOf("deploys b"));
});

test("a cancelled run cleans up, also after kill -9 in the middle of it", async () => {
  await using server = await DevServer.start({ script });
  await server.send("deploy", { environment: "production", commit: "a" }, "a");
  await eventually("it deploys", () => server.printed.includes("deploys a"));
  const { id } = await server.startedBy("a");
  const answer = await server.post(`/api/v1/runs/${id}/cancel`, JSON.stringify({ reason: "stop" }));
  assert.ok(answer.ok, await answer.text());
  await server.end("SIGKILL");
  assert.ok(!server.printed.includes("released"));
  await server.startAgain();
  assert.equal((await server.untilEnded("a")).state, "cancelled");
  await server.untilPrinted("released");
});

const replacing = `
def tidy(w, n):
    w.sleep(seconds = 0.3)
    print("tidied", n)

def newest(w, ev):
    w.defer(tidy, w, ev.data.n)
    print("begins", ev.data.n)
    w.signal_channel("done").receive()

def linger(w):
    print("lingers")
    w.sleep(hours = 1)
    print("left")

def stubborn(w, ev):
    w.defer(linger, w)
    w.signal_channel("done").receive()

on_event(type = "newest", handler = newest, mode = "replace")
on_event(type = "stubborn", handler = stubborn, key = "n", mode = "skip")
`;

test("a run that takes the place of another one begins when that has cleaned up", async () => {
  await using server = await DevServer.start({ script: replacing });
  for (const n of [1, 2, 3]) {
    await server.send("newest", { n }, String(n));
    if (n === 1) await eventually("the first one begins", () => server.printed.includes("begins 1"));
  }
  await eventually("the last one begins", () => server.printed.includes("begins 3"));
  const printed = server.printed.filter((line) => /^(begins|tidied) /.test(line));
  assert.deepEqual(printed, ["begins 1", "tidied 1", "begins 3"]);
  for (const id of ["1", "2"]) assert.equal((await server.untilEnded(id)).state, "cancelled");
});

test("cancelled a second time, a run ends in the middle of its clean-up, and frees its key", async () => {
  await using server = await DevServer.start({ script: replacing });
  await server.send("stubborn", { n: 1 }, "1");
  const { id } = await server.startedBy("1");
  await eventually("it waits", async () => (await server.run(id)).state === "waiting");
  assert.equal((await server.cli("runs", "cancel", id)).code, 0);
  await eventually("it cleans up", () => server.printed.includes("lingers"));
  assert.equal((await server.run(id)).state, "cancelling");
  await server.send("stubborn", { n: 1 }, "2");
  const shown = await server.cli("events", "show", "2");
  assert.match(shown.stdout, new RegExp(`run ${id} of the same key is open`));
  assert.equal((await server.cli("runs", "cancel", id)).code, 0);
  assert.equal((await server.untilEnded("1")).state, "cancelled");
  assert.ok(!server.printed.includes("left"));
  await server.send("stubborn", { n: 1 }, "3");
  assert.notEqual((await server.startedBy("3")).id, id);
});

test("the clock starts a handler", async () => {
  await using server = await DevServer.start({ script });
  await eventually("it ticks", () => server.printed.filter((line) => line === "tick ticking").length >= 2);
});
