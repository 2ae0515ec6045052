/** What happened besides issues and merge requests: comments, pushes, pipelines, releases, milestones. */
import type { EventView } from "../../core/engine.ts";
import { idAt, objectAt, textAt, type JsonObject } from "../body-fields.ts";
import { changeOf, toleranceMs, type Change } from "./change.ts";
import {
  issueAttributes,
  mergeRequestAttributes,
  milestoneAttributes,
  noteAttributes,
  pipelineAttributes,
  projectBody,
  releaseBody,
  userBody,
} from "./polled-body.ts";
import { timeOf, type Reading } from "./reading.ts";

const dayMs = 86_400_000;

/** Comments that the Events API tells of. */
export function noteChanges(reading: Reading): Change[] {
  const project = projectBody(reading.project);
  return reading.entries.flatMap((entry) => {
    const note = objectAt(entry, "note");
    if (idAt(note, "id") === undefined || note["system"] === true) return [];
    const body = {
      object_kind: "note",
      event_type: note["internal"] === true ? "confidential_note" : "note",
      user: userBody(entry["author"]),
      project_id: project["id"],
      project,
      object_attributes: noteAttributes(note, project["id"]),
      ...notedObject(reading, note, project),
    };
    return [changeOf(body, timeOf(entry, "created_at"), `event/${idAt(entry, "id")}`)];
  });
}

function notedObject({ issues, mergeRequests }: Reading, note: JsonObject, project: JsonObject): JsonObject {
  const isIt = ({ id }: JsonObject): boolean => id === note["noteable_id"];
  const ids = { id: note["noteable_id"], iid: note["noteable_iid"] };
  if (note["noteable_type"] === "Issue") {
    const issue = issues.find(isIt);
    return { issue: issue === undefined ? ids : issueAttributes(issue) };
  }
  if (note["noteable_type"] !== "MergeRequest") return {};
  const request = mergeRequests.find(isIt);
  return { merge_request: request === undefined ? ids : mergeRequestAttributes(request, project) };
}

const noCommit = "0".repeat(40);

/** Pushes of branches and tags that the Events API tells of. A push of many refs at once is told without them, and left out. */
export function pushChanges({ project, entries }: Reading): Change[] {
  return entries.flatMap((entry) => {
    const data = objectAt(entry, "push_data");
    const name = textAt(data, "ref");
    const refType = textAt(data, "ref_type");
    if (name === undefined || refType === undefined) return [];
    const kind = refType === "tag" ? "tag_push" : "push";
    const [before, after] = [textAt(data, "commit_from") ?? noCommit, textAt(data, "commit_to") ?? noCommit];
    const ref = `refs/${refType === "tag" ? "tags" : "heads"}/${name}`;
    const author = objectAt(entry, "author");
    const at = timeOf(entry, "created_at");
    const body = {
      object_kind: kind,
      event_name: kind,
      before,
      after,
      ref,
      checkout_sha: after === noCommit ? null : after,
      message: null,
      user_id: author["id"],
      user_name: author["name"],
      user_username: author["username"],
      user_avatar: author["avatar_url"],
      project_id: project["id"],
      project: projectBody(project),
      commits: [],
      total_commits_count: data["commit_count"],
    };
    const isToldBy = (event: EventView): boolean =>
      isPush(event, ref, before, after) && event.receivedAt >= at - toleranceMs;
    return [changeOf(body, at, `event/${idAt(entry, "id")}`, isToldBy)];
  });
}

/** Webhooks of pushes give no time: the same step of a ref, come after it was made, is the same push. */
function isPush({ attributes, body }: EventView, ref: string, before: string, after: string): boolean {
  if (attributes.subject !== ref.replace("refs/heads/", "branches/").replace("refs/tags/", "tags/")) return false;
  try {
    const data = JSON.parse(new TextDecoder().decode(body)) as JsonObject;
    return data["before"] === before && data["after"] === after;
  } catch {
    return false;
  }
}

/** What has become of pipelines: as they are now, however often they changed since. Throws PollFailed. */
export async function pipelineChanges(
  { reader, project, pipelines }: Reading,
  isKnown: (id: string) => boolean,
): Promise<{ change: Change; key: string }[]> {
  const changes: { change: Change; key: string }[] = [];
  for (const listed of pipelines) {
    const key = `pipelines/${idAt(listed, "id")}/${textAt(listed, "status")}@${textAt(listed, "updated_at")}`;
    if (isKnown(key)) continue;
    const page = await reader.get(`pipelines/${idAt(listed, "id")}`, []);
    if (page === undefined) continue;
    changes.push({ change: pipelineChange(page.body as JsonObject, project), key });
  }
  return changes;
}

function pipelineChange(pipeline: JsonObject, project: JsonObject): Change {
  const user = userBody(pipeline["user"]);
  const body = {
    object_kind: "pipeline",
    object_attributes: pipelineAttributes(pipeline),
    ...(user !== undefined && { user }),
    project: projectBody(project),
    builds: [],
  };
  const since = timeOf(pipeline, "started_at") || timeOf(pipeline, "created_at");
  const id = `pipelines/${idAt(pipeline, "id")}/${textAt(pipeline, "status")}@${new Date(since).toISOString()}`;
  const at = timeOf(pipeline, "finished_at") || timeOf(pipeline, "updated_at");
  const change = changeOf(body, at, id, ({ attributes, receivedAt }) => {
    const { type, subject } = change;
    return attributes.type === type && attributes.subject === subject && receivedAt >= since - toleranceMs;
  });
  return change;
}

/** Releases that are new. */
export function releaseChanges({ project, releases }: Reading): Change[] {
  return releases.map((release) => {
    const body = {
      object_kind: "release",
      action: "create",
      ...releaseBody(release),
      project: projectBody(project),
    };
    return changeOf(body, timeOf(release, "created_at"), `releases/${textAt(release, "tag_name")}`);
  });
}

/** Milestones that are new, closed or reopened, and those whose last day is over. */
export function milestoneChanges(reading: Reading): Change[] {
  const { entries, milestones, window } = reading;
  const changes: Change[] = [];
  const add = (milestone: JsonObject, action: string, at: number, id: string, who?: unknown): void => {
    const user = userBody(who);
    const body = {
      object_kind: "milestone",
      event_type: "milestone",
      ...(user !== undefined && { user }),
      project: projectBody(reading.project),
      object_attributes: milestoneAttributes(milestone),
      action,
    };
    changes.push(changeOf(body, at, id));
  };
  for (const milestone of milestones) {
    const createdAt = timeOf(milestone, "created_at");
    if (createdAt >= window.since) add(milestone, "create", createdAt, `milestones/${idAt(milestone, "id")}`);
    const overdueAt = Date.parse(`${textAt(milestone, "due_date")}T00:00:00Z`) + dayMs;
    const hasExpired = milestone["state"] === "active" && overdueAt >= window.since && overdueAt < window.until;
    if (hasExpired) add(milestone, "expired", overdueAt, `milestones/${idAt(milestone, "id")}/expired`);
  }
  const byId = new Map(milestones.map((milestone) => [milestone["id"], milestone]));
  for (const entry of entries) {
    const milestone = entry["target_type"] === "Milestone" ? byId.get(entry["target_id"]) : undefined;
    if (milestone === undefined) continue;
    const at = timeOf(entry, "created_at");
    const isNew = Math.abs(at - timeOf(milestone, "created_at")) <= toleranceMs;
    const action = entry["action_name"] === "closed" ? "close" : isNew ? undefined : "reopen";
    if (action !== undefined) add(milestone, action, at, `event/${idAt(entry, "id")}`, entry["author"]);
  }
  return changes;
}
