/** What objects of GitLab look like after a write that was planned and not made. */
import type { Json } from "../../actions/gitlab/gitlab-input.ts";
import { isObject, type JsonObject } from "../../actions/gitlab/looking.ts";

/** The object with the fields of a write put in, and what some of them mean to GitLab: labels and states. `now`: epoch ms. */
export function changedObject(object: JsonObject, fields: JsonObject, now: number): JsonObject {
  const result: JsonObject = { ...object };
  for (const [name, value] of Object.entries(fields)) {
    if (name === "labels") result["labels"] = labelsOf(value);
    else if (name === "add_labels") result["labels"] = united(result["labels"], labelsOf(value));
    else if (name === "remove_labels") result["labels"] = without(result["labels"], labelsOf(value));
    else if (name === "state_event") result["state"] = stateAfter(value, result["state"]);
    else result[name] = value;
  }
  if (Object.hasOwn(object, "updated_at")) result["updated_at"] = new Date(now).toISOString();
  return result;
}

/** A new object of a collection such as "issues": what most have, then the fields of the write. Its numbers are 0. */
export function newObject(fields: JsonObject, collection: string, now: number): JsonObject {
  const time = new Date(now).toISOString();
  const common: JsonObject = { id: 0, iid: 0, web_url: "", created_at: time, updated_at: time };
  const hasState = ["issues", "merge_requests", "epics"].includes(collection);
  return changedObject(hasState ? { ...common, state: "opened", labels: [] } : common, fields, now);
}

/** GitLab takes "a,b" and lists of names, and answers lists. */
function labelsOf(value: Json): string[] {
  const names = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value.map(nameOf) : [];
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

function nameOf(label: Json): string {
  if (isObject(label)) return nameOf(label["name"] ?? "");
  return typeof label === "string" ? label : "";
}

/** A label of a scope takes the place of the one that is there. */
function united(there: Json | undefined, added: readonly string[]): string[] {
  const scopes = new Set(added.map(scopeOf).filter((scope) => scope !== undefined));
  const kept = labelsOf(there ?? []).filter((name) => !added.includes(name) && !scopes.has(scopeOf(name) ?? ""));
  return [...kept, ...added];
}

function scopeOf(label: string): string | undefined {
  const at = label.lastIndexOf("::");
  return at <= 0 ? undefined : label.slice(0, at);
}

function without(there: Json | undefined, removed: readonly string[]): string[] {
  return labelsOf(there ?? []).filter((name) => !removed.includes(name));
}

function stateAfter(event: Json, state: Json | undefined): Json {
  if (event === "close") return "closed";
  if (event === "reopen") return "opened";
  return event === "activate" ? "active" : (state ?? null);
}
