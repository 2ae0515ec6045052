/** The script of GitLab's documentation, byte for byte, with webhooks as GitLab sends them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { DefinitionView } from "../../src/core/definition.ts";
import type { Page } from "../../src/core/engine.ts";
import { root } from "../support/autoflow.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const documented = `# -*- mode: python -*-
def handle_event(w, ev):
  print("Handling event: {}".format(ev["type"]))

on_event(
  type="com.gitlab.events.issue_updated",
  handler=handle_event,
)
`;

const line = "Handling event: com.gitlab.events.issue_updated";

/** Sends a recorded webhook; answers the event's id. */
async function hook(server: DevServer, recording: string, id: string): Promise<string> {
  const body = readFileSync(path.join(root, `src/events/testdata/webhooks/${recording}.json`), "utf8");
  const headers = {
    "user-agent": "GitLab/18.5.0",
    "x-gitlab-instance": "https://gitlab.example.com",
    "x-gitlab-event": "Issue Hook",
    "idempotency-key": id,
  };
  const answer = await server.post("/webhooks/gitlab/default", body, headers);
  assert.equal(answer.status, 202, await answer.text());
  return id;
}

function linesOf(server: DevServer): number {
  return server.printed.filter((printed) => printed === line).length;
}

test("an updated issue prints the line once, an opened one nothing", async () => {
  await using server = await DevServer.start({ script: documented });
  await server.untilEnded(await hook(server, "issue_updated", "updated"));
  const opened = await server.dispatched(await hook(server, "issue_created", "opened"));
  assert.equal(opened.attributes.type, "com.gitlab.events.issue_created");
  assert.match(opened.reason!, /no trigger for this type/);
  assert.equal((await server.runs()).length, 1);
  await eventually("the line is printed", () => linesOf(server) === 1);
  const history = await server.history((await server.startedBy("updated")).id);
  assert.equal(history.filter(({ effect }) => effect?.kind === "log" && effect.message === line).length, 1);
});

test("with the document's margin it does not compile, and the version before goes on", async () => {
  await using server = await DevServer.start({ script: documented });
  await server.untilEnded(await hook(server, "issue_updated", "before"));
  server.edit(documented.replaceAll(/^(?=.)/gm, "    "));
  const definition = await eventually("the problem is seen", async () => {
    const { items } = await server.get<Page<DefinitionView>>("/api/v1/definitions");
    return items[0]!.problems.length > 0 && items[0];
  });
  const [problem] = definition.problems;
  assert.equal(problem!.code, "SCRIPT_SYNTAX");
  assert.deepEqual([problem!.where.file, problem!.where.line], [".gitlab/autoflow/main.star", 2]);
  const listed = await server.cli("definitions", "list");
  assert.match(listed.stdout, /main\.star:2:\d+ /);
  assert.match(server.process.stderr, /main\.star:2:\d+/);
  const linted = await server.cli("lint", "project/.gitlab/autoflow/main.star");
  assert.equal(linted.code, 1);
  assert.match(linted.stdout, /main\.star:2:\d+: error: .* \[SCRIPT_SYNTAX\]/);
  await server.untilEnded(await hook(server, "issue_updated", "after"));
  await eventually("the line is printed again", () => linesOf(server) === 2);
  server.edit(documented.replace("Handling", "Again handling"));
  await eventually("the mended script is in use", async () => {
    const { items } = await server.get<Page<DefinitionView>>("/api/v1/definitions");
    return items[0]!.problems.length === 0;
  });
  await server.untilEnded(await hook(server, "issue_updated", "mended"));
  await eventually("the mended line is printed", () => server.printed.includes(`Again handling${line.slice(8)}`));
});
