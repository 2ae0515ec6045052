/** The calls of a dry run: what reads is carried out, what may write is planned. */
import { setTimeout as pause } from "node:timers/promises";
import { failureOf } from "../../actions/http-failure.ts";
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../../core/action.ts";
import type { CallEffect } from "../../core/effect.ts";
import type { DryCalls } from "./dry-machine.ts";
import { PlannedGitLab } from "./planned-gitlab.ts";
import { performHttp } from "./planned-http.ts";

/** These do nothing outside. */
const harmless = new Set(["echo", "json-schema"]);

/** A read that fails and may be tried again is tried so often, and not later than after so many ms. */
const mostAttempts = 3;
const longestWaitMs = 30_000;

export interface DryCallsOptions {
  /** The real ones. */
  actions: readonly Action[];
  secrets: SecretSource;
  project: string;
  runId: string;
  /** Epoch ms, of the run's time. */
  now: () => number;
}

export function createDryCalls({ actions, secrets, project, runId, now }: DryCallsOptions): DryCalls {
  const byName = new Map(actions.map((action) => [action.name, patient(action)]));
  const gitlabAction = byName.get("gitlab");
  const gitlab = gitlabAction && new PlannedGitLab(gitlabAction, secrets, now);

  async function perform(effect: CallEffect, signal: AbortSignal): ReturnType<DryCalls["perform"]> {
    const action = byName.get(effect.action);
    if (action === undefined) return { answer: unknown(effect.action) };
    const call: ActionCall = {
      input: effect.input,
      runId,
      project,
      attempt: 1,
      idempotencyKey: `${runId}.${effect.n}`,
      timeoutMs: effect.timeoutMs ?? action.timeoutMs,
      signal,
    };
    if (effect.action === "gitlab" && gitlab !== undefined) return gitlab.perform(call);
    if (effect.action === "http") return performHttp(action, secrets, call);
    return { answer: harmless.has(effect.action) ? await action.perform(call) : unknown(effect.action) };
  }

  return {
    async perform(effect, signal) {
      try {
        return await perform(effect, signal);
      } catch (error) {
        return { answer: { error: failureOf(error) } };
      }
    },
  };
}

/** The action with the waits before further attempts in real time, since the run's own time is skipped. */
function patient(action: Action): Action {
  return {
    ...action,
    async perform(call) {
      for (let attempt = 1; ; attempt++) {
        const answer = await action.perform(call);
        if (!("error" in answer) || !answer.error.retryable || attempt === mostAttempts) return answer;
        const waitMs = answer.error.retryAfterMs ?? 1000 * attempt;
        if (waitMs > longestWaitMs) return answer;
        await pause(waitMs, undefined, { signal: call.signal });
      }
    },
  };
}

function unknown(name: string): ActionAnswer {
  const message = `there is no action ${JSON.stringify(name)} in a dry run`;
  return { error: { type: "action", code: "ACTION_UNKNOWN", message, retryable: false } };
}
