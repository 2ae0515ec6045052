/** Paging by number: `page` and `per_page`. */
import type { Answer, Call } from "../rest/call.ts";
import { linkTo } from "./links.ts";
import { pageNumber, pageSize } from "./page-size.ts";

/** Past so many GitLab counts no more. */
const countedItems = 10_000;

/** One page of a list, with its headers. Only what is on the page is shown. */
export function offsetPage<T>(call: Call, items: readonly T[], view: (item: T) => unknown): Answer {
  const [page, size] = [pageNumber(call.input), pageSize(call.input)];
  const pages = Math.max(1, Math.ceil(items.length / size));
  const shown = items.length <= size && page === 1 ? items : items.slice((page - 1) * size, page * size);
  const [previous, next] = [page > 1 && page <= pages + 1 ? page - 1 : undefined, page < pages ? page + 1 : undefined];
  const isCounted = items.length <= countedItems;
  const link = (number: number, rel: string): string =>
    `<${linkTo(call, { page: String(number), per_page: String(size) })}>; rel="${rel}"`;
  const links = [
    ...(previous === undefined ? [] : [link(previous, "prev")]),
    ...(next === undefined ? [] : [link(next, "next")]),
    link(1, "first"),
    ...(isCounted ? [link(pages, "last")] : []),
  ];
  return {
    status: 200,
    headers: {
      link: links.join(", "),
      "x-next-page": next === undefined ? "" : String(next),
      "x-page": String(page),
      "x-per-page": String(size),
      "x-prev-page": previous === undefined ? "" : String(previous),
      ...(isCounted && { "x-total": String(items.length), "x-total-pages": String(pages) }),
    },
    body: shown.map(view),
  };
}
