import assert from "node:assert/strict";
import { it } from "node:test";
import type { Engine } from "../core/engine.ts";
import { eventText, type NewEvent } from "../core/event.ts";
import { silentLog, silentObserver } from "../core/ports.ts";
import { openTestEngine, type EmbeddedUnderTest } from "../engines/embedded/testing.ts";
import { VirtualClock } from "../engines/testing/virtual-clock.ts";
import { toEvent } from "../events/gitlab-webhook.ts";
import { checkpointType } from "../events/polling/checkpoint.ts";
import type { GitLabReader } from "../events/polling/gitlab-reader.ts";
import { createPollRounds } from "../events/polling/poll-round.ts";
import type { Delivery } from "../testkit/gitlab/webhooks/delivery.ts";
import { simulation, type Simulation } from "../testkit/gitlab/testing/simulation.ts";

const minute = 60_000;
const day = 86_400_000;

interface Setup extends AsyncDisposable {
  gitlab: Simulation;
  test: EmbeddedUnderTest;
  /** Reads as the real one does, in process. */
  reader: GitLabReader;
  /** Requests since the last poll. */
  asked: string[];
  /** A minute passes, or as many ms, then GitLab is polled: "type subject" of what was new. */
  poll(ms?: number): Promise<string[]>;
  /** As after a restart: nothing is remembered. */
  restart(): Promise<void>;
  /** The webhooks that were sent since the last call arrive. */
  deliver(): Promise<string[]>;
}

async function setUp(): Promise<Setup> {
  const gitlab = simulation();
  const clock = new VirtualClock(gitlab.clock.now());
  const test = await openTestEngine([], { clock, observer: silentObserver, log: silentLog });
  const asked: string[] = [];
  const reader: GitLabReader = {
    get(path, query) {
      asked.push(path);
      const whole = `projects/1${path === "" ? "" : `/${path}`}?${new URLSearchParams(query as [string, string][]).toString()}`;
      const { status, body, headers } = gitlab.send("GET", whole, undefined, "glpat-mara");
      if (status === 403 || status === 404) return Promise.resolve(undefined);
      assert.equal(status, 200, `${whole}: ${JSON.stringify(body)}`);
      const next = headers["x-next-page"] ?? "";
      const rest = query.filter(([name]) => name !== "page");
      const date = Math.floor(gitlab.clock.now() / 1000) * 1000;
      return Promise.resolve({
        body,
        date,
        ...(next !== "" && { next: [...rest, ["page", next] as [string, string]] }),
      });
    },
  };
  const options = { reader, project: "1", clock: gitlab.clock, delayMs: 10_000 };
  const engine: Pick<Engine, "appendEvents" | "listEvents"> = {
    appendEvents: (events) => test.engine.appendEvents(events),
    listEvents: (query) => test.engine.listEvents(query),
  };
  let rounds = createPollRounds({ engine, ...options });
  const pass = async (ms: number): Promise<void> => {
    gitlab.clock.advance(ms);
    await clock.advance(gitlab.clock.now() - clock.now());
  };
  await pass(minute);
  await rounds.poll();
  return {
    gitlab,
    test,
    reader,
    asked,
    async poll(ms = minute) {
      await pass(ms);
      asked.length = 0;
      return (await rounds.poll()).events.map(named);
    },
    async restart() {
      await test.reopen();
      rounds = createPollRounds({ engine, ...options });
    },
    async deliver() {
      const deliveries = gitlab.deliveries.splice(0);
      await pass(1000);
      const events = deliveries.map((delivery) => arrived(delivery));
      const results = await test.engine.appendEvents(events);
      return events.filter((_, index) => !results[index]!.duplicate).map(named);
    },
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
    },
  };
}

function arrived({ headers, body }: Delivery): NewEvent {
  const names = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return toEvent(
    names,
    Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    (project) => project === "1",
  );
}

function named({ attributes: { type, subject } }: NewEvent): string {
  return `${type.replace("com.gitlab.events.", "")} ${subject}`;
}

interface Label {
  title: string;
}

interface Data {
  object_attributes: { description: string; due_date: string };
  changes: { labels: { previous: Label[]; current: Label[] } };
  user: { username: string };
}

async function dataOf(setup: Setup, type: string): Promise<Data> {
  const { items } = await setup.test.engine.listEvents({ project: "1", type: `com.gitlab.events.${type}` });
  assert.ok(items[0] !== undefined, `there is no ${type}`);
  return (JSON.parse(eventText(items[0])) as { data: Data }).data;
}

