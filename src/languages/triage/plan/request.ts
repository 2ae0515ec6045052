/** Requests of GitLab's REST API, as the action `gitlab` takes them. */
import { encodeWire, type WireText, type WireValue } from "../../../core/wire.ts";
import type { Json } from "../json.ts";

export type Query = [name: string, value: string][];

export interface GitLabRequest {
  method: "GET" | "POST" | "DELETE";
  /** Below `/api/v4/`; segments are encoded. */
  path: string;
  query?: Query;
  body?: Record<string, Json>;
}

/** The input of the action. */
export function requestInput({ method, path, query, body }: GitLabRequest): WireText {
  const input: { [key: string]: WireValue } = { method, path };
  if (query !== undefined && query.length > 0) input["query"] = query;
  if (body !== undefined) input["body"] = body as WireValue;
  return encodeWire(input);
}

/** One segment of a path: what is a number or the run's own project stays, a full path is encoded. */
export function segment(text: string | number): string {
  return text === ":id" ? ":id" : encodeURIComponent(text);
}
