/** What happened to issues and merge requests. */
import { idAt, objectAt, textAt, type JsonObject } from "../body-fields.ts";
import { changeOf, toleranceMs, type Change } from "./change.ts";
import { readList } from "./gitlab-reader.ts";
import {
  issueAttributes,
  issueKind,
  labelBodies,
  labelBody,
  mergeRequestAttributes,
  peopleAndLabels,
  projectBody,
  userBody,
} from "./polled-body.ts";
import { timeOf, type Reading } from "./reading.ts";

/** An update this near to what the Events API tells of the object is part of that. */
const sameMomentMs = 500;

const actions: Readonly<Record<string, string>> = {
  opened: "open",
  created: "open",
  closed: "close",
  reopened: "reopen",
  accepted: "merge",
  merged: "merge",
  approved: "approval",
};

type Collection = "issues" | "merge_requests";

/** Changes of all issues and merge requests in a reading. Throws PollFailed. */
export async function issuableChanges(reading: Reading): Promise<Change[]> {
  const changes: Change[] = [];
  for (const collection of ["issues", "merge_requests"] as const) {
    const items = new Map(
      (collection === "issues" ? reading.issues : reading.mergeRequests).map((item) => [item["id"], item]),
    );
    const entries = reading.entries.filter((entry) => collectionOf(entry["target_type"]) === collection);
    const told = momentsOf(reading, collection);
    for (const entry of entries) {
      const item = items.get(entry["target_id"]) ?? (await readOne(reading, collection, entry));
      if (item === undefined) continue;
      const change = await entryChange(reading, collection, item, entry);
      if (change !== undefined) changes.push(change);
    }
    for (const item of items.values()) changes.push(...itemChanges(reading, collection, item, told));
  }
  return changes;
}

/** Lists do not have what was moved or may not be seen; one that is gone has no events. */
async function readOne(
  { reader }: Reading,
  collection: Collection,
  entry: JsonObject,
): Promise<JsonObject | undefined> {
  const page = await reader.get(`${collection}/${idAt(entry, "target_iid")}`, [["with_labels_details", "true"]]);
  return page?.body as JsonObject | undefined;
}

function collectionOf(type: unknown): Collection | undefined {
  if (type === "Issue" || type === "WorkItem") return "issues";
  return type === "MergeRequest" ? "merge_requests" : undefined;
}

/** When the Events API tells of each object, comments on it included: by collection and iid. */
function momentsOf({ entries }: Reading, collection: Collection): Map<string, number[]> {
  const moments = new Map<string, number[]>();
  for (const entry of entries) {
    const note = objectAt(entry, "note");
    const isOn = collectionOf(note["noteable_type"] ?? entry["target_type"]) === collection;
    const iid = idAt(note, "noteable_iid") ?? idAt(entry, "target_iid");
    if (!isOn || iid === undefined) continue;
    const times = moments.get(iid) ?? [];
    times.push(timeOf(entry, "created_at"));
    moments.set(iid, times);
  }
  return moments;
}

async function entryChange(
  reading: Reading,
  collection: Collection,
  item: JsonObject,
  entry: JsonObject,
): Promise<Change | undefined> {
  const at = timeOf(entry, "created_at");
  let action = actions[textAt(entry, "action_name") ?? ""];
  // GitLab calls a reopening "opened" too.
  if (action === "open" && at - timeOf(item, "created_at") > toleranceMs) action = "reopen";
  if (action === undefined) return undefined;
  const attributes: JsonObject = { action };
  // What was closed and is open again tells no more when it was closed.
  if (action === "close" && collection === "issues" && !isNear(timeOf(item, "closed_at"), at))
    attributes["closed_at"] = null;
  if (action === "approval" && (await isApproved(reading, item))) attributes["action"] = "approved";
  const body = bodyOf(reading, collection, item, attributes, entry["author"]);
  const isApproval = action === "approval";
  return changeOf(body, at, `event/${idAt(entry, "id")}`, isApproval ? toldApproval(item, at) : undefined);
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= toleranceMs;
}

async function isApproved({ reader }: Reading, item: JsonObject): Promise<boolean> {
  const page = await reader.get(`merge_requests/${idAt(item, "iid")}/approvals`, []);
  return page !== undefined && (page.body as JsonObject)["approved"] === true;
}

