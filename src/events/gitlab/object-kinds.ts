/** The kinds of webhook bodies that have an `object_kind`: one row each. */
import { idAt, textAt, type JsonObject } from "../body-fields.ts";
import {
  actionOf,
  attributesOf,
  changeTimeOf,
  inCollection,
  notedObject,
  noTime,
  pastTense,
  unchanged,
  type EventKind,
} from "./event-kind.ts";

const lifecycleWords = { open: "created", update: "updated", close: "closed", reopen: "reopened" };
const changeWords = { create: "created", update: "updated", delete: "deleted" };
const statusWords = {
  ...unchanged(
    "created",
    "preparing",
    "waiting_for_resource",
    "waiting_for_callback",
    "pending",
    "scheduled",
    "manual",
  ),
  ...unchanged("canceling", "canceled", "failed", "skipped", "blocked"),
  running: "started",
  success: "succeeded",
};

const mergeRequest: EventKind = {
  object: "merge_request",
  hook: "Merge Request Hook",
  field: "object_attributes.action",
  word: actionOf,
  pastTense: pastTense({
    ...lifecycleWords,
    merge: "merged",
    // One person's approval; "approved" and "unapproved" are about the rules of the merge request as a whole.
    approval: "approval_added",
    unapproval: "approval_removed",
    ...unchanged("approved", "unapproved"),
  }),
  otherwise: "updated",
  subject: (body) => inCollection("merge_requests", idAt(attributesOf(body), "iid")),
  time: changeTimeOf,
  thin: "merge_request",
  scope: "project",
};

const note: EventKind = {
  object: "note",
  hook: "Note Hook, Confidential Note Hook",
  field: "object_attributes.action",
  word: actionOf,
  pastTense: pastTense(changeWords),
  otherwise: "created",
  subject: (body) => onNotedObject(body, "notes"),
  time: changeTimeOf,
  scope: "project",
};

const emoji: EventKind = {
  object: "emoji",
  hook: "Emoji Hook",
  field: "event_type",
  word: (body) => textAt(body, "event_type"),
  pastTense: pastTense({ award: "awarded", revoke: "revoked" }),
  otherwise: "awarded",
  subject: (body) => onNotedObject(body, "award_emoji"),
  time: changeTimeOf,
  scope: "project",
};

const wikiPage: EventKind = {
  object: "wiki_page",
  hook: "Wiki Page Hook",
  field: "object_attributes.action",
  word: actionOf,
  pastTense: pastTense(changeWords),
  otherwise: "updated",
  subject: (body) => inCollection("wikis", textAt(attributesOf(body), "slug")),
  time: noTime,
  scope: "project",
};

const pipeline: EventKind = {
  object: "pipeline",
  hook: "Pipeline Hook",
  field: "object_attributes.status",
  word: (body) => textAt(attributesOf(body), "status"),
  pastTense: pastTense(statusWords),
  otherwise: "updated",
  subject: (body) => inCollection("pipelines", idAt(attributesOf(body), "id")),
  time: (body) => textAt(attributesOf(body), "finished_at") ?? textAt(attributesOf(body), "created_at"),
  scope: "project",
};

const job: EventKind = {
  object: "job",
  hook: "Job Hook",
  field: "build_status",
  word: (body) => textAt(body, "build_status"),
  pastTense: pastTense(statusWords),
  otherwise: "updated",
  subject: (body) => inCollection("jobs", idAt(body, "build_id")),
  time: (body) =>
    textAt(body, "build_finished_at") ?? textAt(body, "build_started_at") ?? textAt(body, "build_created_at"),
  scope: "project",
};

const deployment: EventKind = {
  object: "deployment",
  hook: "Deployment Hook",
  field: "status",
  word: (body) => textAt(body, "status"),
  pastTense: pastTense(statusWords),
  otherwise: "updated",
  subject: (body) => inCollection("deployments", idAt(body, "deployment_id")),
  time: (body) => textAt(body, "status_changed_at"),
  scope: "project",
};

const featureFlag: EventKind = {
  object: "feature_flag",
  hook: "Feature Flag Hook",
  field: "object_attributes.active",
  word: (body) => activityWord(attributesOf(body)["active"]),
  pastTense: pastTense(unchanged("activated", "deactivated")),
  otherwise: "updated",
  subject: (body) => inCollection("feature_flags", idAt(attributesOf(body), "id")),
  time: noTime,
  scope: "project",
};

const release: EventKind = {
  object: "release",
  hook: "Release Hook",
  field: "action",
  word: actionOf,
  pastTense: pastTense(changeWords),
  otherwise: "updated",
  subject: (body) => inCollection("releases", textAt(body, "tag")),
  time: (body) => textAt(body, "created_at"),
  scope: "project",
};