/** Something of everything happens. */
function work({ call, clock }: Simulation): void {
  call("POST", "projects/1/labels", { name: "bug", color: "#f00" });
  call("POST", "projects/1/issues", { title: "It blinks", labels: "bug" }, "glpat-mara");
  clock.advance(2000);
  call("POST", "projects/1/issues/1/notes", { body: "It does" }, "glpat-mara");
  clock.advance(2000);
  call("PUT", "projects/1/issues/1", { state_event: "close" }, "glpat-mara");
  clock.advance(2000);
  call("POST", "projects/1/milestones", { title: "One", due_date: "2026-11-05" });
  call("POST", "projects/1/repository/branches", { branch: "fix", ref: "main" });
  clock.advance(2000);
  call("POST", "projects/1/repository/commits", {
    branch: "fix",
    commit_message: "Fix it",
    actions: [{ action: "create", file_path: "a.txt", content: "a" }],
  });
  clock.advance(2000);
  call(
    "POST",
    "projects/1/merge_requests",
    { source_branch: "fix", target_branch: "main", title: "Fix" },
    "glpat-mara",
  );
  clock.advance(2000);
  call("PUT", "projects/1/merge_requests/1/merge");
  clock.advance(2000);
  call("POST", "projects/1/releases", { tag_name: "v1", ref: "main", name: "One" });
}

const happened = [
  "branch_created branches/fix",
  "branch_updated branches/fix",
  "branch_updated branches/main",
  "issue_closed issues/1",
  "issue_created issues/1",
  "merge_request_created merge_requests/1",
  "merge_request_merged merge_requests/1",
  "milestone_created milestones/1",
  "note_created issues/1/notes/1",
  "release_created releases/v1",
  "tag_created tags/v1",
];

it("tells what happened as webhooks do, once, in its order", async () => {
  await using setup = await setUp();
  work(setup.gitlab);
  const found = await setup.poll();
  assert.deepEqual(found.toSorted().map(withoutNoteId), happened.map(withoutNoteId));
  assert.ok(found.indexOf("issue_created issues/1") < found.indexOf("issue_closed issues/1"));
  assert.deepEqual(await setup.poll(), []);
  assert.deepEqual(setup.asked, ["", "events", "issues", "merge_requests", "pipelines", "releases", "milestones"]);
});

function withoutNoteId(name: string): string {
  return name.replace(/notes\/\d+$/, "notes/N");
}

it("has the same data in the same places as the webhooks", async () => {
  await using setup = await setUp();
  work(setup.gitlab);
  await setup.poll();
  const webhooks = setup.gitlab.deliveries.map(arrived);
  const { items } = await setup.test.engine.listEvents({ project: "1" });
  for (const polled of items) {
    if (polled.attributes.type === checkpointType) continue;
    const webhook = webhooks.find((event) => named(event) === named(polled));
    assert.ok(webhook !== undefined, named(polled));
    assert.equal(polled.attributes.source, webhook.attributes.source, named(polled));
    assert.equal(polled.attributes.extensions?.["comgitlabpolled"], true);
    const [theirs, ours] = [JSON.parse(eventText(webhook)), JSON.parse(eventText(polled))] as { data: object }[];
    sameWhereBothTell(theirs!.data, ours!.data, named(polled));
  }
});

/** Webhooks tell things as they were then, polls as they are now. */
const mayDiffer =
  /\.(updated_at|closed_at|state|state_id|merge_commit_sha|merge_user_id|updated_by_id|changes|commits|builds|created_at|color|email|detailed_merge_status|merge_status|head_pipeline_id|work_in_progress|total_commits_count|timestamp|message)$/;

function sameWhereBothTell(theirs: unknown, ours: unknown, where: string): void {
  if (mayDiffer.test(where) || ours === undefined) return;
  if (typeof theirs !== "object" || theirs === null || typeof ours !== "object" || ours === null) {
    assert.deepEqual(ours, theirs, where);
    return;
  }
  for (const [name, value] of Object.entries(ours)) {
    assert.ok(name in theirs, `${where}.${name} is in no webhook`);
    sameWhereBothTell((theirs as Record<string, unknown>)[name], value, `${where}.${name}`);
  }
}

it("starts nothing twice when webhooks come too, first or later", async () => {
  await using setup = await setUp();
  work(setup.gitlab);
  const webhooks = await setup.deliver();
  assert.ok(webhooks.length >= happened.length, webhooks.join(", "));
  assert.deepEqual(await setup.poll(), []);
  // What ids tell is known also when the webhook is late.
  setup.gitlab.call("POST", "projects/1/issues", { title: "Two" });
  setup.gitlab.clock.advance(5000);
  setup.gitlab.call("PUT", "projects/1/issues/2", { state_event: "close" });
  assert.deepEqual(await setup.poll(), ["issue_created issues/2", "issue_closed issues/2"]);
  assert.deepEqual(await setup.deliver(), []);
});

