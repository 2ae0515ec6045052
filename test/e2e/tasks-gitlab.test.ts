/** Tasks that are answered in a GitLab: it is told the question, and sends webhooks of comments and labels. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "../../src/core/engine.ts";
import type { TaskJson } from "../../src/server/tasks/task-json.ts";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { serving, type Serving } from "../gitlab-sim/serving.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const script = `
def opened(w, ev):
    issue = ev.data.object_attributes
    labels = {"approve": "go"} if "label" in issue.title else None
    groups = "ops" if "group" in issue.title else None
    answer = w.ask(issue.title, issue = issue, groups = groups, labels = labels)
    print(issue.title, answer.action, answer.by, answer.via, answer.comment)

on_event(type = "com.gitlab.events.issue_created", handler = opened)
`;

const seed: Seed = {
  users: ["ada", "ben", "cy"].map((username) => ({ username, token: `glpat-${username}` })),
  groups: [
    { path: "acme", members: { ada: "developer", ben: "developer", cy: "developer" } },
    { path: "ops", members: { cy: "owner" } },
  ],
  projects: [
    {
      path: "acme/web",
      id: 42,
      labels: [{ name: "go" }],
      hooks: [{ url: "http://127.0.0.1:9/hook", events: ["issues_events", "note_events"] }],
    },
  ],
};

async function as(sim: Serving, user: string, method: string, path: string, body: object): Promise<{ iid: number }> {
  const headers = { "private-token": `glpat-${user}`, "content-type": "application/json" };
  const answer = await fetch(`${sim.url}/api/v4/projects/42/${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${answer.status} ${await answer.clone().text()}`);
  return (await answer.json()) as { iid: number };
}

/** Brings what the GitLab has to tell to the server. */
async function deliver(sim: Serving, server: DevServer): Promise<void> {
  for (const { text, headers } of sim.deliveries.splice(0)) {
    const answer = await fetch(`${server.url}/webhooks/gitlab/default`, { method: "POST", headers, body: text });
    assert.equal(answer.status, 202, await answer.text());
  }
}

test("comments and labels of the issue answer, from those who may", async () => {
  const sim = await serving();
  try {
    sim.gitlab.change((world) => plant({ world, user: sim.gitlab.root }, seed));
    const config = { gitlab: { url: sim.url, token: "glpat-root" }, projects: { "42": { gitlab: {} } } };
    await using server = await DevServer.start({ script, config });
    const notes = async (iid: number): Promise<string[]> => {
      const answer = await fetch(`${sim.url}/api/v4/projects/42/issues/${iid}/notes?sort=asc`, {
        headers: { "private-token": "glpat-root" },
      });
      return ((await answer.json()) as { body: string; system: boolean }[]).flatMap(({ body, system }) =>
        system ? [] : [body],
      );
    };
    /** Opens an issue as ada; resolves once the question stands in it. */
    const asked = async (title: string): Promise<number> => {
      const { iid } = await as(sim, "ada", "POST", "issues", { title });
      await deliver(sim, server);
      await eventually("the question is there", async () => (await notes(iid)).length === 1);
      await deliver(sim, server);
      return iid;
    };
    const say = async (user: string, iid: number, body: string): Promise<void> => {
      await as(sim, user, "POST", `issues/${iid}/notes`, { body });
      await deliver(sim, server);
    };

    const first = await asked("by comment");
    assert.match(
      (await notes(first))[0]!,
      /^\*\*by comment\*\*\n\nAnswer with a comment whose first line is `approve` or `deny`/,
    );
    await say("ada", first, "approve");
    await say("ben", first, "I am not sure");
    await server.end("SIGKILL");
    await server.startAgain();
    await say("ben", first, "deny: too early\nnext week");
    await eventually("ben is heard, and ada is not", () =>
      server.printed.includes("by comment deny ben comment too early"),
    );

    const second = await asked("by label");
    await as(sim, "ben", "PUT", `issues/${second}`, { add_labels: "go" });
    await deliver(sim, server);
    await eventually("the label is heard", () => server.printed.includes("by label approve ben label None"));

    const third = await asked("by group");
    await say("ben", third, "approve");
    await say("cy", third, "approve");
    await eventually("the member is heard", () => server.printed.includes("by group approve cy comment None"));
    const { items } = await server.get<Page<TaskJson>>("/api/v1/tasks");
    assert.deepEqual(
      items.map(({ state }) => state),
      ["answered", "answered", "answered"],
    );
    const [newest] = await server.runs();
    const texts = (await server.history(newest!.id)).map(({ text }) => text);
    assert.match(texts.join("\n"), /the answer is not taken: .*ben is not among them/);
  } finally {
    await sim.close();
  }
});
