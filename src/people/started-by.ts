/** Who started a run. */
import type { RunStart, Starter } from "../core/program.ts";

type StartingParent = Starter["parent"] & object;

/**
 * The user name of whoever asked for the run, or caused the GitLab event that started it; of a child run, of whoever so started its
 * parent. Undefined where nobody is known.
 */
export function startedBy({ starter, event }: Pick<RunStart, "starter" | "event">): string | undefined {
  const known = starter?.identity ?? starter?.parent?.startedBy;
  if (known !== undefined) return known;
  if (event === undefined) return undefined;
  const { data } = JSON.parse(event) as { data?: { user?: { username?: unknown }; user_username?: unknown } | null };
  const name = data?.user?.username ?? data?.user_username;
  return typeof name === "string" ? name : undefined;
}

/** What a child run is told of its parent. */
export function parentOf(
  runId: string,
  definition: string,
  start: Pick<RunStart, "starter" | "event">,
): StartingParent {
  const user = start.starter?.identity === undefined ? startedBy(start) : undefined;
  return { runId, definition, ...(user !== undefined && { startedBy: user }) };
}
