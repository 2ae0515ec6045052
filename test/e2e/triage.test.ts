/** Policies that say when they are carried out: at each change, and by name, through the death of the server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GitLabResponse } from "../../src/testkit/gitlab/rest/message.ts";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { type RunningServer, serveGitLab } from "../../src/testkit/gitlab/server/http-server.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const policy = `autoflow: {live: true, schedule: 0 9 * * 1-5, timezone: Europe/Berlin}
resource_rules:
  issues:
    rules:
      - name: New bugs
        conditions: {state: opened, labels: [bug], forbidden_labels: [seen]}
        actions: {labels: [seen], comment: "Thank you for {{title}}."}
      - name: Only on the schedule
        limits: {most_recent: 1}
        actions: {comment: never}
`;

/** A simulated GitLab on a socket. */
class Place implements AsyncDisposable {
  readonly #gitlab: SimulatedGitLab;
  readonly #running: RunningServer;

  private constructor(gitlab: SimulatedGitLab, running: RunningServer) {
    this.#gitlab = gitlab;
    this.#running = running;
  }

  static async open(seed: Seed): Promise<Place> {
    let gitlab: SimulatedGitLab | undefined;
    let place: Place | undefined;
    const running = await serveGitLab(0, (url) => {
      gitlab = createSimulatedGitLab({ clock: { now: () => Date.now() }, url });
      plant({ world: gitlab.world, user: gitlab.root }, seed);
      return { gitlab, control: (...request) => place?.answer(...request) };
    });
    return (place = new Place(gitlab!, running));
  }

  /** What is written after so many notes is written, and the answer never comes. */
  losesAnswersAfter: number | undefined;
  #notes = 0;

