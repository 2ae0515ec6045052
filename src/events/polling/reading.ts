/** One look at a project: what GitLab lists of what happened in it since a time. */
import { textAt, type JsonObject } from "../body-fields.ts";
import { PollFailed, readList, readUpdated, type GitLabReader, type Query } from "./gitlab-reader.ts";

/** From and until when (epoch ms) changes are looked for; those of the end itself belong to the next look. */
export interface Window {
  since: number;
  until: number;
}

export interface Reading {
  reader: GitLabReader;
  window: Window;
  project: JsonObject;
  /** Of the Events API, the oldest first. */
  entries: JsonObject[];
  issues: JsonObject[];
  mergeRequests: JsonObject[];
  /** As lists show them. */
  pipelines: JsonObject[];
  releases: JsonObject[];
  milestones: JsonObject[];
  /** Lists that the token may not read, or whose feature the project does not use. */
  unreadable: string[];
}

const dayMs = 86_400_000;

/** Throws PollFailed. */
export async function readProject(reader: GitLabReader, project: JsonObject, window: Window): Promise<Reading> {
  const unreadable: string[] = [];
  const { since } = window;
  const after = new Date(since).toISOString();
  const noted = async (name: string, read: Promise<JsonObject[] | undefined>): Promise<JsonObject[]> => {
    const items = await read;
    if (items === undefined) unreadable.push(name);
    return items ?? [];
  };
  const updated = (name: string, query: Query = []): Promise<JsonObject[]> =>
    noted(name, readUpdated(reader, name, query, since));

  const entries = await noted("events", readEntries(reader, since));
  const issues = await updated("issues", [
    ["scope", "all"],
    ["with_labels_details", "true"],
  ]);
  const mergeRequests = await updated("merge_requests", [
    ["scope", "all"],
    ["with_labels_details", "true"],
  ]);
  const pipelines = await updated("pipelines");
  const releases = await noted("releases", readReleases(reader, since));
  // An expiry changes nothing of the milestone: whoever has become overdue is among the active ones.
  const query: Query = isNewDay(window) ? [["state", "active"]] : [["updated_after", after]];
  const milestones = await noted("milestones", readList(reader, "milestones", query));
  if (isNewDay(window) && milestones.length > 0) {
    const changed = await noted("milestones", readList(reader, "milestones", [["updated_after", after]]));
    const known = new Set(milestones.map(({ id }) => id));
    milestones.push(...changed.filter(({ id }) => !known.has(id)));
  }
  return { reader, window, project, entries, issues, mergeRequests, pipelines, releases, milestones, unreadable };
}

/** The project itself, with the time of GitLab's clock. Throws PollFailed. */
export async function readProjectItself(
  reader: GitLabReader,
): Promise<{ project: JsonObject; date: number | undefined }> {
  const page = await reader.get("", []);
  if (page === undefined) throw new PollFailed("there is no such project, or the token may not read it");
  return { project: page.body as JsonObject, date: page.date };
}

/** Whether a milestone can have become overdue: that is told by the day in UTC. */
function isNewDay({ since, until }: Window): boolean {
  return Math.floor(since / dayMs) !== Math.floor(until / dayMs);
}

/** `after` leaves out the whole day it names, by the instance's time zone: two days are enough for any. */
async function readEntries(reader: GitLabReader, since: number): Promise<JsonObject[] | undefined> {
  const after = new Date(since - 2 * dayMs).toISOString().slice(0, 10);
  const isRecent = (item: JsonObject): boolean => timeOf(item, "created_at") >= since;
  const items = await readList(
    reader,
    "events",
    [
      ["after", after],
      ["sort", "desc"],
    ],
    (page) => page.every(isRecent),
  );
  return items?.filter(isRecent).toReversed();
}

async function readReleases(reader: GitLabReader, since: number): Promise<JsonObject[] | undefined> {
  const isRecent = (item: JsonObject): boolean => timeOf(item, "created_at") >= since;
  const query: Query = [
    ["order_by", "created_at"],
    ["sort", "desc"],
  ];
  const items = await readList(reader, "releases", query, (page) => page.every(isRecent));
  return items?.filter(isRecent);
}

/** Epoch ms of a time in a REST answer; NaN where there is none. */
export function timeOf(item: JsonObject, name: string): number {
  return Date.parse(textAt(item, name) ?? "");
}
