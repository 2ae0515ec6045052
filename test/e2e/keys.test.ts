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
  assert.ok(server.printed.includes("released"));
});

test("the clock starts a handler", async () => {
  await using server = await DevServer.start({ script });
  await eventually("it ticks", () => server.printed.filter((line) => line === "tick ticking").length >= 2);
});
