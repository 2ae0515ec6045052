/** The library for GitLab against the simulated GitLab: what its functions do there. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { workbench } from "./simulated-run.ts";

const seed: Seed = {
  users: [{ username: "sam" }, { username: "kim" }],
  groups: [{ path: "acme", members: { kim: "developer" }, labels: [{ name: "group-wide", color: "#112233" }] }],
  projects: [
    {
      path: "acme/web",
      members: { sam: "maintainer" },
      labels: [{ name: "bug" }, { name: "workflow::todo" }, { name: "workflow::review" }],
      milestones: [{ title: "1.0", due_date: "2026-12-01" }],
      files: { "README.md": "# Web", "docs/a b.md": "A" },
      issues: [{ title: "Crash", labels: ["bug", "workflow::todo"] }, { title: "Slow" }],
    },
    { path: "acme/api", files: { ".gitlab-ci.yml": "test: { script: [make test] }\n" } },
  ],
};

/** Runs a script that may use all of the library and `eq`; the project is `web`. */
async function check(body: string): Promise<void> {
  const bench = workbench(seed);
  const names = new Set(
    [...body.matchAll(/\b([a-z_]+)\.[a-z_]+\(/g)].map((match) => match[1]!).filter((name) => library.has(name)),
  );
  const script = `load("@autoflow//assert.star", "assert")
load("@autoflow//gitlab.star", ${[...names].map((name) => `"${name}"`).join(", ")})
web = "acme/web"
eq = assert.eq
${body.replaceAll(/^ {4}/gm, "")}
print("done")
`;
  const { lines, failure } = await bench.run(script);
  assert.equal(failure?.traceback ?? failure?.message, undefined);
  assert.equal(lines.at(-1), "done");
}

const library = new Set(
  "branches commits deployments discussions environments epics files groups hooks issues iterations jobs labels members merge_requests milestones notes optional pipelines places projects quick_actions releases tags users variables".split(
    " ",
  ),
);

suite("the library for GitLab, in the simulated GitLab", () => {
  test("issues", () =>
    check(`
    issue = issues.create(web, "Broken", labels = ["bug"], description = "It broke.", assignee_ids = users.ids(["sam"]))
    eq((issue.title, issue.state, issue.labels, issue.assignees[0].username), ("Broken", "opened", ["bug"], "sam"))
    eq(issues.get(issue, issue).iid, issue.iid)
    eq(issues.update(web, issue, title = "Fixed").title, "Fixed")
    eq(issues.close(web, issue).state, "closed")
    eq(issues.reopen(web, issue).state, "opened")
    eq([one.title for one in issues.list(web, state = "opened", labels = ["bug"], sort = "asc")], ["Crash", "Fixed"])
    eq(len(issues.list_in_group("acme")), 3)
    eq(issues.assign(web, issue, ["kim"]).assignees[0].username, "kim")
    eq(issues.assign(web, issue, []).assignees, [])
    eq(issues.create_note(web, issue, "Hello").body, "Hello")
    link = issues.link(web, issue, web, 1, "relates_to")
    eq([one.iid for one in issues.links(web, issue)], [1])
    issues.unlink(web, issue, issues.links(web, issue)[0].issue_link_id)
    eq(issues.links(web, issue), [])
    eq(issues.time_estimate(web, issue, "3h").time_estimate, 10800)
    eq(issues.add_spent_time(web, issue, "1h").total_time_spent, 3600)
    eq([one.username for one in issues.participants(web, issue)] != [], True)
    eq(issues.subscribe(web, 1) != 1, True)
    eq(issues.move(web, 2, "acme/api").title, "Slow")
    issues.delete(web, issue)
    eq(attempt(issues.get, web, issue).error.details.status_code, 404)
    `));

  test("labels", () =>
    check(`
    eq(issues.label(web, 1, add = "workflow::review").labels, ["bug", "workflow::review"])
    eq(issues.label(web, 1, add = ["p1"], remove = "bug").labels, ["p1", "workflow::review"])
    eq(issues.set_labels(web, 1, ["bug"]).labels, ["bug"])
    eq(labels.create(web, "a/b", "#ff0000").name, "a/b")
    eq(labels.find(web, "a/b").color, "#ff0000")
    eq(labels.update(web, "a/b", new_name = "c").name, "c")
    labels.delete(web, "c")
    eq(labels.find(web, "c"), None)
    eq(labels.create("groups/acme", "wide", "#00ff00").name, "wide")
    eq([one.name for one in labels.list("groups/acme")], ["group-wide", "wide"])
    `));

  test("milestones", () =>
    check(`
    one = milestones.find(web, "1.0")
    eq(one.due_date, "2026-12-01")
    eq(milestones.find(web, "2.0"), None)
    issues.update(web, 1, milestone_id = one.id)
    eq([issue.iid for issue in milestones.issues(web, one)], [1])
    eq(milestones.close(web, one).state, "closed")
    eq(milestones.activate(web, one.id).state, "active")
    two = milestones.create("groups/acme", "2.0")
    eq(milestones.update("groups/acme", two, title = "2.1").title, "2.1")
    eq(milestones.get("groups/acme", two).title, "2.1")
    milestones.delete("groups/acme", two)
    eq(milestones.list("groups/acme"), [])
    `));

  test("notes, discussions and quick actions", () =>
    check(`
    note = notes.create(web, "issues/1", "First")
    eq(notes.get(web, "issues/1", note).body, "First")
    eq(notes.update(web, "issues/1", note, "Second").body, "Second")
    notes.delete(web, "issues/1", note)
    kept = notes.upsert(web, "issues/1", "status", "one")
    eq(notes.upsert(web, "issues/1", "status", "two").id, kept.id)
    eq([one.body for one in notes.list(web, "issues/1") if not one.system], ["two\\n\\n<!-- status -->"])
    begun = discussions.create(web, "issues/1", "Why?")
    discussions.reply(web, "issues/1", begun, "Because.")
    eq([one.body for one in discussions.get(web, "issues/1", begun.id).notes], ["Why?", "Because."])
    eq(begun.id in [one.id for one in discussions.list(web, "issues/1")], True)
    quick_actions.run(web, "issues/1", [quick_actions.label("workflow::review"), "/close"])
    issue = issues.get(web, 1)
    eq((issue.state, issue.labels), ("closed", ["bug", "workflow::review"]))
    notes.create(web, issue, quick_actions.escape("/reopen"))
    eq(issues.get(web, 1).state, "closed")
    `));

  test("repository: files, commits, branches, tags", () =>
    check(`
    eq(files.read(web, "README.md"), "# Web")
    eq(files.read(web, "docs/a b.md"), "A")
    eq(files.find(web, "none.md"), None)
    eq(sorted([one.path for one in files.tree(web, recursive = True) if one.type == "blob"]), ["README.md", "docs/a b.md"])
    branches.create(web, "fix/a", "main")
    files.create(web, "new.md", "fix/a", "N", "Add new")
    files.update(web, "new.md", "fix/a", "NN", "Change new")
    eq(files.read(web, "new.md", "fix/a"), "NN")
    files.write(web, "new.md", "fix/a", "NN", "Nothing")
    files.write(web, "new.md", "fix/a", "NNN", "Write new")
    files.write(web, "other.md", "fix/a", "O", "Write other")
    files.delete(web, "other.md", "fix/a", "Remove other")
    eq([one.title for one in commits.list(web, ref_name = "fix/a", limit = 3)], ["Remove other", "Write other", "Write new"])
    made = commits.create(web, "fix/a", "Two at once", [{"action": "create", "file_path": "x", "content": "1"}, {"action": "update", "file_path": "README.md", "content": "2"}])
    eq(commits.get(web, made.id).title, "Two at once")
    eq(sorted([one.new_path for one in commits.diff(web, made.id)]), ["README.md", "x"])
    eq(len(commits.compare(web, "main", "fix/a").commits), 6)
    eq(branches.get(web, "fix/a").commit.id, made.id)
    eq(branches.find(web, "none"), None)
    eq(sorted([one.name for one in branches.list(web)]), ["fix/a", "main"])
    commits.create_comment(web, made.id, "Nice.")
    eq(commits.comments(web, made.id)[0].note, "Nice.")
    tags.create(web, "v1.0", "main")
    eq(tags.get(web, "v1.0").name, "v1.0")
    eq([one.name for one in tags.list(web)], ["v1.0"])
    releases.create(web, "v1.0", description = "First.")
    eq(releases.latest(web).tag_name, "v1.0")
    eq(releases.update(web, "v1.0", name = "One").name, "One")
    releases.create_link(web, "v1.0", "Image", "https://a.example/1")
    eq(releases.get(web, "v1.0").assets.links[0].name, "Image")
    releases.delete(web, "v1.0")
    eq(releases.find(web, "v1.0"), None)
    tags.delete(web, "v1.0")
    eq(tags.find(web, "v1.0"), None)
    branches.delete(web, "fix/a")
    `));

  test("merge requests", () =>
    check(`
    branches.create(web, "fix", "main")
    files.create(web, "fix.md", "fix", "F", "Fix")
    mr = merge_requests.create(web, "fix", "main", "Fix it", description = "Closes #1", labels = ["bug"])
    eq((mr.state, mr.labels), ("opened", ["bug"]))
    eq(merge_requests.get(mr, mr).iid, mr.iid)
    eq(merge_requests.update(web, mr, title = "Fix").title, "Fix")
    eq(merge_requests.label(web, mr, add = "workflow::review", remove = ["bug"]).labels, ["workflow::review"])
    eq(merge_requests.set_reviewers(web, mr, ["kim"]).reviewers[0].username, "kim")
    eq(merge_requests.assign(web, mr, ["sam"]).assignees[0].username, "sam")
    eq(merge_requests.create_note(web, mr, "Nice").body, "Nice")
    begun = discussions.create(web, mr, "Why?")
    eq(discussions.resolve(web, mr, begun.id).notes[0].resolved, True)
    eq([one.title for one in merge_requests.commits(web, mr)], ["Fix"])
    eq([one.new_path for one in merge_requests.diffs(web, mr)], ["fix.md"])
    eq([one.iid for one in merge_requests.closes_issues(web, mr)], [1])
    eq([one.iid for one in issues.closed_by(web, 1)], [mr.iid])
    merge_requests.approve(web, mr)
    eq(len(merge_requests.approvals(web, mr).approved_by), 1)
    merge_requests.unapprove(web, mr)
    eq(merge_requests.close(web, mr).state, "closed")
    eq(merge_requests.reopen(web, mr).state, "opened")
    eq(merge_requests.merge(web, mr).state, "merged")
    eq([one.iid for one in merge_requests.list(web, state = "merged")], [mr.iid])
    eq(len(merge_requests.list_in_group("acme")), 1)
    `));

  test("members, users, projects, groups, variables, hooks", () =>
    check(`
    eq(users.current().username, "root")
    sam = users.find("sam")
    eq(users.get(sam).username, "sam")
    eq(users.find("nobody"), None)
    eq(sorted([one.username for one in members.list(web) if one.username != "root"]), ["kim", "sam"])
    eq(members.find(web, "kim").access_level, 30)
    eq(members.find(web, "kim", inherited = False), None)
    eq(members.add("acme/api", sam, "reporter").access_level, 20)
    eq(members.update("acme/api", sam, "maintainer").access_level, 40)
    members.remove("acme/api", sam)
    eq(members.find("acme/api", sam, inherited = False), None)
    eq(projects.get(web).path_with_namespace, web)
    eq(projects.update(web, description = "Ours").description, "Ours")
    eq(groups.get("acme").full_path, "acme")
    eq(sorted([one.path for one in groups.projects("acme")]), ["api", "web"])
    eq(groups.subgroups("acme"), [])
    hook = hooks.create(web, "https://a.example/h", issues_events = True)
    eq(hooks.update(web, hook, url = "https://b.example/h").url, "https://b.example/h")
    hooks.delete(web, hook)
    eq(hooks.list(web), [])
    `));

  test("pipelines, jobs, environments, deployments", () =>
    check(`
    web = "acme/api"
    made = pipelines.create(web, "main", {"DEPLOY": "yes"})
    eq(pipelines.get(web, made).ref, "main")
    eq(pipelines.list(web, limit = 1)[0].id, made.id)
    eq(pipelines.latest(web, "main").id, made.id)
    eq(type(pipelines.jobs(web, made)), "list")
    sha = branches.get(web, "main").commit.id
    environment = environments.create(web, "production")
    eq(environments.find(web, "production").id, environment.id)
    eq(environments.find(web, "staging"), None)
    begun = deployments.create(web, "production", sha, "main")
    eq(begun.status, "running")
    eq(deployments.update(web, begun, "success").status, "success")
    eq(deployments.latest(web, "production").id, begun.id)
    eq([one.id for one in deployments.list(web)], [begun.id])
    eq(environments.stop(web, "production").state, "stopped")
    `));

  test("epics", () =>
    check(`
    epic = epics.create("acme", "Faster", labels = ["group-wide"])
    eq(epics.get("acme", epic).title, "Faster")
    eq(epics.label("acme", epic, remove = "group-wide").labels, [])
    issue = issues.get(web, 1)
    epics.add_issue("acme", epic, issue)
    found = epics.issues("acme", epic)
    eq([one.iid for one in found], [1])
    epics.remove_issue("acme", epic, found[0].epic_issue_id)
    eq(epics.issues("acme", epic), [])
    eq(epics.create_note("acme", epic, "Soon.").body, "Soon.")
    eq(epics.close("acme", epic).state, "closed")
    eq(epics.reopen("acme", epic).state, "opened")
    eq([one.iid for one in epics.list("acme")], [epic.iid])
    `));
});
