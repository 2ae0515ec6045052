/** Who started a run. */
import type { RunStart } from "../core/program.ts";

/** The user name of whoever asked for the run, or caused the GitLab event that started it; undefined where nobody is known. */
export function startedBy({ starter, event }: Pick<RunStart, "starter" | "event">): string | undefined {
  if (starter?.identity !== undefined) return starter.identity;
  if (event === undefined) return undefined;
  const { data } = JSON.parse(event) as { data?: { user?: { username?: unknown }; user_username?: unknown } | null };
  const name = data?.user?.username ?? data?.user_username;
  return typeof name === "string" ? name : undefined;
}
