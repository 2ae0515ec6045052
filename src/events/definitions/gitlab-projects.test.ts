import assert from "node:assert/strict";
import { it } from "node:test";
import { GitLabClient } from "./gitlab-client.ts";
import { GitLabProjects } from "./gitlab-projects.ts";
import { libraryCommits, libraryRefs, otherProjectsSuite } from "./other-projects.suite.ts";
import { GitLabStandIn } from "./testing-gitlab.ts";
import { hastyClock } from "./testing.ts";

const commits = ["a".repeat(40), "b".repeat(40)];
const signal = new AbortController().signal;

function projectsOf(gitlab: GitLabStandIn, token?: string): GitLabProjects {
  const client = new GitLabClient({ url: gitlab.url, clock: hastyClock, ...(token !== undefined && { token }) });
  return new GitLabProjects(client, signal);
}

otherProjectsSuite("a GitLab instance", async () => {
  const gitlab = await GitLabStandIn.start();
  libraryCommits.forEach((files, i) => {
    const refs = libraryRefs.filter(({ commit }) => commit === i).map(({ name }) => name);
    gitlab.push("group/sub/lib", commits[i]!, files, refs);
  });
  return { projects: projectsOf(gitlab), commits, [Symbol.asyncDispose]: () => gitlab[Symbol.asyncDispose]() };
});

it("a private project is read with a token that may read it, and is not there for any other", async () => {
  await using gitlab = await GitLabStandIn.start();
  gitlab.create("group/secret", ["right"]);
  gitlab.push("group/secret", commits[0]!, { "x.star": "secret" });
  const projects = projectsOf(gitlab, "right");
  assert.equal(await projects.commitOf("group/secret", "main"), commits[0]);
  assert.ok((await projects.at("group/secret", commits[0]!).read("x.star")) instanceof Uint8Array);
  for (const other of [projectsOf(gitlab, "wrong"), projectsOf(gitlab)]) {
    await assert.rejects(other.commitOf("group/secret", "main"), {
      code: "SCRIPT_SOURCE_UNAVAILABLE",
      message: /shows no project group\/secret: it is not there, or the token may not read it$/,
    });
    assert.deepEqual(await other.at("group/secret", commits[0]!).read("x.star"), { siblings: [] });
  }
});

it("what is at a commit is asked for once", async () => {
  await using gitlab = await GitLabStandIn.start();
  gitlab.push("group/lib", commits[0]!, { "x.star": "x" });
  const projects = projectsOf(gitlab);
  await projects.at("group/lib", commits[0]!).read("x.star");
  await projects.at("group/lib", commits[0]!).read("x.star");
  assert.equal(gitlab.requests.length, 1);
});

it("what is no commit is not taken for one", async () => {
  await using gitlab = await GitLabStandIn.start();
  gitlab.push("group/lib", "../../../users", { "x.star": "x" });
  await assert.rejects(projectsOf(gitlab).commitOf("group/lib", "main"), { code: "SCRIPT_SOURCE_UNAVAILABLE" });
});
