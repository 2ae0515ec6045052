/**
 * A write whose earlier attempt may have done its work: the connection broke, or the process ended, before the answer came. Before
 * it is made again, AutoFlow looks whether what it makes is there; and where GitLab refuses it because it is there, that is the
 * answer. `repeat-rules.ts` says how, by route.
 */
import type { Attempt, GitLabAnswer, GitLabClient } from "./gitlab-client.ts";
import { isSuccess } from "./gitlab-failure.ts";
import { type GitLabRequest, isWrite, type Json } from "./gitlab-input.ts";
import { nextPage } from "./gitlab-answer.ts";
import { ruleFor } from "./repeat-rules.ts";
import type { JsonObject, Looking } from "./looking.ts";

export interface Repeats {
  /** What an earlier attempt made; undefined when that is not there, or cannot be known. */
  made(request: GitLabRequest, repeat: Repeat): Promise<GitLabAnswer | undefined>;
  /** What is there already, when that is why the repeated request was refused; undefined when it is not. */
  madeBefore(refused: GitLabAnswer, request: GitLabRequest, repeat: Repeat): Promise<GitLabAnswer | undefined>;
}

export interface Repeat {
  attempt: Attempt;
  /** Epoch ms of the first attempt, by our clock. */
  firstAttemptAt: number;
}

/** `now` is in epoch ms. */
export function createRepeats(client: GitLabClient, now: () => number): Repeats {
  /** Whose token it is, by instance and token: that never changes. */
  const owners = new Map<string, JsonObject>();
  /** By how many ms an instance's clock is ahead of ours; until it tells, they are taken to agree. */
  const ahead = new Map<string, number>();

  function looking(request: GitLabRequest, { attempt, firstAttemptAt }: Repeat): Looking {
    const { url } = attempt.access;

    async function page(
      path: string,
      query: readonly [string, string][],
    ): Promise<[GitLabAnswer, GitLabRequest] | undefined> {
      const read: GitLabRequest = { method: "GET", path, query: [...query], body: undefined };
      const answer = await client.send(read, attempt);
      if (answer.date !== undefined) ahead.set(url, answer.date - now());
      return isSuccess(answer.statusCode) ? [answer, read] : undefined;
    }

    async function read(path: string, query: Record<string, string> = {}): Promise<Json | undefined> {
      const found = await page(path, Object.entries(query));
      return found === undefined ? undefined : (found[0].body as Json);
    }

    async function list(path: string, query: Record<string, string> = {}, pages = 1): Promise<JsonObject[]> {
      const items: JsonObject[] = [];
      let next: [string, string][] | undefined = Object.entries({ per_page: "100", ...query });
      for (let i = 0; i < pages && next !== undefined; i++) {
        const found = await page(path, next);
        if (found === undefined || !Array.isArray(found[0].body)) break;
        items.push(...(found[0].body as JsonObject[]));
        next = nextPage(...found);
      }
      return items;
    }

    async function owner(): Promise<JsonObject | undefined> {
      const key = `${attempt.access.url} ${attempt.access.token ?? ""}`;
      const known = owners.get(key) ?? ((await read("user")) as JsonObject | undefined);
      if (known !== undefined) owners.set(key, known);
      return known;
    }

    return {
      path: request.path,
      segments: request.path.split("/"),
      wanted: { ...Object.fromEntries(request.query), ...(request.body as JsonObject | undefined) },
      read,
      list,
      owner,
      // A second for what the Date header leaves out, and one for the way.
      since: () => firstAttemptAt + (ahead.get(url) ?? 0) - 2000,
    };
  }

  return {
    async made(request, repeat) {
      const rule = isWrite(request.method) ? ruleFor(request) : undefined;
      const found = await rule?.made?.(looking(request, repeat));
      return found === undefined ? undefined : answerWith(found);
    },
    async madeBefore(refused, request, repeat) {
      if (!isWrite(request.method)) return undefined;
      // What is to be removed is gone.
      if (request.method === "DELETE" && refused.statusCode === 404) return answerWith(null);
      const rule = ruleFor(request);
      if (rule?.refusals?.includes(refused.statusCode) !== true) return undefined;
      const found = await rule.existing?.(looking(request, repeat));
      return found === undefined ? undefined : answerWith(found);
    },
  };
}

function answerWith(body: Json): GitLabAnswer {
  return { statusCode: body === null ? 204 : 200, reason: "", headers: new Map(), body, date: undefined };
}
