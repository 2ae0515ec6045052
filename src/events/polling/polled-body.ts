/** What GitLab's REST API tells of objects, in the shape that its webhooks have. What it does not tell is absent. */
import { objectAt, textAt, type JsonObject } from "../body-fields.ts";

/** `project` of bodies. */
export function projectBody(project: JsonObject): JsonObject {
  const levels: Record<string, number> = { private: 0, internal: 10, public: 20 };
  const [url, ssh, http] = [project["web_url"], project["ssh_url_to_repo"], project["http_url_to_repo"]];
  return {
    id: project["id"],
    name: project["name"],
    description: project["description"],
    web_url: url,
    avatar_url: project["avatar_url"],
    git_ssh_url: ssh,
    git_http_url: http,
    namespace: objectAt(project, "namespace")["name"],
    visibility_level: levels[textAt(project, "visibility") ?? ""],
    path_with_namespace: project["path_with_namespace"],
    default_branch: project["default_branch"],
    ci_config_path: project["ci_config_path"],
    homepage: url,
    url: ssh,
    ssh_url: ssh,
    http_url: http,
  };
}

/** `user` of bodies; undefined for nobody. GitLab's API tells no e-mail address. */
export function userBody(user: unknown): JsonObject | undefined {
  if (user === null || typeof user !== "object") return undefined;
  const { id, name, username, avatar_url } = user as JsonObject;
  return { id, name, username, avatar_url, email: "[REDACTED]" };
}

/** "issue", or "work_item" for tasks, incidents and so on. */
export function issueKind(issue: JsonObject): "issue" | "work_item" {
  return (issue["issue_type"] ?? "issue") === "issue" ? "issue" : "work_item";
}

/** `object_attributes` of an issue, without `action`. */
export function issueAttributes(issue: JsonObject): JsonObject {
  const stats = objectAt(issue, "time_stats");
  return {
    ...common(issue, stats),
    closed_at: hookTime(issue["closed_at"]),
    confidential: issue["confidential"],
    discussion_locked: issue["discussion_locked"] ?? null,
    due_date: issue["due_date"],
    moved_to_id: issue["moved_to_id"] ?? null,
    project_id: issue["project_id"],
    weight: issue["weight"] ?? null,
    health_status: issue["health_status"] ?? null,
    type: typeNames[textAt(issue, "issue_type") ?? "issue"] ?? issue["issue_type"],
    severity: textAt(issue, "severity")?.toLowerCase() ?? null,
    state_id: issue["state"] === "opened" ? 1 : 2,
  };
}

const typeNames: Record<string, string> = {
  issue: "Issue",
  incident: "Incident",
  test_case: "Test Case",
  task: "Task",
};

/** `object_attributes` of a merge request, without `action`. */
export function mergeRequestAttributes(request: JsonObject, project: JsonObject): JsonObject {
  const sha = textAt(request, "sha");
  const stateIds: Record<string, number> = { opened: 1, closed: 2, merged: 3, locked: 4 };
  return {
    ...common(request, objectAt(request, "time_stats")),
    draft: request["draft"],
    work_in_progress: request["draft"],
    merge_commit_sha: request["merge_commit_sha"] ?? null,
    merge_status: request["merge_status"],
    detailed_merge_status: request["detailed_merge_status"],
    merge_user_id: objectAt(request, "merge_user")["id"] ?? null,
    merge_when_pipeline_succeeds: request["merge_when_pipeline_succeeds"],
    blocking_discussions_resolved: request["blocking_discussions_resolved"],
    prepared_at: hookTime(request["prepared_at"]),
    source_branch: request["source_branch"],
    source_project_id: request["source_project_id"],
    target_branch: request["target_branch"],
    target_project_id: request["target_project_id"],
    target: project,
    reviewer_ids: ids(request["reviewers"]),
    last_commit: sha === undefined ? null : { id: sha },
    state_id: stateIds[textAt(request, "state") ?? ""],
  };
}