it("finds after a downtime what happened meanwhile, and nothing again", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/issues", { title: "Before" });
  assert.deepEqual(await setup.poll(), ["issue_created issues/1"]);
  setup.gitlab.call("POST", "projects/1/issues", { title: "Meanwhile" });
  setup.gitlab.clock.advance(3 * day);
  await setup.restart();
  assert.deepEqual(await setup.poll(), ["issue_created issues/2"]);
  await setup.restart();
  assert.deepEqual(await setup.poll(), []);
});

it("finds the webhooks that were lost, among those that came", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/issues", { title: "Came" });
  await setup.deliver();
  setup.gitlab.call("PUT", "projects/1/issues/1", { title: "Lost" });
  setup.gitlab.deliveries.length = 0;
  setup.gitlab.clock.advance(5000);
  setup.gitlab.call("POST", "projects/1/issues/1/notes", { body: "Came" });
  await setup.deliver();
  setup.gitlab.call("PUT", "projects/1/issues/1", { description: "Lost too" });
  setup.gitlab.deliveries.length = 0;
  assert.deepEqual(await setup.poll(), ["issue_updated issues/1"]);
  assert.equal((await dataOf(setup, "issue_updated")).object_attributes.description, "Lost too");
});

it("tells which labels came and went, and by whom", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/issues", { title: "One", labels: "a,b" });
  await setup.poll();
  setup.gitlab.call("PUT", "projects/1/issues/1", { add_labels: "c", remove_labels: "a" }, "glpat-mara");
  assert.deepEqual(await setup.poll(), ["issue_updated issues/1"]);
  const { changes, user } = await dataOf(setup, "issue_updated");
  const titles = (labels: Label[]): string[] => labels.map(({ title }) => title).toSorted();
  assert.deepEqual(titles(changes.labels.previous), ["a", "b"]);
  assert.deepEqual(titles(changes.labels.current), ["b", "c"]);
  assert.equal(user.username, "mara");
  // What was told is not told again with the next change, also when nothing is remembered.
  await setup.restart();
  setup.gitlab.call("PUT", "projects/1/issues/1", { add_labels: "d" }, "glpat-mara");
  assert.deepEqual(await setup.poll(), ["issue_updated issues/1"]);
  const next = await dataOf(setup, "issue_updated");
  assert.deepEqual(titles(next.changes.labels.previous), ["b", "c"]);
});

it("tells of closing, reopening and closing again within one poll", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/issues", { title: "One" });
  await setup.poll();
  for (const event of ["close", "reopen", "close"]) {
    setup.gitlab.clock.advance(7000);
    setup.gitlab.call("PUT", "projects/1/issues/1", { state_event: event });
  }
  assert.deepEqual(await setup.poll(), ["issue_closed issues/1", "issue_reopened issues/1", "issue_closed issues/1"]);
  assert.deepEqual(await setup.deliver().then((events) => events.filter((name) => name.startsWith("issue_closed"))), [
    "issue_closed issues/1",
  ]);
});

it("tells of milestones whose last day is over", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/milestones", { title: "One", due_date: "2026-11-03" });
  setup.gitlab.call("POST", "projects/1/milestones", { title: "Two", due_date: "2026-11-30" });
  await setup.poll();
  setup.gitlab.clock.advance(2 * day);
  assert.deepEqual(await setup.poll(), ["milestone_expired milestones/1"]);
  assert.equal((await dataOf(setup, "milestone_expired")).object_attributes.due_date, "2026-11-03");
  setup.gitlab.clock.advance(day);
  assert.deepEqual(await setup.poll(), []);
});

it("leaves what is younger than the delay to the next poll, without losing it", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/issues", { title: "Young" });
  assert.deepEqual(await setup.poll(5000), []);
  assert.deepEqual(await setup.poll(), ["issue_created issues/1"]);
});

it("reads lists longer than a page", async () => {
  await using setup = await setUp();
  for (let i = 0; i < 250; i++) {
    setup.gitlab.call("POST", "projects/1/issues", { title: `Issue ${i}` });
    if (i % 3 === 0) setup.gitlab.clock.advance(10);
  }
  assert.equal((await setup.poll()).length, 250);
  assert.deepEqual(await setup.poll(), []);
});

it("counts nothing as polled when the engine does not take it", async () => {
  await using setup = await setUp();
  setup.gitlab.call("POST", "projects/1/issues", { title: "One" });
  setup.gitlab.clock.advance(minute);
  const { engine } = setup.test;
  let isRefused = true;
  const refusing = {
    listEvents: (query: object) => engine.listEvents(query),
    appendEvents: (events: NewEvent[]) => (isRefused ? Promise.reject(new Error("full")) : engine.appendEvents(events)),
  };
  const rounds = createPollRounds({
    engine: refusing,
    reader: setup.reader,
    project: "1",
    clock: setup.gitlab.clock,
    delayMs: 0,
  });
  await assert.rejects(rounds.poll(), /full/);
  isRefused = false;
  assert.deepEqual((await rounds.poll()).events.map(named), ["issue_created issues/1"]);
});