/** A webhook says of an approval that it was the last one needed, or one of them, by how things were then. */
function toldApproval(item: JsonObject, at: number): Change["isToldBy"] {
  const subject = `merge_requests/${idAt(item, "iid")}`;
  return ({ attributes }) =>
    attributes.subject === subject &&
    /_(approved|approval_added)$/.test(attributes.type) &&
    isNear(Date.parse(attributes.time ?? ""), at);
}

/** What an object itself tells, also where the Events API does not: that it is new, closed or merged, and that it was changed. */
function itemChanges(
  reading: Reading,
  collection: Collection,
  item: JsonObject,
  told: ReadonlyMap<string, number[]>,
): Change[] {
  const { since } = reading.window;
  const changes: Change[] = [];
  const moments = [...(told.get(idAt(item, "iid") ?? "") ?? [])];
  const states: [action: string, field: string, who: unknown][] = [
    ["open", "created_at", item["author"]],
    ...(collection === "issues"
      ? ([["close", "closed_at", item["closed_by"]]] as [string, string, unknown][])
      : ([["merge", "merged_at", item["merge_user"] ?? item["merged_by"]]] as [string, string, unknown][])),
  ];
  for (const [action, field, who] of states) {
    const at = timeOf(item, field);
    if (!(at >= since)) continue;
    moments.push(at);
    changes.push(
      changeOf(bodyOf(reading, collection, item, { action }, who), at, `${collection}/${idAt(item, "id")}/${action}`),
    );
  }
  const at = timeOf(item, "updated_at");
  if (!moments.some((moment) => Math.abs(moment - at) <= sameMomentMs))
    changes.push(updateOf(reading, collection, item, at));
  return changes;
}

function updateOf(reading: Reading, collection: Collection, item: JsonObject, at: number): Change {
  const body = bodyOf(reading, collection, item, { action: "update" }, undefined);
  const id = `${collection}/${idAt(item, "id")}/updated@${new Date(at).toISOString()}`;
  // A webhook of whatever came last to the object has told of it as it is; its times are in whole seconds.
  const moment = Math.floor(at / 1000) * 1000;
  const change = changeOf(body, at, id, ({ attributes }) => {
    return attributes.subject === change.subject && Date.parse(attributes.time ?? "") >= moment;
  });
  return { ...change, complete: (lastTold) => addLabelChanges(reading, collection, item, body, lastTold) };
}

/** Which labels came and went since the object was last told of, and who did it. */
async function addLabelChanges(
  { reader, window: { since } }: Reading,
  collection: Collection,
  item: JsonObject,
  body: JsonObject,
  lastTold: number,
): Promise<void> {
  const events = await readList(reader, `${collection}/${idAt(item, "iid")}/resource_label_events`, []);
  const recent = (events ?? []).filter((event) => timeOf(event, "created_at") > Math.max(since, lastTold));
  if (recent.length === 0) return;
  const current = labelBodies(item["labels"]);
  const previous = new Map(current.map((label) => [label["id"], label]));
  for (const event of recent.toReversed()) {
    const label = objectAt(event, "label");
    if (event["action"] === "add") previous.delete(label["id"]);
    else if (label["id"] !== undefined) previous.set(label["id"], labelBody(label));
  }
  body["changes"] = { labels: { previous: [...previous.values()], current } };
  const user = userBody(recent.at(-1)!["user"]);
  if (user !== undefined) body["user"] = user;
}

function bodyOf(
  reading: Reading,
  collection: Collection,
  item: JsonObject,
  attributes: JsonObject,
  who: unknown,
): JsonObject {
  const project = projectBody(reading.project);
  const kind = collection === "issues" ? issueKind(item) : "merge_request";
  const own = collection === "issues" ? issueAttributes(item) : mergeRequestAttributes(item, project);
  const user = userBody(who);
  return {
    object_kind: kind,
    event_type: item["confidential"] === true ? `confidential_${kind}` : kind,
    ...(user !== undefined && { user }),
    project,
    object_attributes: { ...own, ...attributes },
    ...peopleAndLabels(item),
    changes: {},
  };
}
