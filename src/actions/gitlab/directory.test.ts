import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../core/ports.ts";
import { createGitLabDirectory } from "./directory.ts";
import { json, setUp, token } from "./testing-server.ts";

test("members are those whom GitLab names, by exactly that name in any case", async () => {
  await using setup = await setUp(({ url }, response) => {
    if (url.includes("gone")) json(response, { message: "404 Group Not Found" }, 404);
    else json(response, [{ username: "kim.lee" }, { username: "Kim" }]);
  });
  const warnings: unknown[] = [];
  const directory = createGitLabDirectory({
    access: { of: (project) => (project === "42" ? { url: setup.url, token } : undefined) },
    clock: { now: () => Date.now(), setTimer: () => ({ cancel() {} }) },
    log: { ...silentLog, warn: (_message, fields) => void warnings.push(fields?.["error"]) },
    maxResponseBytes: 10_000,
    userAgent: "AutoFlow/test",
  });
  assert.equal(await directory.isMember("42", "top/ops", "kim"), true);
  assert.equal(await directory.isMember("42", "top/ops", "lee"), false);
  assert.equal(setup.asked[0]!.url, "/api/v4/groups/top%2Fops/members/all?query=kim&per_page=100");
  assert.equal(setup.asked[0]!.headers["private-token"], token);
  assert.equal(await directory.isMember("42", "gone", "kim"), false);
  assert.equal(await directory.isMember("43", "top/ops", "kim"), false);
  assert.deepEqual(warnings, ["GitLab answered 404 Not Found", "there is no GitLab instance for project 43"]);
  directory.close();
});
