/** The input of the http action, as a value. */
import type { JqObject, Value } from "../../../jq/value.ts";
import type { CallContext } from "../call-context.ts";
import { CallProblem } from "../problem.ts";
import { splitOnce } from "../resources.ts";
import { shownText } from "../secret-text.ts";
import type { Request } from "./request.ts";

/** What the action needs to get a token or to write credentials; undefined when headers and query say it all. */
export type ActionAuth = JqObject | undefined;

/** The whole input; retries are the machine's. */
export function requestInput(method: string, base: string, request: Request, auth: ActionAuth): Value {
  const headers: Value[] = request.headers.map(([name, value]) => [name, value]);
  if (request.cookies.length > 0) headers.push(["cookie", request.cookies.join("; ")]);
  if (request.body !== undefined && !hasHeader(request, "content-type")) {
    headers.push(["content-type", request.body.mediaType]);
  }
  const input: JqObject = new Map<string, Value>([
    ["method", method],
    ["url", addressOf(base, request)],
    ["headers", headers],
  ]);
  if (request.body !== undefined) input.set("body", request.body.text);
  if (auth !== undefined) input.set("auth", auth);
  input.set("retry_on", []);
  return input;
}

/** Whether an argument has set a header. */
export function hasHeader({ headers }: Request, name: string): boolean {
  return headers.some(([given]) => given.toLowerCase() === name);
}

/** Base, path and query. A query of the base or the path stays, before the call's own. */
function addressOf(base: string, { path, query }: Request): string {
  const [beforeQuery, baseQuery] = splitOnce(base, "?");
  const start = beforeQuery.replace(/\/+$/, "");
  if (start === "") throw new CallProblem(`${JSON.stringify(shownText(base))} is no address`);
  const [ownPath, pathQuery] = splitOnce(path, "?");
  const pieces = [baseQuery, pathQuery, ...query].filter((piece) => piece !== undefined && piece !== "");
  const address = ownPath === "" || ownPath.startsWith("/") ? start + ownPath : `${start}/${ownPath}`;
  return pieces.length === 0 ? address : `${address}?${pieces.join("&")}`;
}

/** The headers that SonataFlow adds: which run of which workflow asks. */
export function workflowHeaders({ runId, workflow }: CallContext): [string, string][] {
  return [
    ["kogitoprocid", headerText(workflow.id)],
    ["kogitoprocinstanceid", runId],
    ["kogitoprocversion", headerText(workflow.version)],
    ["kogitoproctype", "SW"],
    ["kogitoprocist", "Active"],
  ];
}

/** Names may hold what a header cannot. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e]/g, "?");
}

/** `quarkus.rest-client.<key>.read-timeout` in ms, for one document or for all. */
export function timeoutOf(keys: readonly string[], context: CallContext): number | undefined {
  for (const key of timeoutKeys(keys)) {
    const text = context.property(key)?.trim();
    if (text !== undefined && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  }
  return undefined;
}

/** The properties that say how long a call may take. */
export function timeoutKeys(keys: readonly string[]): string[] {
  return [
    ...keys.slice(0, 1).map((key) => `quarkus.rest-client.${key}.read-timeout`),
    "quarkus.rest-client.read-timeout",
  ];
}
