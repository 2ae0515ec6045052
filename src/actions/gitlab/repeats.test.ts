import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WireValue } from "../../core/wire.ts";
import { json, setUp, type Setup, token, valueOf, errorOf } from "./testing-server.ts";

/** What a GitLab has at the paths below /api/v4/, whatever the query. A status stands for a refusal of every write. */
type World = Record<string, unknown>;

const me = { id: 5, username: "bot" };
const other = { id: 6, username: "sam" };

/** The instance's clock is an hour behind ours. */
const instanceNow = (): number => Date.now() - 3_600_000;
const justNow = (): string => new Date(instanceNow()).toISOString();
const before = (): string => new Date(instanceNow() - 60_000).toISOString();

async function gitlab(
  world: World,
  refusal?: { status: number; message: unknown },
  onlyFor?: readonly string[],
): Promise<Setup> {
  return setUp(
    ({ method, url }, response) => {
      const path = url.replace("/api/v4/", "").replace(/\?.*$/, "");
      const date = new Date(instanceNow()).toUTCString();
      if (method !== "GET") {
        if (refusal !== undefined) return json(response, { message: refusal.message }, refusal.status, { date });
        return json(response, { made: "anew" }, 201, { date });
      }
      const found = path === "user" ? me : world[path];
      return found === undefined
        ? json(response, { message: "404 Not found" }, 404, { date })
        : json(response, found, 200, { date });
    },
    (url) => ({ url, token, ...(onlyFor === undefined ? {} : { onlyFor }) }),
  );
}

const again = { attempt: 2, project: "1" };

/** What a repeated write answers, and whether it was made anew. */
async function repeated(setup: Setup, input: WireValue): Promise<unknown> {
  const { body } = await valueOf(setup.action, input, { ...again, firstAttemptAt: Date.now() });
  return body;
}

const issue = { iid: 7, title: "Crash", issue_type: "issue", author: me };

