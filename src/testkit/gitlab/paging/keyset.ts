/** Paging by the last row that was seen: `pagination=keyset`. */
import { badParameter, Refusal } from "../operations/refusal.ts";
import type { Answer, Call } from "../rest/call.ts";
import { offsetPage } from "./offset.ts";
import { linkTo } from "./links.ts";
import { pageSize } from "./page-size.ts";

export interface Keyset<T> {
  /** What `order_by` may be, with the value of a row. */
  orders: Record<string, (item: T) => number | string>;
  /** What rows of one value are ordered by. */
  id: (item: T) => number;
  /** How the next page is named: `id_after`/`id_before` of older endpoints, or `cursor`. */
  style: "id" | "cursor";
  /** What they are when they are not given; undefined: `order_by` must be given. */
  defaults: { orderBy: string; sort: "asc" | "desc" };
  view: (item: T) => unknown;
}

/** A page of a list that is already filtered and sorted: by number, or by keyset where that is asked for. */
export function page<T>(call: Call, items: readonly T[], keyset: Keyset<T>): Answer {
  if (call.input["pagination"] !== "keyset") return offsetPage(call, items, keyset.view);
  return keysetPage(call, items, keyset);
}

function keysetPage<T>(call: Call, items: readonly T[], keyset: Keyset<T>): Answer {
  const { input } = call;
  const orderBy = textOf(input["order_by"]) ?? keyset.defaults.orderBy;
  const sort = textOf(input["sort"]) ?? keyset.defaults.sort;
  const value = Object.hasOwn(keyset.orders, orderBy) ? keyset.orders[orderBy] : undefined;
  if (value === undefined) {
    throw new Refusal(405, { error: "Keyset pagination is not yet available for this type of request" });
  }
  const compare = (a: T, b: T): number => {
    const [one, other] = [value(a), value(b)];
    const order = one === other ? keyset.id(a) - keyset.id(b) : one < other ? -1 : 1;
    return sort === "asc" ? order : -order;
  };
  const sorted = items.toSorted(compare);
  const after = lastSeen(call, keyset, orderBy);
  const from =
    after === undefined ? 0 : sorted.findIndex((item) => isBeyond(after, value(item), keyset.id(item), sort));
  const size = pageSize(input);
  const shown = from < 0 ? [] : sorted.slice(from, from + size);
  const last = shown.at(-1);
  const hasMore = from >= 0 && from + size < sorted.length;
  const headers: Record<string, string> = { "x-per-page": String(size) };
  if (hasMore && last !== undefined) {
    headers["link"] = `<${linkTo(call, nextParameters(keyset, last, orderBy, sort))}>; rel="next"`;
    if (keyset.style === "cursor") headers["x-next-cursor"] = cursorOf(orderBy, value(last), keyset.id(last));
  }
  return { status: 200, headers, body: shown.map(keyset.view) };
}

function textOf(raw: unknown): string | undefined {
  return typeof raw === "string" && raw !== "" ? raw : undefined;
}

interface LastSeen {
  value: number | string;
  id: number;
}

function lastSeen<T>({ input }: Call, keyset: Keyset<T>, orderBy: string): LastSeen | undefined {
  if (keyset.style === "cursor") {
    const cursor = textOf(input["cursor"]);
    return cursor === undefined ? undefined : parseCursor(cursor, orderBy);
  }
  const id = Number(input["id_after"] ?? input["id_before"] ?? Number.NaN);
  return Number.isNaN(id) ? undefined : { value: id, id };
}

function isBeyond(after: LastSeen, value: number | string, id: number, sort: string): boolean {
  const order = value === after.value ? id - after.id : value < after.value ? -1 : 1;
  return sort === "asc" ? order > 0 : order < 0;
}

function nextParameters<T>(keyset: Keyset<T>, last: T, orderBy: string, sort: string): Record<string, string> {
  const id = String(keyset.id(last));
  if (keyset.style === "id") return sort === "asc" ? { id_after: id } : { id_before: id };
  return { cursor: cursorOf(orderBy, keyset.orders[orderBy]!(last), keyset.id(last)) };
}

/** The value and id of the last row, as GitLab writes cursors: base64 of JSON. */
function cursorOf(orderBy: string, value: number | string, id: number): string {
  return Buffer.from(JSON.stringify({ [orderBy]: value, id: String(id), _kd: "n" })).toString("base64url");
}

function parseCursor(cursor: string, orderBy: string): LastSeen {
  try {
    const fields = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as Record<string, unknown>;
    const id = Number(fields["id"]);
    const value = orderBy === "id" ? id : (fields[orderBy] as number | string | undefined);
    if (!Number.isNaN(id) && value !== undefined) return { value, id };
  } catch {
    // A cursor that cannot be read is refused below.
  }
  throw badParameter("cursor is invalid");
}
