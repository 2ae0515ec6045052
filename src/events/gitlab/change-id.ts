/** Ids of changes that a webhook and a poll tell alike, so that whichever comes second is known already. */
import { idAt, textAt, type JsonObject } from "../body-fields.ts";
import { actionOf, attributesOf } from "./event-kind.ts";

/**
 * "gitlab:issue/301/created": for a body of a webhook or of a poll, what tells this change of this object from all others for good;
 * undefined where a body does not tell it (two updates within a second look alike).
 */
export function changeIdOf(body: JsonObject): string | undefined {
  const rule = rules.get(textAt(body, "object_kind") ?? "");
  const change = rule?.(body, attributesOf(body), actionOf(body));
  return change === undefined ? undefined : `gitlab:${change}`;
}

type Rule = (body: JsonObject, attributes: JsonObject, action: string | undefined) => string | undefined;

const rules: ReadonlyMap<string, Rule> = new Map([
  ["issue", issueChange],
  ["work_item", issueChange],
  ["merge_request", mergeRequestChange],
  ["note", noteChange],
  ["release", releaseChange],
  ["milestone", milestoneChange],
  ["pipeline", pipelineChange],
]);

function issueChange(_body: JsonObject, attributes: JsonObject, action: string | undefined): string | undefined {
  if (action === "open") return named("issue", idAt(attributes, "id"), "created");
  return action === "close"
    ? named("issue", idAt(attributes, "id"), "closed", textAt(attributes, "closed_at"))
    : undefined;
}

function mergeRequestChange(_body: JsonObject, attributes: JsonObject, action: string | undefined): string | undefined {
  const id = idAt(attributes, "id");
  if (action === "open") return named("merge_request", id, "created");
  return action === "merge" ? named("merge_request", id, "merged") : undefined;
}

function noteChange(_body: JsonObject, attributes: JsonObject, action: string | undefined): string | undefined {
  return action === "create" ? named("note", idAt(attributes, "id"), "created") : undefined;
}

function releaseChange(body: JsonObject, _attributes: JsonObject, action: string | undefined): string | undefined {
  const createdAt = textAt(body, "created_at");
  return action === "create" ? named("release", textAt(body, "tag"), "created", createdAt) : undefined;
}

function milestoneChange(body: JsonObject, attributes: JsonObject, action: string | undefined): string | undefined {
  const id = idAt(attributes, "id");
  if (action === "create") return named("milestone", id, "created");
  if (action !== "expired" || id === undefined) return undefined;
  return `milestone/${id}/expired@${textAt(attributes, "due_date")}`;
}

function pipelineChange(_body: JsonObject, attributes: JsonObject): string | undefined {
  const status = textAt(attributes, "status") ?? "";
  const hasFinished = ["success", "failed", "canceled"].includes(status);
  return hasFinished ? named("pipeline", idAt(attributes, "id"), status, textAt(attributes, "finished_at")) : undefined;
}

/** With a time where the same may happen again: in seconds, as webhooks have it; none without that time. */
function named(
  object: string,
  id: string | undefined,
  what: string,
  ...times: (string | undefined)[]
): string | undefined {
  if (id === undefined) return undefined;
  const [time] = times;
  if (times.length === 0) return `${object}/${id}/${what}`;
  const ms = Date.parse(time ?? "");
  return Number.isNaN(ms) ? undefined : `${object}/${id}/${what}@${new Date(ms).toISOString().slice(0, 19)}Z`;
}
