/** What the API answers beside what is asked: errors, pages, who may do what. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulation } from "../testing/simulation.ts";

test("errors have GitLab's statuses and bodies", () => {
  const { send } = simulation();
  const cases: [string, string, unknown, string | null | undefined, number, unknown][] = [
    ["GET", "projects/1/issues", undefined, "wrong", 401, { message: "401 Unauthorized" }],
    ["POST", "projects/1/issues", { title: "x" }, null, 404, { message: "404 Project Not Found" }],
    ["GET", "user", undefined, null, 401, { message: "401 Unauthorized" }],
    ["GET", "projects/99", undefined, undefined, 404, { message: "404 Project Not Found" }],
    ["GET", "projects/atlas%2Fnone", undefined, undefined, 404, { message: "404 Project Not Found" }],
    ["GET", "projects/1/issues/7", undefined, undefined, 404, { message: "404 Issue Not Found" }],
    ["POST", "projects/1/issues", {}, undefined, 400, { error: "title is missing" }],
    ["POST", "projects/1/issues", { title: " " }, undefined, 400, { message: { title: ["can't be blank"] } }],
    ["POST", "projects/1/issues", { title: "x", weight: "heavy" }, undefined, 400, { error: "weight is invalid" }],
    ["GET", "projects/1/issues?state=open", undefined, undefined, 400, { error: "state does not have a valid value" }],
    ["GET", "projects/1/issues?per_page=x", undefined, undefined, 400, { error: "per_page is invalid" }],
    [
      "GET",
      "projects/1/issues?author_id=1&author_username=a",
      undefined,
      undefined,
      400,
      { error: "author_id, author_username are mutually exclusive" },
    ],
    [
      "POST",
      "projects/1/merge_requests",
      {},
      undefined,
      400,
      { error: "title is missing, source_branch is missing, target_branch is missing" },
    ],
    ["GET", "projects/1/hooks", undefined, "glpat-mara", 403, { message: "403 Forbidden" }],
    [
      "POST",
      "projects/1/labels",
      { name: "a", color: "no" },
      undefined,
      400,
      { message: { color: ["must be a valid color code"] } },
    ],
    [
      "POST",
      "projects/1/repository/branches",
      { branch: "main", ref: "main" },
      undefined,
      400,
      { message: "Branch already exists" },
    ],
    [
      "GET",
      "projects/1/wikis/home",
      undefined,
      undefined,
      501,
      { message: "501 Not Implemented: the simulated GitLab has no GET /projects/:id/wikis/home" },
    ],
    [
      "PATCH",
      "projects/1/issues/7",
      undefined,
      undefined,
      501,
      { message: "501 Not Implemented: the simulated GitLab has no PATCH /projects/:id/issues/:id" },
    ],
  ];
  for (const [method, path, body, token, status, answer] of cases) {
    const response = send(method, path, body, token);
    assert.deepEqual([response.status, response.body], [status, answer], `${method} ${path}`);
  }
});

test("pages are counted in headers, and links lead from one to the next", () => {
  const { call, send } = simulation();
  for (let i = 1; i <= 5; i++) call("POST", "projects/1/issues", { title: `Issue ${i}` });
  const { headers, body } = send("GET", "projects/1/issues?per_page=2&page=2&sort=asc&labels=None");
  assert.deepEqual(
    (body as { iid: number }[]).map(({ iid }) => iid),
    [3, 4],
  );
  const { link, "x-request-id": id, "content-type": type, ...counts } = headers;
  assert.equal(typeof id, "string");
  assert.equal(type, "application/json");
  assert.deepEqual(counts, {
    "x-next-page": "3",
    "x-page": "2",
    "x-per-page": "2",
    "x-prev-page": "1",
    "x-total": "5",
    "x-total-pages": "3",
  });
  const base = "https://gitlab.example.com/api/v4/projects/1/issues?sort=asc&labels=None";
  assert.equal(
    link,
    `<${base}&page=1&per_page=2>; rel="prev", <${base}&page=3&per_page=2>; rel="next", <${base}&page=1&per_page=2>; rel="first", <${base}&page=3&per_page=2>; rel="last"`,
  );
});

test("keyset pages follow the last row, whatever is added meanwhile", () => {
  const { call, send } = simulation();
  for (let i = 1; i <= 4; i++) call("POST", "projects", { name: `Project ${i}` });
  const seen: number[] = [];
  let path: string | undefined = "projects?pagination=keyset&order_by=id&sort=asc&per_page=2";
  while (path !== undefined) {
    const { body, headers } = send("GET", path);
    seen.push(...(body as { id: number }[]).map(({ id }) => id));
    if (seen.length === 2) call("DELETE", "projects/1");
    path = /api\/v4\/([^>]+)>; rel="next"/.exec(headers["link"] ?? "")?.[1];
    assert.equal(headers["x-total"], undefined);
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  assert.equal(send("GET", "projects?pagination=keyset&order_by=name").status, 405);
});

test("roles decide: guests plan nothing, developers push, maintainers manage", () => {
  const { call, send, gitlab } = simulation();
  const guest = call("POST", "users", { username: "guest", name: "Guest", email: "guest@example.com" });
  call("POST", "projects/1/members", { user_id: guest["id"], access_level: 10 });
  const { token } = call("POST", `users/${guest["id"]}/personal_access_tokens`, { name: "t", scopes: ["api"] });
  const issue = call("POST", "projects/1/issues", { title: "By a guest", labels: "bug", weight: 3 }, token);
  assert.deepEqual([issue["labels"], issue["weight"]], [[], null]);
  assert.equal(send("GET", "projects/1/repository/tree", undefined, token).status, 403);
  assert.equal(send("PUT", "projects/1/issues/1", { state_event: "close" }, token).status, 200);
  call("POST", "projects/1/issues", { title: "Secret", confidential: true });
  assert.equal(send("GET", "projects/1/issues/2", undefined, token).status, 404);
  assert.equal(call("GET", "projects/1/issues", undefined, token)["length"], 1);
  const file = { branch: "main", content: "x", commit_message: "m" };
  assert.deepEqual(send("POST", "projects/1/repository/files/a", file, "glpat-mara").body, {
    message: "You are not allowed to push into this branch",
  });
  assert.equal(
    send("POST", "projects/1/repository/files/a", { ...file, branch: "b", start_branch: "main" }, "glpat-mara").status,
    201,
  );
  assert.equal(send("DELETE", "projects/1", undefined, "glpat-mara").status, 403);
  gitlab.world.tokens.get("glpat-mara")!.scopes = ["read_api"];
  assert.equal(send("GET", "projects/1", undefined, "glpat-mara").status, 200);
  assert.equal(
    (send("POST", "projects/1/issues", { title: "x" }, "glpat-mara").body as { error: string }).error,
    "insufficient_scope",
  );
});

test("who does not sign in sees what is public, and no comments", () => {
  const { call, send } = simulation();
  call("PUT", "groups/1", { visibility: "public" });
  call("PUT", "projects/1", { visibility: "public" });
  call("POST", "projects/1/issues", { title: "x" });
  const status = (path: string): number => send("GET", path, undefined, null).status;
  assert.deepEqual(["projects/1", "projects/1/issues/1", "groups/atlas"].map(status), [200, 200, 200]);
  const closed = ["projects/1/issues/1/notes", "projects/1/labels", "projects/1/members", "issues", "user"];
  assert.deepEqual(closed.map(status), [401, 401, 401, 401, 401]);
  assert.equal(send("POST", "projects/1/issues", { title: "y" }, null).status, 401);
});

test("a project's token is of a bot that is a member", () => {
  const { call, send } = simulation();
  const { token } = call("POST", "projects/1/access_tokens", {
    name: "bot",
    scopes: ["api"],
    access_level: 20,
    expires_at: "2026-11-03",
  });
  assert.match(call("GET", "user", undefined, token)["username"]!, /^project_1_bot_[0-9a-f]{8}$/);
  assert.equal(send("GET", "groups/1/members", undefined, token).status, 200);
  const late = simulation();
  const expired = late.call("POST", "projects/1/access_tokens", {
    name: "bot",
    scopes: ["api"],
    expires_at: "2026-11-03",
  });
  late.clock.advance(86_400_000);
  assert.deepEqual(late.send("GET", "user", undefined, expired["token"]).status, 401);
});

test("parameters come from the query, from JSON, and from forms alike", () => {
  const { gitlab } = simulation();
  const send = (path: string, body: unknown, type: string) =>
    gitlab.handle({
      method: "POST",
      path: `/api/v4/${path}`,
      headers: { "private-token": "glpat-root", "content-type": type },
      body,
    }).body as { title: string; labels: string[] };
  const form = "application/x-www-form-urlencoded";
  assert.deepEqual(send("projects/1/issues?title=Query&labels=a,b", undefined, "")["labels"], ["a", "b"]);
  assert.deepEqual(send("projects/1/issues", '{"title":"JSON","labels":["a","b"]}', "application/json")["labels"], [
    "a",
    "b",
  ]);
  assert.deepEqual(send("projects/1/issues", "title=A%20form&labels[]=a&labels[]=b", form)["labels"], ["a", "b"]);
  const multipart = '--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nParts\r\n--x--\r\n';
  assert.equal(send("projects/1/issues", multipart, "multipart/form-data; boundary=x")["title"], "Parts");
  const query = "variables[][key]=A&variables[][value]=1&variables[][key]=B&variables[][value]=2";
  gitlab.handle({
    method: "POST",
    path: "/api/v4/projects/1/repository/files/.gitlab-ci.yml",
    headers: { "private-token": "glpat-root" },
    body: { branch: "main", commit_message: "m", content: "a: {script: x}" },
  });
  const pipeline = gitlab.handle({
    method: "POST",
    path: `/api/v4/projects/1/pipeline?ref=main&${query}`,
    headers: { "private-token": "glpat-root" },
  });
  assert.equal(pipeline.status, 201);
  assert.deepEqual(
    [...gitlab.world.projects.get(1)!.pipelines.values()].at(-1)!.variables.map(({ key, value }) => [key, value]),
    [
      ["A", "1"],
      ["B", "2"],
    ],
  );
});

test("answers share nothing with what is kept", () => {
  const { call, gitlab } = simulation();
  call("POST", "projects/1/issues", { title: "x", labels: "a" });
  const issue = call("GET", "projects/1/issues/1") as unknown as { labels: string[]; title: string };
  issue.labels.push("b");
  assert.deepEqual(call("GET", "projects/1/issues/1")["labels"], ["a"]);
  assert.equal(gitlab.world.projects.get(1)!.issues.get(1)!.labels.length, 1);
});
