/** GitLab's webhooks as CloudEvents. */
import { hash } from "node:crypto";
import type { EventAttributes, NewEvent } from "../core/event.ts";
import { asObject, idAt, isObject, objectAt, textAt, type JsonObject } from "./body-fields.ts";
import { changeIdOf } from "./gitlab/change-id.ts";
import type { EventKind } from "./gitlab/event-kind.ts";
import { identifyKind, typeOf } from "./gitlab/identify.ts";
import { headerText, type Headers } from "./headers.ts";
import { parseJsonBody } from "./json-body.ts";

/**
 * The event of one delivery. The body is kept byte for byte; the ids of GitLab's own AutoFlow events (`project.id`,
 * `issue.id`, …) are laid over it where it lacks them. Any JSON becomes an event, also of kinds not known yet.
 *
 * In a project for which `isPolled`, what a poll finds too has the id of the change in place of the delivery's.
 *
 * `project` is the project's id in decimal, or "group/<id>" or "instance" for hooks that belong to no project. Throws
 * REQUEST_JSON_MALFORMED.
 */
export function toEvent(
  headers: Headers,
  rawBody: Uint8Array,
  isPolled: (project: string) => boolean = () => false,
): NewEvent {
  const parsed = parseJsonBody(rawBody, "the webhook's body");
  const body = asObject(parsed);
  const hook = headerText(headers, "x-gitlab-event");
  const kind = identifyKind(body, hook);
  const projectId = projectIdOf(body);
  const project = scopeOf(kind, body, projectId);

  const attributes: EventAttributes = {
    id: (isPolled(project) ? changeIdOf(body) : undefined) ?? deliveryId(headers, rawBody),
    source: sourceOf(headers, body),
    type: typeOf(kind, body),
    datacontenttype: "application/json",
  };
  const subject = kind.subject(body);
  if (subject !== undefined) attributes.subject = subject;
  const time = toRfc3339(kind.time(body));
  if (time !== undefined) attributes.time = time;
  if (hook !== undefined) attributes.extensions = { comgitlabevent: hook };

  const overlay = isObject(parsed) ? overlayOf(body, kind, projectId) : "";
  return { project, attributes, body: rawBody, overlay };
}

/**
 * What stays the same when GitLab sends a delivery again. Releases before 17.4 have no such header; the UUID they send may name
 * the webhook or the delivery, so the body's digest goes with it.
 */
function deliveryId(headers: Headers, rawBody: Uint8Array): string {
  const stable = headerText(headers, "webhook-id") ?? headerText(headers, "idempotency-key");
  if (stable !== undefined) return stable;
  const uuid = headerText(headers, "x-gitlab-webhook-uuid");
  const digest = hash("sha256", rawBody, "hex").slice(0, 32);
  return uuid === undefined ? `sha256:${digest}` : `${uuid}:${digest}`;
}

function sourceOf(headers: Headers, body: JsonObject): string {
  const project = objectAt(body, "project");
  const instance = headerText(headers, "x-gitlab-instance")?.replace(/\/+$/, "");
  const path = textAt(project, "path_with_namespace") ?? textAt(body, "project_path_with_namespace");
  if (instance === undefined) return uriText(textAt(project, "web_url") ?? path ?? "gitlab");
  return uriText(path === undefined ? instance : `${instance}/${path}`);
}

/** A URI has no spaces and no control characters, whatever the sender says. */
function uriText(text: string): string {
  return /^[!-~]+$/.test(text) ? text : encodeURI(text.toWellFormed());
}

function projectIdOf(body: JsonObject): string | undefined {
  const attributes = objectAt(body, "object_attributes");
  return (
    idAt(objectAt(body, "project"), "id") ??
    idAt(body, "project_id") ??
    idAt(attributes, "project_id") ??
    idAt(attributes, "target_project_id")
  );
}

function scopeOf(kind: EventKind, body: JsonObject, projectId: string | undefined): string {
  if (kind.scope === "instance") return "instance";
  if (kind.scope === "project" && projectId !== undefined) return projectId;
  const group = objectAt(body, "group");
  const groupId =
    idAt(body, "parent_group_id") ??
    idAt(body, "project_namespace_id") ??
    idAt(body, "group_id") ??
    idAt(group, "id") ??
    idAt(group, "group_id") ??
    idAt(objectAt(body, "object_attributes"), "namespace_id");
  return groupId === undefined ? "instance" : `group/${groupId}`;
}

function overlayOf(body: JsonObject, kind: EventKind, projectId: string | undefined): string {
  const members: string[] = [];
  if (projectId !== undefined && !Object.hasOwn(body, "project")) members.push(`"project":{"id":${projectId}}`);
  if (kind.thin !== undefined && !Object.hasOwn(body, kind.thin)) {
    const attributes = objectAt(body, "object_attributes");
    const id = idAt(attributes, "id");
    const iid = idAt(attributes, "iid");
    if (id !== undefined && iid !== undefined) members.push(`"${kind.thin}":{"id":${id},"iid":${iid}}`);
  }
  return members.length === 0 ? "" : `{${members.join(",")}}`;
}

/** GitLab writes times as RFC 3339, "2026-11-02 14:06:51 UTC" or "2026-11-02 14:06:51 +0000". */
function toRfc3339(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(?:(Z|UTC)|([+-]\d\d):?(\d\d))$/.exec(text);
  if (match === null || Number.isNaN(Date.parse(`${match[1]}T${match[2]}Z`))) return undefined;
  return `${match[1]}T${match[2]}${match[3] === undefined ? `${match[4]}:${match[5]}` : "Z"}`;
}
