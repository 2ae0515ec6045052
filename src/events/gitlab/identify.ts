/** Which kind of event a webhook is. Also for kinds that GitLab may add: their names are made safe and follow the same pattern. */
import { idAt, textAt, type JsonObject } from "../body-fields.ts";
import {
  actionOf,
  attributesOf,
  changeTimeOf,
  gitlabTypePrefix,
  inCollection,
  pastTense,
  type EventKind,
} from "./event-kind.ts";
import { eventNames } from "./event-names.ts";
import { kindsOfHooks, objectKinds } from "./object-kinds.ts";

const likelyWords = pastTense({
  open: "created",
  create: "created",
  update: "updated",
  close: "closed",
  reopen: "reopened",
  delete: "deleted",
  destroy: "deleted",
  rename: "renamed",
  transfer: "transferred",
});

/**
 * The kind of a body: by its `object_kind`, else its `event_name`, else the name of the hook (X-Gitlab-Event), which is all
 * that is left when a custom template reshaped the body.
 */
export function identifyKind(body: JsonObject, hook: string | undefined): EventKind {
  const objectKind = textAt(body, "object_kind");
  const eventName = textAt(body, "event_name");
  if (objectKind !== undefined) return objectKinds.get(objectKind) ?? unknownKind(objectKind);
  if (eventName !== undefined) return eventNames.get(eventName) ?? unknownEventName(eventName);
  const name = hookName(hook);
  return objectKinds.get(kindsOfHooks.get(name) ?? name) ?? unknownKind(name);
}

/** The full type of an event of this kind. */
export function typeOf(kind: EventKind, body: JsonObject): string {
  const word = kind.word(body);
  const verb = word === undefined ? kind.otherwise : (kind.pastTense.get(word) ?? safeName(word) ?? kind.otherwise);
  return `${gitlabTypePrefix}${kind.object}_${verb}`;
}

/** "Confidential Issue Hook" -> "confidential_issue". */
function hookName(hook: string | undefined): string {
  return safeName(hook?.replace(/ hook$/i, "") ?? "") ?? "unknown";
}

/** Lower-case words joined by "_", as far as the text has any. */
function safeName(text: string): string | undefined {
  const name = text
    .slice(0, 64)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return name === "" ? undefined : name;
}

function unknownKind(name: string): EventKind {
  const object = safeName(name) ?? "unknown";
  return {
    object,
    hook: "",
    field: "",
    word: (body) => actionOf(body) ?? textAt(attributesOf(body), "status"),
    pastTense: likelyWords,
    otherwise: "received",
    subject: (body) => inCollection(`${object}s`, idAt(attributesOf(body), "iid") ?? idAt(attributesOf(body), "id")),
    time: changeTimeOf,
    scope: "project",
  };
}

/** An event name ends in its verb ("deploy_token_create"), or begins with a state ("expiring_deploy_token"). */
function unknownEventName(eventName: string): EventKind {
  const name = safeName(eventName) ?? "unknown";
  const cut = name.lastIndexOf("_");
  const verb = cut < 0 ? undefined : likelyWords.get(name.slice(cut + 1));
  const expiring = /^(expiring|expired)_(.+)$/.exec(name);
  const [object, word] =
    expiring !== null
      ? [expiring[2]!, expiring[1]!]
      : verb !== undefined
        ? [name.slice(0, cut), verb]
        : [name, "received"];
  return { ...unknownKind(object), word: () => word, pastTense: pastTense({ [word]: word }) };
}
