/** The retro bot on a real server and a GitLab on a socket: the server is killed while forms are sent, and while they are filled in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { eventually } from "../../test/support/eventually.ts";
import { Example, type IssueJson } from "../../test/support/gallery.ts";

/** The last Sunday before the Monday of this week, so that the Monday after it has begun. */
function lastSunday(): string {
  const today = new Date();
  const daysAgo = today.getUTCDay() === 0 ? 7 : today.getUTCDay();
  return new Date(today.getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}

const team = ["mara", "sam", "tomas"];

const seed: Seed = {
  users: team.map((username) => ({ username, name: username.toUpperCase(), token: `glpat-${username}` })),
  groups: [{ path: "team", members: Object.fromEntries(team.map((username) => [username, "developer"])) }],
  projects: [{ path: "team/project", id: 42, milestones: [{ title: "1.0", due_date: lastSunday() }] }],
};

const settings = {
  "settings.star": {
    '"Europe/Berlin"': '"UTC"',
    'begins_at = "09:00"': 'begins_at = "00:00"',
    'looks_at = "0 6 * * *"': 'looks_at = "*/2 * * * * *"',
  },
};

const formOf = (issues: IssueJson[], username: string): IssueJson =>
  issues.find(({ assignees }) => assignees[0]?.username === username)!;

test("a milestone that has expired gets one retrospective, whatever happens to the server meanwhile", async () => {
  await using example = await Example.start("retro-bot", { seed, settings });
  const forms = (): Promise<IssueJson[]> => example.issues("labels=retrospective::form");
  const summaries = (): Promise<IssueJson[]> => example.issues("labels=retrospective::summary");
  const fillIn = async (username: string, text: string): Promise<void> => {
    const { iid, description } = formOf(await forms(), username);
    const filledIn = description!.replace("### What went well?\n", `### What went well?\n${text}`);
    await example.as(username, "PUT", `projects/42/issues/${iid}`, { description: filledIn });
    await example.as(username, "PUT", `projects/42/issues/${iid}`, { state_event: "close" });
  };

  await eventually("the first form is there", async () => (await forms()).length > 0);
  await example.killAndRestart();
  await eventually("everybody is asked", async () => {
    const asked = await Promise.all((await forms()).map(({ iid }) => example.comments(iid)));
    return asked.length === 3 && asked.every((comments) => comments.length === 1);
  });
  await fillIn("mara", "Lunch.");
  await example.killAndRestart();
  const task = (await example.tasks()).find(({ request }) => request.assignees.includes("sam"))!;
  const values = JSON.stringify({ well: "The demo.", change: "Fewer meetings." });
  const answered = await example.server.cli("tasks", "answer", task.id, "submit", "--by", "sam", "--values", values);
  assert.equal(answered.code, 0, answered.stderr);
  await eventually("sam's form is closed", async () => formOf(await forms(), "sam").state === "closed");
  assert.deepEqual(await summaries(), []);
  await fillIn("tomas", "The weather.");
  await eventually("there is a summary", async () => (await summaries()).length > 0);
  // Who closes the milestone now, and the schedule, begin no second one.
  const [milestone] = await example.as<{ id: number }[]>("root", "GET", "projects/42/milestones");
  const looked = (await example.server.runs()).length;
  await example.as("root", "PUT", `projects/42/milestones/${milestone!.id}`, { state_event: "close" });
  await eventually("it has looked again", async () => (await example.server.runs()).length > looked + 2);

  const [summary] = await summaries();
  assert.equal((await summaries()).length, 1);
  assert.deepEqual(
    summary!.assignees.map(({ username }) => username),
    ["mara"],
  );
  for (const text of [/^@mara @sam @tomas$/m, /^- MARA .*: Lunch\.$/m, /: The demo\.$/m, /: Fewer meetings\.$/m]) {
    assert.match(summary!.description!, text);
  }
  const all = await forms();
  assert.equal(all.length, 3);
  for (const username of team) assert.equal(formOf(all, username).state, "closed");
  for (const { iid } of all) assert.equal((await example.comments(iid)).length, 1);
  assert.match(formOf(all, "sam").description!, /### What should we do differently\?\n\nFewer meetings\./);
});
