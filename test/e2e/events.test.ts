/** Events sent by hand: accepted once, held back by flags, and always with a reason where they start nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../support/autoflow.ts";
import { eventually } from "../support/eventually.ts";
import { type ApiEvent, DevServer } from "../support/server.ts";

const script = `
def changed(w, ev):
    print("changed", w.project, ev["data"]["issue"]["iid"])

def reviewed(w, ev):
    print("reviewed")

on_event(type = "com.gitlab.events.issue_updated", handler = changed)
on_event(type = "com.gitlab.events.merge_request_updated", handler = reviewed)
`;

function send(server: DevServer, project: string, id: string, type = "issue_updated"): Promise<Answer> {
  const data = '{"project":{"id":1},"issue":{"iid":1}}';
  const options = ["--project", project, "--type", `com.gitlab.events.${type}`, "--id", id, "--data", data];
  return server.cli("events", "send", ...options);
}

test("an event is accepted once, and again for another project", async () => {
  await using server = await DevServer.start({ script });
  const changes = (): string[] => server.printed.filter((line) => line.startsWith("changed"));
  const first = await send(server, "1", "1");
  assert.equal(first.code, 0, first.stderr);
  const { id } = await server.untilEnded("1");
  await eventually("it is printed", () => changes().length === 1);

  const again = await send(server, "1", "1");
  assert.equal(again.code, 0);
  assert.match(again.stdout + again.stderr, /duplicate/);
  assert.ok((again.stdout + again.stderr).includes(id), again.stderr);

  const other = await send(server, "2", "1");
  assert.doesNotMatch(other.stdout + other.stderr, /duplicate/);
  await eventually("it is printed for the other project", () => changes().length === 2);
  assert.deepEqual(changes(), ["changed 1 1", "changed 2 1"]);
  assert.equal((await server.runs()).length, 2);
});

test("the answer can be read by programs, and data from standard input", async () => {
  await using server = await DevServer.start({ script });
  const sent = await server.cli("events", "send", "-p", "1", "-t", "com.example.x", "--id", "j", "-o", "json");
  const { id, seq, duplicate } = JSON.parse(sent.stdout) as { id: string; seq: number; duplicate: boolean };
  assert.deepEqual([id, seq, duplicate], ["j", 1, false]);
  const shown = await server.cli("events", "show", "j", "-o", "json");
  await server.dispatched("j");
  assert.equal((JSON.parse(shown.stdout) as ApiEvent).attributes.type, "com.example.x");
  const listed = await server.cli("events", "list", "-o", "name");
  assert.equal(listed.stdout, "j\n");
  const missing = await server.cli("events", "show", "nothing");
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /^NOT_FOUND: /);
});

for (const [flag, type] of [
  ["autoflow_enabled", "issue_updated"],
  ["autoflow_issue_events_enabled", "issue_updated"],
  ["autoflow_merge_request_events_enabled", "merge_request_updated"],
] as const) {
  test(`${flag} off holds events back, by project and for the instance`, async () => {
    await using server = await DevServer.start({ script });
    for (const scope of [["--project", "1"], []]) {
      const id = `held-${scope.length}`;
      assert.equal((await server.cli("flags", "disable", flag, ...scope)).code, 0);
      const sent = await send(server, "1", id, type);
      assert.equal(sent.code, 0);
      assert.ok((sent.stdout + sent.stderr).includes(flag));
      const shown = await server.cli("events", "show", id);
      assert.match(shown.stdout, new RegExp(`started nothing: held by flag ${flag}`));
      assert.deepEqual((await server.dispatched(id)).data, { project: { id: 1 }, issue: { iid: 1 } });
      const listed = await server.cli("flags", "list");
      assert.match(listed.stdout, new RegExp(`${flag} +${scope[1] ?? "\\(instance\\)"} +no`));
      assert.equal((await server.cli("flags", "inherit", flag, ...scope)).code, 0);
    }
    assert.deepEqual(await server.runs(), []);
    await send(server, "1", "free", type);
    assert.equal((await server.untilEnded("free")).state, "succeeded");
    assert.equal((await server.runs()).length, 1);
  });
}

test("a flag that does not exist is refused", async () => {
  await using server = await DevServer.start({ script });
  const { code, stderr } = await server.cli("flags", "disable", "autoflow_enbled");
  assert.notEqual(code, 0);
  assert.match(stderr, /autoflow_enbled/);
});

test("an event that starts nothing says why", async () => {
  const filtered = script.replace("handler = changed", 'handler = changed, filter = {"issue.iid": 7}');
  await using server = await DevServer.start({ script: filtered });
  await send(server, "1", "other-type", "issue_closed");
  await server.dispatched("other-type");
  assert.match((await server.cli("events", "show", "other-type")).stdout, /started nothing: no trigger for this type/);
  await send(server, "1", "filtered");
  await server.dispatched("filtered");
  assert.match(
    (await server.cli("events", "show", "filtered")).stdout,
    /started nothing: .*issue\.iid.* is 1, wanted 7/,
  );
});

const releases = `
def released(w, ev):
    print("release", ev.data.ref)
    tag = w.wait_for_event(type = "pushed", filter = {"ref": {"$prefix": "refs/tags/", "$suffix": "-final"}})
    print("tag", tag.data.ref)

on_event(type = "pushed", handler = released, filter = {"ref": {"$prefix": "refs/heads/release/"}})
`;

test("triggers and waits are for texts that begin and end with something", async () => {
  await using server = await DevServer.start({ script: releases });
  assert.equal((await server.send("pushed", { ref: "refs/heads/main" }, "main")).runs.length, 0);
  await server.send("pushed", { ref: "refs/heads/release/1" }, "branch");
  await server.untilRun("branch", ({ state }) => state === "waiting");
  for (const ref of ["refs/heads/v1-final", "refs/tags/v1", "refs/tags/v1-final"]) {
    await server.send("pushed", { ref });
  }
  assert.equal((await server.untilEnded("branch")).state, "succeeded");
  await server.untilPrinted("release refs/heads/release/1", "tag refs/tags/v1-final");
});
