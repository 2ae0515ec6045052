/** One poll of a project: what is new since the last one becomes events, those of it that no webhook has told of. */
import type { Engine, EventView } from "../../core/engine.ts";
import { dedupeHorizonMs, type NewEvent } from "../../core/event.ts";
import { textAt, type JsonObject } from "../body-fields.ts";
import { toEvent } from "../gitlab-webhook.ts";
import type { Change } from "./change.ts";
import { checkpointEvent, lastCheckpoint, type Checkpoint } from "./checkpoint.ts";
import type { GitLabReader } from "./gitlab-reader.ts";
import { issuableChanges } from "./issuable-changes.ts";
import { milestoneChanges, noteChanges, pipelineChanges, pushChanges, releaseChanges } from "./other-changes.ts";
import { readProject, readProjectItself, type Reading } from "./reading.ts";

export interface PollRounds {
  /** Polls once. Throws PollFailed, and what the engine throws; then nothing counts as polled. */
  poll(): Promise<PollResult>;
}

export interface PollResult {
  /** Those that were new. */
  events: NewEvent[];
  /** Epoch ms by GitLab's clock: all that happened before is told. */
  until: number;
  /** Lists that could not be read. */
  unreadable: string[];
}

export interface PollOptions {
  engine: Pick<Engine, "appendEvents" | "listEvents">;
  reader: GitLabReader;
  /** As the engine knows it. */
  project: string;
  clock: { now(): number };
  /** Changes younger than this (ms) are left to the next poll, so that their webhooks come first. */
  delayMs: number;
}

/** What a transaction of GitLab shows late is found by looking back so far. */
const overlapMs = 60_000;
/** After a longer gap the oldest changes are lost: the engine would no more know what it has had. */
const longestGapMs = dedupeHorizonMs / 2;
/** Changes since a checkpoint are found again after a restart, and known by their ids. */
const checkpointEveryMs = 3_600_000;
/** So many are handed over at a time. */
const batchSize = 500;

/** Remembers what it told, to hand it to the engine once only; after a restart the engine knows. */
export function createPollRounds(options: PollOptions): PollRounds {
  const { engine, reader, project, clock, delayMs } = options;
  const told = new RecentIds();
  let polledUntil: number | undefined;
  let checkpoint: Checkpoint | undefined;

  async function poll(): Promise<PollResult> {
    const { project: itself, date } = await readProjectItself(reader);
    const now = date ?? clock.now();
    const until = now - delayMs;
    checkpoint ??= await lastCheckpoint(engine, project);
    if (checkpoint === undefined) return begin(now);
    const from = polledUntil ?? checkpoint.until;
    const since = Math.max(from - overlapMs, checkpoint.since, until - longestGapMs);
    const reading = await readProject(reader, itself, { since, until });
    const { changes, keys } = await changesOf(reading, told);
    const fresh = await untold(changes, since);
    const events = await append(fresh.map((change) => polledEvent(project, itself, change)));
    for (const key of [...keys, ...changes.map(({ id }) => id)]) told.add(key);
    polledUntil = Math.max(until, from);
    if (polledUntil - checkpoint.until >= checkpointEveryMs) {
      checkpoint = await keep({ since: checkpoint.since, until: polledUntil });
    }
    return { events, until: polledUntil, unreadable: reading.unreadable };
  }

  /** What was before AutoFlow first looked is not told. */
  async function begin(now: number): Promise<PollResult> {
    checkpoint = await keep({ since: now, until: now });
    return { events: [], until: now, unreadable: [] };
  }

  async function keep(reached: Checkpoint): Promise<Checkpoint> {
    await engine.appendEvents([checkpointEvent(project, reached)]);
    return reached;
  }

  /** Those that no event of the log tells of, with all that is to be known of them. */
  async function untold(changes: readonly Change[], since: number): Promise<Change[]> {
    if (!changes.some(({ isToldBy }) => isToldBy !== undefined)) return [...changes];
    const log = await eventsSince(engine, project, since);
    const fresh = changes.filter(({ isToldBy }) => isToldBy === undefined || !log.some(isToldBy));
    for (const { complete, subject } of fresh) await complete?.(lastTime(log, subject));
    return fresh;
  }

  async function append(events: readonly NewEvent[]): Promise<NewEvent[]> {
    const added: NewEvent[] = [];
    for (let at = 0; at < events.length; at += batchSize) {
      const batch = events.slice(at, at + batchSize);
      const results = await engine.appendEvents(batch);
      added.push(...batch.filter((_, index) => !results[index]!.duplicate));
    }
    return added;
  }

  return { poll };
}

/** In the order in which they happened. Those after the end of the window wait for the next poll. */
async function changesOf(reading: Reading, told: RecentIds): Promise<{ changes: Change[]; keys: string[] }> {
  const pipelines = await pipelineChanges(reading, (key) => told.has(key));
  const all = [
    ...(await issuableChanges(reading)),
    ...noteChanges(reading),
    ...pushChanges(reading),
    ...pipelines.map(({ change }) => change),
    ...releaseChanges(reading),
    ...milestoneChanges(reading),
  ];
  const isDue = ({ at }: Change): boolean => at < reading.window.until;
  const byId = new Map<string, Change>();
  for (const change of all)
    if (isDue(change) && !told.has(change.id) && !byId.has(change.id)) byId.set(change.id, change);
  const keys = pipelines.filter(({ change }) => isDue(change)).map(({ key }) => key);
  return { changes: [...byId.values()].toSorted((a, b) => a.at - b.at), keys };
}

function polledEvent(project: string, itself: JsonObject, { id, body, at }: Change): NewEvent {
  const url = textAt(itself, "web_url") ?? "";
  const path = textAt(itself, "path_with_namespace") ?? "";
  const instance = url.endsWith(`/${path}`) ? url.slice(0, -path.length - 1) : url;
  const headers = { "x-gitlab-instance": instance, "webhook-id": id };
  const event = toEvent(headers, new TextEncoder().encode(JSON.stringify(body)));
  const time = new Date(at).toISOString();
  return { ...event, project, attributes: { ...event.attributes, time, extensions: { comgitlabpolled: true } } };
}

/** Events of the project that came since a time, the newest first. */
async function eventsSince(engine: Pick<Engine, "listEvents">, project: string, since: number): Promise<EventView[]> {
  const events: EventView[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await engine.listEvents({ project, limit: 100, ...(cursor !== undefined && { cursor }) });
    events.push(...items.filter(({ receivedAt }) => receivedAt >= since));
    cursor = items.some(({ receivedAt }) => receivedAt < since) ? undefined : next;
  } while (cursor !== undefined);
  return events;
}

function lastTime(log: readonly EventView[], subject: string | undefined): number {
  const times = log
    .filter(({ attributes }) => attributes.subject === subject)
    .map(({ attributes }) => Date.parse(attributes.time ?? ""));
  return Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
}

/** Ids of the last few thousand changes. */
class RecentIds {
  #young = new Set<string>();
  #old = new Set<string>();

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id);
  }

  add(id: string): void {
    this.#young.add(id);
    if (this.#young.size < 10_000) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}
