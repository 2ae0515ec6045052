/**
 * A kind of webhook: what GitLab calls `object_kind` or, in bodies without one, what their `event_name` says. An event's type
 * is `com.gitlab.events.<object>_<past tense>`; every delivery has exactly one type.
 */
import { idAt, objectAt, textAt, type JsonObject } from "../body-fields.ts";

/** What every type that GitLab's webhooks become begins with. */
export const gitlabTypePrefix = "com.gitlab.events.";

/** Where an event belongs: to the project in the body, to the group in the body, or to the whole instance. */
export type EventScope = "project" | "group" | "instance";

export interface EventKind {
  /** The first part of the type. */
  object: string;
  /** X-Gitlab-Event of its deliveries, for people. */
  hook: string;
  /** Where the body says what happened, for people. */
  field: string;
  /** GitLab's word for what happened. */
  word(body: JsonObject): string | undefined;
  /** GitLab's words in the past tense; a word that is not here is used as it is. */
  pastTense: ReadonlyMap<string, string>;
  /** For a body that does not say what happened. */
  otherwise: string;
  /** What the event is about: "issues/12". */
  subject(body: JsonObject): string | undefined;
  /** The latest time that the body gives for it, as GitLab writes it. */
  time(body: JsonObject): string | undefined;
  /** The object whose ids GitLab's own AutoFlow events carry under this name. */
  thin?: "issue" | "work_item" | "merge_request";
  scope: EventScope;
}

/** A map from GitLab's words to the past tense. */
export function pastTense(map: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(map));
}

/** Words that need no change. */
export function unchanged(...words: string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, word]));
}

/** The member of almost every body that describes the object. */
export function attributesOf(body: JsonObject): JsonObject {
  return objectAt(body, "object_attributes");
}

/** `action`, wherever the kind keeps it. */
export function actionOf(body: JsonObject): string | undefined {
  return textAt(attributesOf(body), "action") ?? textAt(body, "action");
}

/** When the object was last changed. */
export function changeTimeOf(body: JsonObject): string | undefined {
  const attributes = attributesOf(body);
  return textAt(attributes, "updated_at") ?? textAt(attributes, "created_at");
}

/** A body that gives no time. */
export function noTime(): undefined {
  return undefined;
}

/** "issues/12", or undefined without an id. */
export function inCollection(collection: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${collection}/${id}`;
}

/** What a note or an emoji is on: "issues/12", "merge_requests/3", "commits/<sha>", "snippets/4". */
export function notedObject(body: JsonObject): string | undefined {
  return (
    inCollection("issues", idAt(objectAt(body, "issue"), "iid")) ??
    inCollection("work_items", idAt(objectAt(body, "work_item"), "iid")) ??
    inCollection("merge_requests", idAt(objectAt(body, "merge_request"), "iid")) ??
    inCollection("commits", textAt(objectAt(body, "commit"), "id")) ??
    inCollection("snippets", idAt(objectAt(body, "snippet"), "id"))
  );
}
