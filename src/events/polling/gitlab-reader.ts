/** What polling needs of GitLab: reading lists and objects of one project. */
import type { JsonObject } from "../body-fields.ts";

export type Query = [name: string, value: string][];

export interface Page {
  /** Parsed JSON. */
  body: unknown;
  /** The query of the next page; absent on the last one. */
  next?: Query;
  /** Epoch ms by GitLab's clock, in whole seconds, when it tells. */
  date?: number;
}

export interface GitLabReader {
  /**
   * A path below `projects/<project>`; "" is the project itself. Undefined for what is not there or may not be read (403, 404).
   * Throws PollFailed.
   */
  get(path: string, query: Query): Promise<Page | undefined>;
}

/** GitLab could not be asked. `retryAfterMs`: not again before. */
export class PollFailed extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** More pages than this of one list are left out: nothing reads the same pages for ever. */
const mostPages = 1000;

/** All items of a list, as long as `wants` more after a page; undefined when it may not be read. */
export async function readList(
  reader: GitLabReader,
  path: string,
  query: Query,
  wants: (page: readonly JsonObject[]) => boolean = () => true,
): Promise<JsonObject[] | undefined> {
  const items: JsonObject[] = [];
  let next: Query | undefined = [...query, ["per_page", "100"]];
  for (let pages = 0; next !== undefined && pages < mostPages; pages++) {
    const page = await reader.get(path, next);
    if (page === undefined) return undefined;
    const found = objectsOf(page.body);
    items.push(...found);
    next = wants(found) ? page.next : undefined;
  }
  return items;
}

/**
 * What has changed since a time (epoch ms), each once, by `updated_at`. Pages are found by that time and not by their number: an item
 * that changes meanwhile moves to the end and would push another one over the edge of a page.
 */
export async function readUpdated(
  reader: GitLabReader,
  path: string,
  query: Query,
  since: number,
): Promise<JsonObject[] | undefined> {
  const items = new Map<unknown, JsonObject>();
  const order: Query = [...query, ["order_by", "updated_at"], ["sort", "asc"], ["per_page", "100"]];
  let from = new Date(since).toISOString();
  let next: Query | undefined = [...order, ["updated_after", from]];
  for (let pages = 0; next !== undefined && pages < mostPages; pages++) {
    const page = await reader.get(path, next);
    if (page === undefined) return undefined;
    const found = objectsOf(page.body);
    for (const item of found) items.set(item["id"], item);
    const last = found.at(-1)?.["updated_at"];
    // So many changed at one moment that they fill a page: then pages are counted.
    const isSameMoment = typeof last !== "string" || last === from;
    next = page.next === undefined || isSameMoment ? page.next : [...order, ["updated_after", last]];
    if (typeof last === "string") from = last;
  }
  return [...items.values()];
}

function objectsOf(body: unknown): JsonObject[] {
  return Array.isArray(body) ? (body as JsonObject[]) : [];
}
