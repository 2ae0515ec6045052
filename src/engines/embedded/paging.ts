/** Pages of long lists, newest first. A cursor is the number of the last row of the page before. */
import type { Page } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";

const defaultPage = 50;
const largestPage = 500;

export function pageSize(limit: number | undefined): number {
  return Math.min(limit ?? defaultPage, largestPage);
}

/** The number that a page's rows are below. Throws REQUEST_INVALID for what no page has answered as its `next`. */
export function rowsBelow(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  if (/^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor);
  throw new AutoFlowError("REQUEST_INVALID", `${JSON.stringify(cursor)} is not a cursor`, {
    hint: "Give the `next` of the page before, or no cursor for the first page.",
  });
}

/** `rows` are at most `limit`, newest first; `id` is a row's number. */
export function toPage<Row, View>(
  rows: Row[],
  limit: number,
  view: (row: Row) => View,
  id: (row: Row) => number,
): Page<View> {
  const last = rows.at(-1);
  const items = rows.map(view);
  return rows.length < limit || last === undefined ? { items } : { items, next: String(id(last)) };
}
