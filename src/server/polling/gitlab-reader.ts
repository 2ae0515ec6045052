/** Reads one project of GitLab for polling, with its token, as fast as GitLab takes requests. */
import type { GitLabAccess } from "../../core/action.ts";
import type { Clock } from "../../core/ports.ts";
import { retryAfterMs } from "../../core/retry-after.ts";
import { nextPage } from "../../actions/gitlab/gitlab-answer.ts";
import { createGitLabClient, GitLabHeldBack, type GitLabAnswer } from "../../actions/gitlab/gitlab-client.ts";
import { HttpCallFailed } from "../../actions/http-failure.ts";
import { PollFailed, type GitLabReader, type Page, type Query } from "../../events/polling/gitlab-reader.ts";

export interface ReaderOptions {
  access: GitLabAccess;
  clock: Clock;
  userAgent: string;
  /** Aborted when the server ends. */
  signal: AbortSignal;
}

export interface GitLabReaders {
  of(project: string): GitLabReader;
  /** Closes idle connections. */
  close(): void;
}

const timeoutMs = 30_000;
/** A page of a hundred issues with long descriptions. */
const maxResponseBytes = 64 * 1024 * 1024;

/** Readers that share connections and what is known of rate limits. */
export function createGitLabReaders({ access, clock, userAgent, signal }: ReaderOptions): GitLabReaders {
  const client = createGitLabClient({ clock, maxResponseBytes, userAgent });

  async function get(project: string, path: string, query: Query): Promise<Page | undefined> {
    const instance = access.of(project);
    if (instance === undefined) throw new PollFailed("there is no GitLab instance for it");
    const whole = `projects/${encodeURIComponent(project)}${path === "" ? "" : `/${path}`}`;
    const request = { method: "GET" as const, path: whole, query, body: undefined };
    const attempt = { access: instance, idempotencyKey: "", endsAt: clock.now() + timeoutMs, signal };
    try {
      const answer = await client.send(request, attempt);
      if (answer.statusCode === 403 || answer.statusCode === 404) return undefined;
      if (answer.statusCode !== 200) throw refusal(whole, answer);
      const next = nextPage(answer, request);
      return { body: answer.body, ...(next && { next }), ...(answer.date !== undefined && { date: answer.date }) };
    } catch (error) {
      if (error instanceof GitLabHeldBack) throw new PollFailed(error.failure.message, error.failure.retryAfterMs);
      if (error instanceof HttpCallFailed) throw new PollFailed(error.message);
      throw error;
    }
  }

  function refusal(path: string, { statusCode, reason, headers }: GitLabAnswer): PollFailed {
    const why = statusCode === 401 ? ": the token is missing, wrong or expired" : "";
    const wait = retryAfterMs(headers.get("retry-after"), clock.now());
    return new PollFailed(`GET ${path} was answered with ${statusCode} ${reason}${why}`, wait);
  }

  return { of: (project) => ({ get: (path, query) => get(project, path, query) }), close: () => client.close() };
}