function common(item: JsonObject, stats: JsonObject): JsonObject {
  const assignees = ids(item["assignees"]);
  return {
    id: item["id"],
    iid: item["iid"],
    title: item["title"],
    description: item["description"],
    state: item["state"],
    author_id: objectAt(item, "author")["id"],
    assignee_id: assignees[0] ?? null,
    assignee_ids: assignees,
    created_at: hookTime(item["created_at"]),
    updated_at: hookTime(item["updated_at"]),
    milestone_id: objectAt(item, "milestone")["id"] ?? null,
    labels: labelBodies(item["labels"]),
    time_estimate: stats["time_estimate"],
    total_time_spent: stats["total_time_spent"],
    human_time_estimate: stats["human_time_estimate"],
    human_total_time_spent: stats["human_total_time_spent"],
    url: item["web_url"],
  };
}

/** Members of bodies of issues and merge requests beside `object_attributes`. */
export function peopleAndLabels(item: JsonObject): JsonObject {
  const assignees = people(item["assignees"]);
  const reviewers = people(item["reviewers"]);
  return {
    labels: labelBodies(item["labels"]),
    ...(assignees.length > 0 && { assignees }),
    ...(reviewers.length > 0 && { reviewers }),
  };
}

/** Labels with their details, as webhooks have them. */
export function labelBodies(labels: unknown): JsonObject[] {
  return list(labels).map(labelBody);
}

/** One label. */
export function labelBody(label: JsonObject): JsonObject {
  const { id, name, color, description } = label;
  return { id, title: name, color, description };
}

/** `object_attributes` of a comment of the Events API. */
export function noteAttributes(note: JsonObject, projectId: unknown): JsonObject {
  return {
    id: note["id"],
    note: note["body"],
    description: note["body"],
    type: note["type"],
    system: note["system"],
    internal: note["internal"] ?? note["confidential"] ?? false,
    author_id: objectAt(note, "author")["id"],
    noteable_id: note["noteable_id"],
    noteable_type: note["noteable_type"],
    project_id: projectId,
    created_at: hookTime(note["created_at"]),
    updated_at: hookTime(note["updated_at"]),
    action: "create",
  };
}

/** `object_attributes` of a milestone. */
export function milestoneAttributes(milestone: JsonObject): JsonObject {
  return {
    ...pick(milestone, "id", "iid", "title", "description", "state", "due_date", "start_date"),
    project_id: milestone["project_id"] ?? null,
    group_id: null,
    created_at: hookTime(milestone["created_at"]),
    updated_at: hookTime(milestone["updated_at"]),
  };
}

/** `object_attributes` of one pipeline as it is asked for alone. */
export function pipelineAttributes(pipeline: JsonObject): JsonObject {
  const { status } = pipeline;
  return {
    ...pick(
      pipeline,
      "id",
      "iid",
      "ref",
      "tag",
      "sha",
      "before_sha",
      "source",
      "status",
      "duration",
      "queued_duration",
    ),
    name: pipeline["name"] ?? null,
    detailed_status: status === "success" ? "passed" : status,
    created_at: hookTime(pipeline["created_at"]),
    finished_at: hookTime(pipeline["finished_at"]),
    url: pipeline["web_url"],
  };
}

/** The body of a release, without `action`. */
export function releaseBody(release: JsonObject): JsonObject {
  const assets = objectAt(release, "assets");
  const commit = objectAt(release, "commit");
  return {
    ...pick(release, "name", "description"),
    tag: release["tag_name"],
    created_at: hookTime(release["created_at"]),
    released_at: hookTime(release["released_at"]),
    url: objectAt(release, "_links")["self"],
    assets: {
      count: assets["count"],
      links: list(assets["links"]).map((link) => pick(link, "id", "link_type", "name", "url")),
      sources: assets["sources"],
    },
    ...(commit["id"] !== undefined && { commit: commitBody(commit) }),
  };
}

function commitBody(commit: JsonObject): JsonObject {
  return {
    ...pick(commit, "id", "message", "title"),
    timestamp: commit["committed_date"],
    url: commit["web_url"],
    author: { name: commit["author_name"], email: "[REDACTED]" },
  };
}

function pick(item: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value)
    ? (value as JsonObject[]).filter((item) => typeof item === "object" && item !== null)
    : [];
}

function ids(value: unknown): unknown[] {
  return list(value).map(({ id }) => id);
}

function people(value: unknown): JsonObject[] {
  return list(value)
    .map(userBody)
    .filter((user) => user !== undefined);
}

/** "2026-11-02 14:06:51 UTC", as webhooks write times. */
function hookTime(time: unknown): string | null {
  const ms = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? null : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