describe("gitlab: a write that is made again", () => {
  const made: [name: string, method: string, path: string, body: WireValue, list: string, found: unknown][] = [
    ["issue", "POST", "projects/1/issues", { title: " Crash " }, "projects/1/issues", issue],
    ["epic", "POST", "groups/2/epics", { title: "Crash" }, "groups/2/epics", issue],
    [
      "merge request",
      "POST",
      "projects/1/merge_requests",
      { source_branch: "a", target_branch: "main", title: "x" },
      "projects/1/merge_requests",
      { iid: 3, source_branch: "a", target_branch: "main", author: me },
    ],
    [
      "note, whose quick actions GitLab takes out",
      "POST",
      "projects/1/issues/7/notes",
      { body: "Done.\n/close\n" },
      "projects/1/issues/7/notes",
      { id: 1, body: "Done.", author: me, system: false },
    ],
    [
      "note of an epic",
      "POST",
      "groups/2/epics/3/notes",
      { body: "hm" },
      "groups/2/epics/3/notes",
      { id: 1, body: "hm", author: me },
    ],
    [
      "comment of a commit",
      "POST",
      "projects/1/repository/commits/abc/comments",
      { note: "hm" },
      "projects/1/repository/commits/abc/comments",
      { note: "hm", author: me },
    ],
    [
      "commit",
      "POST",
      "projects/1/repository/commits",
      { branch: "main", commit_message: "Fix it", actions: [] },
      "projects/1/repository/commits",
      { id: "abc", message: "Fix it\n" },
    ],
    [
      "hook",
      "POST",
      "projects/1/hooks",
      { url: "https://a.example" },
      "projects/1/hooks",
      { url: "https://a.example" },
    ],
    ["pipeline", "POST", "projects/1/pipeline", { ref: "main" }, "projects/1/pipelines", { id: 9, ref: "main" }],
    [
      "pipeline of a merge request",
      "POST",
      "projects/1/merge_requests/3/pipelines",
      {},
      "projects/1/merge_requests/3/pipelines",
      { id: 9 },
    ],
    [
      "deployment",
      "POST",
      "projects/1/deployments",
      { environment: "production", sha: "abc", ref: "main" },
      "projects/1/deployments",
      { id: 4, sha: "abc", ref: "main", user: me },
    ],
    [
      "pipeline schedule",
      "POST",
      "projects/1/pipeline_schedules",
      { description: "nightly", ref: "main" },
      "projects/1/pipeline_schedules",
      { id: 4, description: "nightly", ref: "main", owner: me },
    ],
    [
      "trigger",
      "POST",
      "projects/1/triggers",
      { description: "x" },
      "projects/1/triggers",
      { description: "x", owner: me },
    ],
    ["snippet", "POST", "projects/1/snippets", { title: "x" }, "projects/1/snippets", { title: "x", author: me }],
  ];

  for (const [name, method, path, body, list, found] of made) {
    it(`finds the ${name} that it made before`, async () => {
      await using setup = await gitlab({ [list]: [{ ...(found as object), created_at: justNow() }] });
      const answer = await repeated(setup, { method, path, body });
      assert.deepEqual({ ...(answer as object), created_at: 0 }, { ...(found as object), created_at: 0 });
      assert.ok(setup.asked.every((one) => one.method === "GET"));
    });

    it(`makes the ${name} when the one there is older`, async () => {
      await using setup = await gitlab({ [list]: [{ ...(found as object), created_at: before() }] });
      assert.deepEqual(await repeated(setup, { method, path, body }), { made: "anew" });
    });
  }

  it("does not take another one's for its own, or one with other fields", async () => {
    const others = [
      { ...issue, author: other, created_at: justNow() },
      { ...issue, title: "Crash 2", created_at: justNow() },
      { ...issue, created_at: null },
    ];
    await using setup = await gitlab({ "projects/1/issues": others });
    const answer = await repeated(setup, { method: "POST", path: "projects/1/issues", body: { title: "Crash" } });
    assert.deepEqual(answer, { made: "anew" });
  });

  it("finds discussions and replies", async () => {
    const note = (body: string, author: object) => ({ body, author, created_at: justNow(), system: false });
    const discussions = [
      { id: "a", notes: [note("hm", other)] },
      { id: "b", notes: [note("hm", me), note("yes", me)] },
    ];
    const path = "projects/1/merge_requests/3/discussions";
    await using setup = await gitlab({ [path]: discussions, [`${path}/b`]: discussions[1] });
    const post = async (to: string, body: string) =>
      (await repeated(setup, { method: "POST", path: to, body: { body } })) as Record<string, unknown>;
    assert.equal((await post(path, "hm"))["id"], "b");
    assert.equal((await post(`${path}/b/notes`, "yes"))["body"], "yes");
    assert.deepEqual(await post(`${path}/b/notes`, "no"), { made: "anew" });
    assert.deepEqual(await post(`${path}/c/notes`, "no"), { made: "anew" });
  });

  it("finds the commits of changes to files", async () => {
    const commits = [{ message: "Change it", created_at: justNow() }];
    await using setup = await gitlab({ "projects/1/repository/commits": commits });
    for (const method of ["POST", "PUT", "DELETE"]) {
      const body = { branch: "main", commit_message: "Change it" };
      const answer = await repeated(setup, { method, path: "projects/1/repository/files/docs%2Fa.md", body });
      assert.deepEqual(answer, { file_path: "docs/a.md", branch: "main" });
      const otherBody = { branch: "main", commit_message: "Another" };
      const anew = await repeated(setup, { method, path: "projects/1/repository/files/docs%2Fa.md", body: otherBody });
      assert.deepEqual(anew, { made: "anew" });
    }
    assert.match(setup.asked[0]!.url, /commits\?per_page=100&ref_name=main&path=docs%2Fa\.md&since=/);
  });

  const existing: [
    name: string,
    status: number,
    path: string,
    body: WireValue,
    at: string,
    world: unknown,
    found: unknown,
  ][] = [
    [
      "label",
      409,
      "projects/1/labels",
      { name: "a::b" },
      "projects/1/labels",
      [{ name: "a::bc" }, { name: "a::b" }],
      { name: "a::b" },
    ],
    [
      "milestone",
      400,
      "groups/2/milestones",
      { title: "1.0" },
      "groups/2/milestones",
      [{ title: "1.0" }],
      { title: "1.0" },
    ],
    [
      "environment",
      400,
      "projects/1/environments",
      { name: "p" },
      "projects/1/environments",
      [{ name: "p" }],
      { name: "p" },
    ],
    [
      "branch",
      400,
      "projects/1/repository/branches",
      { branch: "a/b" },
      "projects/1/repository/branches/a%2Fb",
      { name: "a/b" },
      { name: "a/b" },
    ],
    [
      "tag",
      400,
      "projects/1/repository/tags",
      { tag_name: "v1" },
      "projects/1/repository/tags/v1",
      { name: "v1" },
      { name: "v1" },
    ],
    [
      "release",
      409,
      "projects/1/releases",
      { tag_name: "v1" },
      "projects/1/releases/v1",
      { tag_name: "v1" },
      { tag_name: "v1" },
    ],
    ["member", 409, "groups/2/members", { user_id: 6 }, "groups/2/members/6", other, other],
    ["variable", 400, "projects/1/variables", { key: "A" }, "projects/1/variables/A", { key: "A" }, { key: "A" }],
    [
      "emoji",
      404,
      "projects/1/issues/7/award_emoji",
      { name: "eyes" },
      "projects/1/issues/7/award_emoji",
      [
        { name: "eyes", user: other, id: 1 },
        { name: "eyes", user: me, id: 2 },
      ],
      { name: "eyes", user: me, id: 2 },
    ],
    [
      "merge request",
      409,
      "projects/1/merge_requests",
      { source_branch: "a", target_branch: "m" },
      "projects/1/merge_requests",
      [{ source_branch: "a", target_branch: "m" }],
      { source_branch: "a", target_branch: "m" },
    ],
    [
      "approval",
      401,
      "projects/1/merge_requests/3/approve",
      {},
      "projects/1/merge_requests/3/approvals",
      { user_has_approved: true },
      { user_has_approved: true },
    ],
    [
      "played job",
      400,
      "projects/1/jobs/8/play",
      {},
      "projects/1/jobs/8",
      { status: "running" },
      { status: "running" },
    ],
    [
      "group",
      400,
      "groups",
      { path: "x", parent_id: 3 },
      "groups",
      [
        { path: "x", parent_id: null },
        { path: "x", parent_id: 3 },
      ],
      { path: "x", parent_id: 3 },
    ],
    [
      "protected branch",
      409,
      "projects/1/protected_branches",
      { name: "main" },
      "projects/1/protected_branches/main",
      { name: "main" },
      { name: "main" },
    ],
  ];

  for (const [name, status, path, body, at, world, found] of existing) {
    it(`answers with the ${name} that is there`, async () => {
      const refusal = { status, message: "already exists" };
      await using setup = await gitlab({ [at]: world }, refusal);
      assert.deepEqual(await repeated(setup, { method: "POST", path, body }), found);
      await using empty = await gitlab({}, refusal);
      const error = await errorOf(empty.action, { method: "POST", path, body }, again);
      assert.deepEqual(error.details, { status_code: status, message: "already exists" });
      const first = await errorOf(setup.action, { method: "POST", path, body });
      assert.deepEqual(first.details, error.details);
    });
  }

  it("answers with the link, the status and the project that are there", async () => {
    const refusal = { status: 400, message: "already exists" };
    const linked = { iid: 9, link_type: "blocks" };
    await using links = await gitlab(
      { "projects/1/issues/7/links": [{ iid: 8 }, linked], "projects/1/issues/7": issue },
      { ...refusal, status: 409 },
    );
    const link = { target_project_id: 1, target_issue_iid: 9 };
    assert.deepEqual(await repeated(links, { method: "POST", path: "projects/1/issues/7/links", body: link }), {
      source_issue: issue,
      target_issue: linked,
      link_type: "blocks",
    });
    const statuses = [
      { name: "soak", status: "running" },
      { name: "soak", status: "success" },
    ];
    await using status = await gitlab({ "projects/1/repository/commits/abc/statuses": statuses }, refusal);
    const set = { method: "POST", path: "projects/1/statuses/abc", body: { name: "soak", state: "success" } };
    assert.deepEqual(await repeated(status, set), statuses[1]);
    const web = { id: 3, path: "web", namespace: { id: 2 }, creator_id: me.id };
    const projects = [{ ...web, id: 4, creator_id: other.id }, { ...web, id: 5, namespace: { id: 9 } }, web];
    await using created = await gitlab({ projects }, refusal);
    const create = { method: "POST", path: "projects", body: { path: "web", namespace_id: 2 } };
    assert.deepEqual(await repeated(created, create), web);
  });

  it("takes a merge and a removal that are done for what they are", async () => {
    const refused = { status: 405, message: "405 Method Not Allowed" };
    await using setup = await gitlab({ "projects/1/merge_requests/3": { state: "merged", iid: 3 } }, refused);
    const merge = { method: "PUT", path: "projects/1/merge_requests/3/merge", body: {} };
    assert.deepEqual(await repeated(setup, merge), { state: "merged", iid: 3 });
    await using open = await gitlab({ "projects/1/merge_requests/3": { state: "opened" } }, refused);
    assert.equal((await errorOf(open.action, merge, again)).code, "GITLAB_STATUS");
    await using gone = await gitlab({}, { status: 404, message: "404 Not found" });
    const removal = { method: "DELETE", path: "projects/1/issues/7/notes/12" };
    assert.equal((await valueOf(gone.action, removal, again)).status_code, 204);
    assert.equal((await errorOf(gone.action, removal)).code, "GITLAB_STATUS");
  });

  it("is looked for with a token that is for the own project only, too", async () => {
    const found = { id: 1, body: "hm", author: me, created_at: justNow() };
    const world = { "projects/1/issues/7/notes": [found] };
    await using setup = await gitlab(world, undefined, ["1"]);
    const note = { method: "POST", path: "projects/:id/issues/7/notes", body: { body: "hm" } };
    assert.deepEqual(await repeated(setup, note), found);
  });

  it("is only looked for when it is made again", async () => {
    await using setup = await gitlab({ "projects/1/issues": [{ ...issue, created_at: justNow() }] });
    const first = await valueOf(setup.action, { method: "POST", path: "projects/1/issues", body: { title: "Crash" } });
    assert.deepEqual(first.body, { made: "anew" });
    assert.deepEqual(await repeated(setup, { method: "POST", path: "projects/1/unknown", body: {} }), { made: "anew" });
    assert.equal(setup.asked.length, 2);
  });
});