const milestone: EventKind = {
  object: "milestone",
  hook: "Milestone Hook",
  field: "action",
  word: actionOf,
  // No webhook tells of an expiry; polling does.
  pastTense: pastTense({ ...changeWords, close: "closed", reopen: "reopened", ...unchanged("expired") }),
  otherwise: "updated",
  subject: (body) => inCollection("milestones", idAt(attributesOf(body), "iid")),
  time: changeTimeOf,
  scope: "project",
};

const accessToken: EventKind = {
  object: "access_token",
  hook: "Resource Access Token Hook",
  field: "event_name",
  word: (body) => textAt(body, "event_name")?.replace(/_access_token$/, ""),
  pastTense: pastTense(unchanged("expiring")),
  otherwise: "expiring",
  subject: (body) => inCollection("access_tokens", idAt(attributesOf(body), "id")),
  time: noTime,
  scope: "project",
};

const vulnerability: EventKind = {
  object: "vulnerability",
  hook: "Vulnerability Hook",
  field: "object_attributes.state",
  // The body names no action; its state says what became of it. An issue linked to it is one more event in the same state.
  word: (body) => textAt(attributesOf(body), "state"),
  pastTense: pastTense(unchanged("detected", "confirmed", "dismissed", "resolved")),
  otherwise: "updated",
  subject: (body) => inCollection("vulnerabilities", vulnerabilityId(attributesOf(body))),
  time: changeTimeOf,
  scope: "project",
};

/** By `object_kind`. */
export const objectKinds: ReadonlyMap<string, EventKind> = new Map([
  ["issue", issueLike("issue")],
  ["work_item", issueLike("work_item")],
  ["merge_request", mergeRequest],
  ["note", note],
  ["emoji", emoji],
  ["push", refLike("branch", "branches")],
  ["tag_push", refLike("tag", "tags")],
  ["wiki_page", wikiPage],
  ["pipeline", pipeline],
  ["build", job],
  ["deployment", deployment],
  ["feature_flag", featureFlag],
  ["release", release],
  ["milestone", milestone],
  ["access_token", accessToken],
  ["vulnerability", vulnerability],
]);

/** The `object_kind` that a hook stands for, where it is not the hook's own name. */
export const kindsOfHooks: ReadonlyMap<string, string> = new Map([
  ["confidential_issue", "issue"],
  ["confidential_note", "note"],
  ["job", "build"],
  ["resource_access_token", "access_token"],
]);

function issueLike(object: "issue" | "work_item"): EventKind {
  return {
    object,
    hook: object === "issue" ? "Issue Hook, Confidential Issue Hook" : "Issue Hook",
    field: "object_attributes.action",
    word: actionOf,
    pastTense: pastTense(lifecycleWords),
    otherwise: "updated",
    subject: (body) => inCollection(`${object}s`, idAt(attributesOf(body), "iid")),
    time: changeTimeOf,
    thin: object,
    scope: "project",
  };
}

function refLike(object: "branch" | "tag", collection: string): EventKind {
  return {
    object,
    hook: object === "tag" ? "Tag Push Hook" : "Push Hook",
    field: "before, after",
    word: refWord,
    pastTense: pastTense(unchanged("created", "updated", "deleted")),
    otherwise: "updated",
    subject: (body) => inCollection(collection, textAt(body, "ref")?.replace(/^refs\/(heads|tags)\//, "")),
    time: noTime,
    scope: "project",
  };
}

/** A push says by commit ids of zeros what it made and what it removed. */
function refWord(body: JsonObject): string {
  if (isNoCommit(textAt(body, "before"))) return "created";
  return isNoCommit(textAt(body, "after")) ? "deleted" : "updated";
}

function isNoCommit(sha: string | undefined): boolean {
  return sha !== undefined && /^0+$/.test(sha);
}

function activityWord(active: unknown): string | undefined {
  if (typeof active !== "boolean") return undefined;
  return active ? "activated" : "deactivated";
}

function vulnerabilityId(attributes: JsonObject): string | undefined {
  return idAt(attributes, "id") ?? /\/vulnerabilities\/(\d+)$/.exec(textAt(attributes, "url") ?? "")?.[1];
}

function onNotedObject(body: JsonObject, collection: string): string | undefined {
  const owner = notedObject(body);
  const own = inCollection(collection, idAt(attributesOf(body), "id"));
  return owner === undefined || own === undefined ? (owner ?? own) : `${owner}/${own}`;
}
