/** What GitLab limits, and how pages of its lists are followed. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { workbench } from "./simulated-run.ts";

const seed: Seed = {
  groups: [{ path: "acme" }],
  projects: [{ path: "acme/web", issues: Array.from({ length: 5 }, (_, i) => ({ title: `Issue ${i + 1}` })) }],
};

suite("rate limits", () => {
  test("are kept to without a refusal, once they are known", async () => {
    const bench = workbench(seed);
    bench.gitlab.limitRate({ requests: 2, period: 60 });
    const { failure } = await bench.run('for _ in range(6):\n    gitlab.get("projects/:id")');
    assert.equal(failure, undefined);
    assert.equal(bench.requests.length, 6);
  });

  test("that are met are waited for", async () => {
    const bench = workbench(seed);
    bench.gitlab.faults.add({ times: 1, status: 429, headers: { "retry-after": "30" } });
    const { lines, failure } = await bench.run(
      'before = now()\ngitlab.get("projects/:id")\nprint((now() - before).seconds >= 30)',
    );
    assert.equal(failure, undefined);
    assert.deepEqual(lines, ["True"]);
  });
});

suite("pages", () => {
  const script = (query: string) =>
    `found = gitlab.list("projects/:id/issues", query = ${query})\nprint(sorted([issue.iid for issue in found]))`;

  test("are followed by their numbers", async () => {
    const bench = workbench(seed);
    assert.deepEqual((await bench.run(script('{"per_page": 2}'))).lines, ["[1, 2, 3, 4, 5]"]);
    assert.equal(bench.requests.length, 3);
  });

  test("are followed by their keys", async () => {
    const bench = workbench(seed);
    const query = '{"pagination": "keyset", "order_by": "created_at", "per_page": 2}';
    assert.deepEqual((await bench.run(script(query))).lines, ["[1, 2, 3, 4, 5]"]);
    assert.ok(bench.requests.length >= 3);
  });

  test("are read again one by one when answers are lost", async () => {
    const bench = workbench(seed);
    bench.gitlab.faults.add({ after: 1, times: 1, drop: "after" });
    assert.deepEqual((await bench.run(script('{"per_page": 2}'))).lines, ["[1, 2, 3, 4, 5]"]);
    assert.equal(bench.requests.length, 4);
  });
});

suite("what GitLab refuses", () => {
  const message = async (script: string, token?: string) => (await workbench(seed, token).run(script)).failure?.message;

  test("is told in its words", async () => {
    assert.equal(
      await message('gitlab.get("projects/:id/issues/99")'),
      "GET projects/1/issues/99 answered 404 Not Found: 404 Issue Not Found",
    );
    assert.match(
      (await message('gitlab.post("projects/:id/issues", body = {})'))!,
      /^POST projects\/1\/issues answered 400 Bad Request: title is missing/,
    );
    assert.match((await message('gitlab.get("user")', "glpat-wrong"))!, /^GET user answered 401 Unauthorized(?!:)/);
    assert.match((await message('gitlab.get("nothing/here")'))!, /answered (404|501) /);
  });
});
