/** What a call of GitLab answers: the body, and where the next page is. */
import { encodeWire, type WireText, type WireValue } from "../../core/wire.ts";
import type { Redactor } from "../redaction.ts";
import type { GitLabAnswer } from "./gitlab-client.ts";
import type { GitLabRequest } from "./gitlab-input.ts";

/** `{"status_code": 200, "body": …, "next": [[name, value], …] | null}`, without secrets. */
export function answerValue(answer: GitLabAnswer, request: GitLabRequest, redactor: Redactor): WireText {
  return encodeWire({
    status_code: answer.statusCode,
    body: redacted(answer.body, redactor),
    next: redacted(nextPage(answer, request) ?? null, redactor),
  });
}

/** The value with secrets hidden in all its texts. */
export function redacted(value: WireValue, redactor: Redactor): WireValue {
  if (typeof value === "string") return redactor.text(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redactor));
  if (value instanceof Uint8Array) return redactor.bytes(value);
  if (typeof value !== "object" || value === null) return value;
  const result = Object.create(null) as { [key: string]: WireValue };
  for (const [name, member] of Object.entries(value))
    result[redactor.text(name)] = redacted(member as WireValue, redactor);
  return result;
}

/**
 * The query of the page behind this one: of the Link header, which keyset and offset paging have, else by X-Next-Page. Undefined
 * when this is the last one.
 */
export function nextPage({ headers }: GitLabAnswer, request: GitLabRequest): [string, string][] | undefined {
  const link = linkTo("next", headers.get("link") ?? "");
  if (link !== undefined) return [...link.searchParams];
  const page = headers.get("x-next-page")?.trim() ?? "";
  if (!/^\d+$/.test(page)) return undefined;
  return [...request.query.filter(([name]) => name !== "page"), ["page", page]];
}

/** The target of a Link header (RFC 8288) with this relation. */
function linkTo(relation: string, header: string): URL | undefined {
  for (const [, target = "", parameters = ""] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    if (!(rel?.[1] ?? rel?.[2] ?? "").split(/\s+/).includes(relation)) continue;
    // Only its query counts: the instance may know itself under another address.
    return URL.parse(target, "http://instance.invalid/") ?? undefined;
  }
  return undefined;
}
