/** How many a page holds. */
import { badParameter } from "../operations/refusal.ts";
import { integer } from "../rest/params.ts";

const usual = 20;
const most = 100;

/** `per_page`, at most 100. Throws 400 for what is no such number. */
export function pageSize(input: Record<string, unknown>): number {
  const raw = input["per_page"];
  if (raw === undefined || raw === "" || raw === null) return usual;
  const size = integer.parse(raw);
  if (size === undefined) throw badParameter("per_page is invalid");
  if (size < 1) throw badParameter("per_page has a value not allowed");
  return Math.min(size, most);
}

/** `page`, from 1. */
export function pageNumber(input: Record<string, unknown>): number {
  const raw = input["page"];
  if (raw === undefined || raw === "" || raw === null) return 1;
  const page = integer.parse(raw);
  if (page === undefined) throw badParameter("page is invalid");
  return Math.max(1, page);
}
