/** Asks an AutoFlow server what the rules say of a change. */
import type { Log } from "../../core/ports.ts";
import type { GuardedChange } from "./guarded-routes.ts";

export interface RulesServer {
  /** Address of the AutoFlow server, without a slash at its end. */
  url: string;
  token: string | undefined;
  timeoutMs: number;
  /** What counts when it does not answer. */
  onFailure: "allow" | "deny";
  log: Log;
}

export type RulesAnswer = { decision: "allow" } | { decision: "deny"; reasons: string[]; unanswered?: true };

/** The network takes time too. */
const reserveMs = 2000;

/** Never throws. */
export async function askRules(
  { url, token, timeoutMs, onFailure, log }: RulesServer,
  { route, project, ids }: GuardedChange,
  request: { method: string; parameters: Record<string, unknown> },
): Promise<RulesAnswer> {
  try {
    const response = await fetch(`${url}/api/v1/projects/${encodeURIComponent(project)}/validate`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ type: route.type, data: { ...request, route: route.path, ids }, timeout_ms: timeoutMs }),
      signal: AbortSignal.timeout(timeoutMs + reserveMs),
      redirect: "error",
    });
    const answer = (await response.json()) as { decision?: unknown; reasons?: unknown; detail?: unknown };
    if (!response.ok) throw new Error(`it answered ${response.status}: ${String(answer.detail)}`);
    if (answer.decision === "allow") return { decision: "allow" };
    if (answer.decision === "deny") return { decision: "deny", reasons: (answer.reasons as unknown[]).map(String) };
    throw new Error("its answer has no decision");
  } catch (error) {
    const { message, cause } = error as Error;
    log.error("the rules could not be asked", {
      server: url,
      error: cause instanceof Error ? cause.message : message,
      applied: onFailure,
    });
    if (onFailure === "allow") return { decision: "allow" };
    return { decision: "deny", reasons: ["the rules of this project could not be asked"], unanswered: true };
  }
}
