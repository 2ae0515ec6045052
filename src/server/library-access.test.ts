import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Config, ProjectConfig } from "../config/config.ts";
import { TestRepository } from "../events/definitions/testing-git.ts";
import { GitLabStandIn } from "../events/definitions/testing-gitlab.ts";
import { systemClock } from "../host/clock.ts";
import { createLibraryAccess } from "./library-access.ts";

const commit = "a".repeat(40);

/** Access of the projects of a configuration. */
function access(gitlab: Config["gitlab"], projects: Record<string, Partial<ProjectConfig>>) {
  const none = { path: undefined, script: undefined, vars: {}, secrets: {} };
  const entries = Object.entries(projects).map(([key, project]) => [key, { ...none, ...project }] as const);
  const { signal } = new AbortController();
  const config = { gitlab, projects: new Map(entries) };
  return createLibraryAccess(config, { unlocked: "refuse", clock: systemClock, signal });
}

function fromGitLab(url: string, token: string | undefined, sharesToken = false): Partial<ProjectConfig> {
  return { script: { kind: "gitlab", url, project: undefined, ref: undefined, token, sharesToken } };
}

describe("where a project's scripts find other projects", () => {
  it("is what the token of its own script may read, and nothing that another project's may", async () => {
    await using gitlab = await GitLabStandIn.start();
    gitlab.create("group/lib", ["trusted"]);
    gitlab.push("group/lib", commit, { "x.star": "" });
    const of = access(
      { url: gitlab.url, token: "trusted", sharedProjects: ["Group/*"] },
      {
        "1": fromGitLab(gitlab.url, "trusted"),
        "2": fromGitLab(gitlab.url, "other"),
        "3": fromGitLab(gitlab.url, undefined),
        "4": { script: { kind: "folder", folder: "/app" } },
      },
    );
    for (const project of ["1", "4"]) assert.equal(await of(project).others.commitOf("group/lib", "main"), commit);
    for (const project of ["2", "3"]) {
      await assert.rejects(of(project).others.commitOf("group/lib", "main"), { code: "SCRIPT_SOURCE_UNAVAILABLE" });
      assert.deepEqual(await of(project).others.at("group/lib", commit).read("x.star"), { siblings: [] });
    }
    // What one project has read is not kept for another.
    await of("1").others.at("group/lib", commit).read("x.star");
    assert.deepEqual(await of("2").others.at("group/lib", commit).read("x.star"), { siblings: [] });
  });

  it("is not what the token that projects share may read, unless it is shared too", async () => {
    await using gitlab = await GitLabStandIn.start();
    for (const path of ["group/lib", "groups/lib", "other/lib"]) gitlab.create(path, ["common"]);
    for (const path of ["group/lib", "groups/lib", "other/lib", "open/lib"])
      gitlab.push(path, commit, { "x.star": "" });
    const of = access(
      { url: gitlab.url, token: "common", sharedProjects: ["group/*", "other/lib"] },
      { "1": fromGitLab(gitlab.url, "common", true), "2": { script: { kind: "folder", folder: "/app" } } },
    );
    for (const project of ["1", "2"]) {
      const { others } = of(project);
      for (const path of ["group/lib", "other/lib", "open/lib"]) {
        assert.equal(await others.commitOf(path, "main"), commit);
        assert.ok((await others.at(path, commit).read("x.star")) instanceof Uint8Array);
      }
      await assert.rejects(others.commitOf("groups/lib", "main"), { hint: /gitlab\.shared_projects/ });
      assert.deepEqual(await others.at("groups/lib", commit).read("x.star"), { siblings: [] });
    }
  });

  it("is on the instance that its script is read from", async () => {
    await using common = await GitLabStandIn.start();
    await using own = await GitLabStandIn.start();
    common.push("group/lib", commit, {});
    own.push("group/lib", "b".repeat(40), {});
    const of = access(
      { url: common.url, token: "secret", sharedProjects: [] },
      { "1": fromGitLab(own.url, undefined), "2": {} },
    );
    assert.equal(await of("1").others.commitOf("group/lib", "main"), "b".repeat(40));
    assert.equal(await of("2").others.commitOf("group/lib", "main"), commit);
  });

  it("is a folder first, where it has one", async () => {
    await using gitlab = await GitLabStandIn.start();
    await using repository = await TestRepository.create();
    const here = await repository.commit({ "x.star": "here" });
    gitlab.push("group/lib", commit, {});
    const of = access(
      { url: gitlab.url, token: undefined, sharedProjects: [] },
      { "1": { projectSources: { "group/lib": repository.folder } }, "2": {}, "*": { projectSources: {} } },
    );
    assert.equal(await of("1").others.commitOf("group/lib", "main"), here);
    assert.equal(await of("2").others.commitOf("group/lib", "main"), commit);
    assert.deepEqual(await of("1").others.at("group/lib", here).read("x.star"), Buffer.from("here"));
  });
});