describe("gitlab: a write whose earlier attempt did nothing", () => {
  const note = { method: "POST", path: "projects/1/issues/7/notes", body: { body: "hm" } };
  const second = { attempt: 2, project: "1", firstAttemptAt: Date.now() - 60_000 };

  /** Answers in turn, then as GitLab does that has the note of an earlier call. */
  async function answering(statuses: number[], headers: Record<string, string> = {}): Promise<Setup> {
    return setUp(({ method, url }, response) => {
      const status = statuses.shift();
      if (status !== undefined) return json(response, { message: "no" }, status, headers);
      if (method === "POST") return json(response, { made: "anew" }, 201);
      const found = { id: 1, body: "hm", author: me, system: false, created_at: new Date().toISOString() };
      json(response, url.endsWith("/user") ? me : [found]);
    });
  }

  async function madeBy(setup: Setup): Promise<unknown> {
    return (await valueOf(setup.action, note, second)).body;
  }

  it("was refused for the limit: nobody is asked whether it was made", async () => {
    await using setup = await answering([429]);
    assert.equal((await errorOf(setup.action, note, { project: "1" })).retryable, true);
    assert.deepEqual(await madeBy(setup), { made: "anew" });
    assert.deepEqual(
      setup.asked.map(({ method }) => method),
      ["POST", "POST"],
    );
  });

  it("was held back before it was sent", async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 3);
    const headers = { "ratelimit-remaining": "0", "ratelimit-reset": reset, date: new Date().toUTCString() };
    await using setup = await answering([200], headers);
    await valueOf(setup.action, { method: "GET", path: "version" }, { project: "1" });
    const held = await errorOf(setup.action, note, { project: "1", timeoutMs: 100 });
    assert.equal(held.code, "GITLAB_RATE_LIMITED");
    assert.deepEqual(await madeBy(setup), { made: "anew" });
    assert.deepEqual(
      setup.asked.map(({ method }) => method),
      ["GET", "POST"],
    );
  });

  it("was sent later: what became of that is asked, since then", async () => {
    await using setup = await answering([429, 502]);
    await errorOf(setup.action, note, { project: "1" });
    assert.equal((await errorOf(setup.action, note, second)).retryable, true);
    const { body } = await valueOf(setup.action, note, { ...second, attempt: 3 });
    assert.equal((body as { id: number }).id, 1);
  });
});
