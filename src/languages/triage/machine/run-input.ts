/** What a run is started with. */
import { isObject, type Json, member, textOf } from "../json.ts";
import type { Source } from "../plan/listing.ts";
import { parseReference } from "../plan/resource.ts";
import type { ResourceType } from "../model.ts";

export interface RunInput {
  source: Source;
  /** The only resource that is looked at. */
  resource?: { type: ResourceType; iid: number };
  /** Everything is read, nothing is written; what would be done is told. */
  dryRun: boolean;
  /** GitLab decides no condition, so that it can be told of each resource which ones do not hold. */
  explain: boolean;
  /** It was started by a change: what makes summaries of many is left out. */
  isLive: boolean;
}

export const inputSchema = {
  type: "object",
  properties: {
    source: { enum: ["projects", "groups", "all"], description: "Where to look; the run's project when absent." },
    sourceId: { type: ["string", "integer"], description: "Number or full path of the project or group." },
    resource: { type: "string", pattern: "^[#!&][0-9]+$", description: "The only resource to look at: #42, !7 or &9." },
    dryRun: { type: "boolean", description: "Write nothing; tell what would be written." },
    explain: { type: "boolean", description: "Tell of each resource which conditions do not hold." },
  },
  additionalProperties: false,
};

/** Where a run looks that an event started: at the resource that changed, for its rules. */
export function inputOfEvent(text: string): RunInput | string {
  const event = JSON.parse(text) as Json;
  const kind = /^com\.gitlab\.events\.(issue|merge_request)_/.exec(textOf(member(event, "type")) ?? "")?.[1];
  const iid = member(event, "data", "object_attributes", "iid") ?? member(event, "data", kind ?? "", "iid");
  if (kind === undefined || typeof iid !== "number") return "the event is about no issue and no merge request";
  const type = kind === "issue" ? "issues" : "merge_requests";
  const source = { kind: "projects" as const, id: ":id" };
  return { source, resource: { type, iid }, dryRun: false, explain: false, isLive: true };
}

/** Reads the input of a run; a text says what is wrong with it. `preset` is where to look when it says nothing of that. */
export function readInput(
  text: string | undefined,
  preset?: { kind: "projects" | "groups"; id: string },
): RunInput | string {
  const input = text === undefined ? {} : (JSON.parse(text) as Json);
  if (input === null) return readInput(undefined, preset);
  if (!isObject(input)) return "the input has to be an object";
  const isElsewhere = input["source"] !== undefined || input["sourceId"] !== undefined;
  const { kind = "projects", id } = (isElsewhere ? undefined : preset) ?? {};
  const { source = kind, sourceId = id, resource, dryRun = false, explain = false } = input;
  if (source !== "projects" && source !== "groups" && source !== "all") {
    return `source has to be projects, groups or all, got ${JSON.stringify(source)}`;
  }
  if (sourceId !== undefined && typeof sourceId !== "string" && typeof sourceId !== "number") {
    return "sourceId has to be the number or the full path of a project or group";
  }
  if (source === "groups" && sourceId === undefined) return "source is groups, so sourceId has to name one";
  const found: RunInput = {
    source: source === "all" ? { kind: "all", id: "" } : { kind: source, id: String(sourceId ?? ":id") },
    dryRun: dryRun === true,
    explain: explain === true,
    isLive: false,
  };
  if (resource === undefined) return found;
  const reference = typeof resource === "string" ? parseReference(resource) : undefined;
  if (reference === undefined) return `resource has to be like #42, !7 or &9, got ${JSON.stringify(resource)}`;
  if (source === "all") return "one resource can be looked at in a project or group only";
  if (reference.type === "epics" && source !== "groups") return "an epic is in a group: source has to be groups";
  if (reference.type !== "epics" && source === "groups")
    return `${resource as string} is in a project: source has to be projects`;
  return { ...found, resource: reference };
}
