/** From a request to its answer. */
import { Refusal } from "../operations/refusal.ts";
import { drawUuid } from "../model/draw.ts";
import type { World } from "../model/world.ts";
import { authenticate } from "./authentication.ts";
import { bodyInput, nestPairs, parsePairs } from "./input.ts";
import { RawContent, type GitLabRequest, type GitLabResponse } from "./message.ts";
import { router } from "./routes.ts";

const prefix = "/api/v4/";
const noHeaders: Readonly<Record<string, string>> = {};

/** Answers a request. What it changes is in the world; deliveries are in its outbox. */
export function answer(world: World, request: GitLabRequest): GitLabResponse {
  try {
    return answerCall(world, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return finish(world, error.status, error.headers, error.body);
  }
}

function answerCall(world: World, request: GitLabRequest): GitLabResponse {
  const cut = request.path.indexOf("?");
  const whole = cut < 0 ? request.path : request.path.slice(0, cut);
  if (!whole.startsWith(prefix)) throw new Refusal(404, { error: "404 Not Found" });
  const path = whole.slice(prefix.length).replace(/\/+$/, "");
  const query = cut < 0 ? [] : parsePairs(request.path.slice(cut + 1));
  const headers = request.headers ?? noHeaders;
  const input = { ...bodyInput(request.body, headers["content-type"]) };
  nestPairs(query, input);
  const { user, token } = authenticate(world, request.method, headers, input);
  const { route, ids } = router.find(request.method, path.split("/").map(decodeSegment));
  const answered = route.handle({ world, method: request.method, path, ids, input, query, user, token });
  return finish(world, answered.status, answered.headers, request.method === "HEAD" ? undefined : answered.body);
}

function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, { error: "Invalid encoding" });
  }
}

function finish(
  world: World,
  status: number,
  headers: Record<string, string> | undefined,
  body: unknown,
): GitLabResponse {
  const all: Record<string, string> = { "x-request-id": drawUuid(world), ...headers };
  if (body instanceof RawContent) {
    all["content-type"] ??= body.type;
    return { status, headers: all, body: body.bytes };
  }
  if (body !== undefined) all["content-type"] = typeof body === "string" ? "text/plain" : "application/json";
  return { status, headers: all, body };
}