  /** Carries a note out and keeps the answer back, when it is time for that. */
  answer(method: string, path: string, body: unknown): GitLabResponse | undefined {
    if (method !== "POST" || !path.endsWith("/notes") || this.losesAnswersAfter === undefined) return undefined;
    if (++this.#notes <= this.losesAnswersAfter) return undefined;
    const headers = { "private-token": "glpat-root", "content-type": "application/json" };
    return { ...this.#gitlab.handle({ method, path, headers, body }), delayMs: 4000 };
  }

  get url(): string {
    return this.#running.url;
  }

  /** What the API says of the project. */
  get(path: string): unknown {
    const headers = { "private-token": "glpat-root" };
    return this.#gitlab.handle({ method: "GET", path: `/api/v4/projects/orbit%2Fapp/${path}`, headers }).body;
  }

  /** What was commented on an issue. */
  comments(iid: number): string[] {
    const notes = this.get(`issues/${iid}/notes`) as { body: string; system: boolean }[];
    return notes.filter(({ system }) => !system).map(({ body }) => body);
  }

  /** How many of the first issues have comments. */
  commented(count: number): number {
    return Array.from({ length: count }, (_, i) => this.comments(i + 1)).filter(({ length }) => length > 0).length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.close();
  }
}

test("rules are carried out for the issue that changes; the definition tells its schedule", async () => {
  await using place = await Place.open({
    groups: [{ path: "orbit", labels: [{ name: "seen" }] }],
    projects: [{ path: "orbit/app", issues: [{ title: "Crash", labels: ["bug"] }, { title: "Idea" }] }],
  });
  const labelsOf = (iid: number): string[] => (place.get(`issues/${iid}`) as { labels: string[] }).labels;
  await using server = await DevServer.start({
    files: { ".triage-policies.yml": policy },
    config: { gitlab: { url: place.url, token: "glpat-root" } },
  });
  const listed = await server.cli("definitions", "list", "-o", "json");
  const { items } = JSON.parse(listed.stdout) as {
    items: { path: string; triggers: { name: string; nextAt?: number }[] }[];
  };
  const triggers = items.find(({ path }) => path === ".triage-policies.yml")?.triggers;
  assert.deepEqual(
    triggers?.map(({ name, nextAt }) => [name, nextAt !== undefined]),
    [
      ["schedule", true],
      ["live", false],
    ],
  );
  for (const iid of [1, 2]) {
    const data = JSON.stringify({ object_kind: "issue", object_attributes: { id: iid, iid } });
    const type = "com.gitlab.events.issue_updated";
    const sent = await server.cli("events", "send", "-p", "orbit/app", "-t", type, "--id", `e${iid}`, "--data", data);
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal((await server.untilEnded(`e${iid}`)).state, "succeeded");
  }
  await eventually("the bug is labelled", () => labelsOf(1).includes("seen"));
  assert.deepEqual(labelsOf(2), []);
  assert.deepEqual(place.comments(1), ["Thank you for Crash."]);
});

const thanks = `autoflow: {live: true}
resource_rules:
  issues:
    rules:
      - name: All
        conditions: {state: opened, forbidden_labels: [seen]}
        actions: {labels: [seen], comment: "Thank you for {{title}}."}
`;

test("killed in the middle of a page, with comments whose answers got lost, it comments on nothing twice", async () => {
  const count = 130;
  await using place = await Place.open({
    groups: [{ path: "orbit", labels: [{ name: "seen" }] }],
    projects: [{ path: "orbit/app", issues: Array.from({ length: count }, (_, i) => ({ title: `Idea ${i}` })) }],
  });
  await using server = await DevServer.start({
    files: { ".triage-policies.yml": thanks },
    config: { gitlab: { url: place.url, token: "glpat-root" } },
  });
  place.losesAnswersAfter = 12;
  const input = JSON.stringify({ sourceId: "orbit/app" });
  const started = await server.cli("workflows", "run", "triage-policies", "--input", input, "--detach");
  assert.equal(started.code, 0, started.stderr);
  await eventually("some were written, and GitLab says nothing any more", () => place.commented(count) >= 13);
  await server.end("SIGKILL");
  assert.ok(place.commented(count) < count, "it was killed too late");
  place.losesAnswersAfter = undefined;
  await server.startAgain();
  const ended = await eventually("the run has ended", async () =>
    (await server.runs()).find(({ endedAt }) => endedAt !== undefined),
  );
  assert.equal(ended.state, "succeeded");
  for (let iid = 1; iid <= count; iid++) assert.deepEqual(place.comments(iid), [`Thank you for Idea ${iid - 1}.`]);
});

test("killed while a comment of a live rule is under way, it comments once", async () => {
  await using place = await Place.open({
    groups: [{ path: "orbit", labels: [{ name: "seen" }] }],
    projects: [{ path: "orbit/app", issues: [{ title: "Crash", labels: ["bug"] }] }],
  });
  await using server = await DevServer.start({
    files: { ".triage-policies.yml": policy },
    config: { gitlab: { url: place.url, token: "glpat-root" } },
  });
  place.losesAnswersAfter = 0;
  const data = JSON.stringify({ object_kind: "issue", object_attributes: { id: 1, iid: 1 } });
  const type = "com.gitlab.events.issue_updated";
  const sent = await server.cli("events", "send", "-p", "orbit/app", "-t", type, "--id", "e1", "--data", data);
  assert.equal(sent.code, 0, sent.stderr);
  await eventually("it is written", () => place.commented(1) > 0);
  await server.end("SIGKILL");
  place.losesAnswersAfter = undefined;
  await server.startAgain();
  assert.equal((await server.untilEnded("e1")).state, "succeeded");
  assert.deepEqual(place.comments(1), ["Thank you for Crash."]);
});

const ticking = `autoflow: {schedule: "*/2 * * * * *", source_id: orbit/app}
resource_rules:
  issues:
    rules:
      - name: All
        conditions: {state: opened, forbidden_labels: [seen]}
        actions: {labels: [seen], comment: "Thank you for {{title}}."}
`;

test("the clock carries a policy out, and goes on with it after kill -9 in the middle", async () => {
  const count = 8;
  await using place = await Place.open({
    groups: [{ path: "orbit", labels: [{ name: "seen" }] }],
    projects: [{ path: "orbit/app", issues: Array.from({ length: count }, (_, i) => ({ title: `Idea ${i}` })) }],
  });
  place.losesAnswersAfter = 2;
  await using server = await DevServer.start({
    files: { ".triage-policies.yml": ticking },
    config: { gitlab: { url: place.url, token: "glpat-root" } },
  });
  await eventually("some are commented on", () => place.commented(count) > 2);
  await server.end("SIGKILL");
  place.losesAnswersAfter = undefined;
  await server.startAgain();
  await eventually("all are commented on", () => place.commented(count) === count);
  await eventually("it has been carried out again", async () => {
    const ended = (await server.runs()).filter(({ state }) => state === "succeeded");
    return ended.length >= 2;
  });
  for (let iid = 1; iid <= count; iid++) assert.deepEqual(place.comments(iid), [`Thank you for Idea ${iid - 1}.`]);
});
