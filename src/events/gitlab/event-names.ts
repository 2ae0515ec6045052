/** The kinds of webhook bodies that have only an `event_name`: group hooks and system hooks, one row each. */
import { idAt, textAt } from "../body-fields.ts";
import { inCollection, pastTense, unchanged, type EventKind, type EventScope } from "./event-kind.ts";

/** The hook of an object, what the object is listed under, and the field with its id. */
const objects: Readonly<Record<string, readonly [hook: string, collection: string, idName: string]>> = {
  member: ["Member Hook, System Hook", "members", "user_id"],
  project: ["Project Hook, System Hook", "projects", "project_id"],
  repository: ["System Hook", "projects", "project_id"],
  subgroup: ["Subgroup Hook", "groups", "group_id"],
  group: ["System Hook", "groups", "group_id"],
  user: ["System Hook", "users", "user_id"],
  key: ["System Hook", "keys", "id"],
};

/** By `event_name`. The birth and the end of a project or subgroup belong to the group it is in. */
export const eventNames: ReadonlyMap<string, EventKind> = new Map([
  ...memberNames("group"),
  ...memberNames("project"),
  ["user_add_to_team", row("member", "added", "project")],
  ["user_update_for_team", row("member", "updated", "project")],
  ["user_remove_from_team", row("member", "removed", "project")],
  ["project_create", row("project", "created", "group")],
  ["project_destroy", row("project", "deleted", "group")],
  ["project_rename", row("project", "renamed", "group")],
  ["project_transfer", row("project", "transferred", "group")],
  ["project_update", row("project", "updated", "group")],
  ["subgroup_create", row("subgroup", "created", "group")],
  ["subgroup_destroy", row("subgroup", "deleted", "group")],
  ["group_create", row("group", "created", "instance")],
  ["group_destroy", row("group", "deleted", "instance")],
  ["group_rename", row("group", "renamed", "instance")],
  ["user_create", row("user", "created", "instance")],
  ["user_destroy", row("user", "deleted", "instance")],
  ["user_rename", row("user", "renamed", "instance")],
  ["user_failed_login", row("user", "login_failed", "instance")],
  ["key_create", row("key", "created", "instance")],
  ["key_destroy", row("key", "deleted", "instance")],
  ["repository_update", row("repository", "updated", "project")],
]);

function memberNames(owner: "group" | "project"): [string, EventKind][] {
  return [
    [`user_add_to_${owner}`, row("member", "added", owner)],
    [`user_update_for_${owner}`, row("member", "updated", owner)],
    [`user_remove_from_${owner}`, row("member", "removed", owner)],
    [`user_access_request_to_${owner}`, row("member", "access_requested", owner)],
    [`user_access_request_denied_for_${owner}`, row("member", "access_request_denied", owner)],
    [`user_access_request_revoked_for_${owner}`, row("member", "access_request_revoked", owner)],
  ];
}

function row(object: string, verb: string, scope: EventScope): EventKind {
  const [hook, collection, idName] = objects[object]!;
  return {
    object,
    hook,
    field: "event_name",
    word: () => verb,
    pastTense: pastTense(unchanged(verb)),
    otherwise: verb,
    subject: (body) => inCollection(collection, idAt(body, idName)),
    time: (body) => textAt(body, "updated_at") ?? textAt(body, "created_at"),
    scope,
  };
}
