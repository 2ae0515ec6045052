/** Members of groups, as GitLab tells them. */
import type { GitLabAccess } from "../../core/action.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Directory } from "../../core/directory.ts";
import { createGitLabClient, type GitLabClientOptions } from "./gitlab-client.ts";
import { isSuccess } from "./gitlab-failure.ts";

export interface DirectoryOptions extends GitLabClientOptions {
  access: GitLabAccess;
  clock: Clock;
  log: Log;
}

const timeoutMs = 10_000;

/** `close` ends idle connections. */
export function createGitLabDirectory(options: DirectoryOptions): Directory & { close(): void } {
  const { access, clock, log } = options;
  const client = createGitLabClient(options);

  async function membersLike(project: string, group: string, user: string): Promise<unknown[]> {
    const instance = access.of(project);
    if (instance === undefined) throw new Error(`there is no GitLab instance for project ${project}`);
    const path = `groups/${encodeURIComponent(group)}/members/all`;
    const query: [string, string][] = [
      ["query", user],
      ["per_page", "100"],
    ];
    const signal = AbortSignal.timeout(timeoutMs);
    const attempt = { access: instance, idempotencyKey: "", endsAt: clock.now() + timeoutMs, signal };
    const { statusCode, reason, body } = await client.send({ method: "GET", path, query, body: undefined }, attempt);
    if (!isSuccess(statusCode)) throw new Error(`GitLab answered ${statusCode} ${reason}`);
    return Array.isArray(body) ? body : [];
  }

  return {
    async isMember(project, group, user) {
      try {
        const members = await membersLike(project, group, user);
        const wanted = user.toLowerCase();
        return members.some((member) => (member as { username?: string }).username?.toLowerCase() === wanted);
      } catch (error) {
        log.warn("it cannot be told who is a member of a group", { project, group, error: (error as Error).message });
        return false;
      }
    },
    close: () => client.close(),
  };
}
