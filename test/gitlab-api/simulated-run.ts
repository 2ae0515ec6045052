/** Driver scripts whose calls of GitLab are made by the gitlab action, of a simulated GitLab in the same process. */
import { createGitLabAction } from "../../src/actions/gitlab/gitlab.ts";
import type { Arrival } from "../../src/core/arrival.ts";
import type { CallEffect } from "../../src/core/effect.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { Clock } from "../../src/core/ports.ts";
import type { WireText } from "../../src/core/wire.ts";
import { systemClock } from "../../src/host/clock.ts";
import { compileScript, startOf, turn } from "../../src/languages/starlark/testing/virtual-run.ts";
import { createSimulatedExchange } from "../../src/testkit/gitlab-exchange.ts";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";

export interface Ended {
  lines: string[];
  /** Undefined when the script came to its end. */
  failure: Failure | undefined;
}

export interface Workbench {
  gitlab: SimulatedGitLab;
  /** Requests that GitLab got, as "GET projects/1/issues". */
  requests: string[];
  /** Runs a driver script as the user of the token. Failed attempts are made again as soon as they may be, at most three in all. */
  run(script: string): Promise<Ended>;
}

/** A GitLab with what the seed describes; the clock of scripts and GitLab is the same, and moves by a second with every request. */
export function workbench(seed: Seed, token = "glpat-root"): Workbench {
  let now = Date.UTC(2026, 10, 24, 9);
  const clock: Clock = { now: () => now, setTimer: (delayMs, callback) => systemClock.setTimer(delayMs, callback) };
  const gitlab = createSimulatedGitLab({ clock });
  gitlab.change((world) => plant({ world, user: gitlab.root }, seed));
  const exchange = createSimulatedExchange(gitlab);
  const requests: string[] = [];
  const action = createGitLabAction({
    access: { of: () => ({ url: "https://gitlab.example.com", token }) },
    secrets: { value: () => undefined, names: () => [] },
    clock,
    timeoutMs: 30_000,
    maxResponseBytes: 1_000_000,
    userAgent: "AutoFlow/test",
    exchange: {
      ...exchange,
      send: (request, ...rest) => {
        now += 1000;
        requests.push(`${request.method} ${request.shownUrl}`);
        return exchange.send(request, ...rest);
      },
    },
  });

  async function perform(effect: CallEffect): Promise<{ value: WireText } | { error: Failure }> {
    const firstAttemptAt = now;
    for (let attempt = 1; ; attempt++) {
      const answer = await action.perform({
        input: effect.input,
        runId: "run-1",
        project: "1",
        attempt,
        firstAttemptAt,
        idempotencyKey: `run-1:${effect.n}`,
        timeoutMs: 30_000,
        signal: new AbortController().signal,
      });
      if ("value" in answer || !answer.error.retryable || attempt === 3) return answer;
      now += answer.error.retryAfterMs ?? 0;
    }
  }

  async function run(script: string): Promise<Ended> {
    const image = compileScript({ "main.star": script }, "driver");
    const start = startOf(image, { project: "1", time: now });
    const machine = image.open(start);
    const lines: string[] = [];
    let arrival: Arrival | undefined;
    for (let seq = 1; ; seq++) {
      const { effects, outcome } = turn(machine, arrival);
      const open: Promise<Unnumbered<Arrival>>[] = [];
      for (const effect of effects) {
        if (effect.kind === "log") lines.push(effect.message);
        if (effect.kind === "sleep") {
          now = Math.max(now, effect.until);
          open.push(Promise.resolve({ kind: "answer", effect: effect.n, time: now }));
        }
        if (effect.kind === "call") {
          open.push(perform(effect).then((answer) => ({ kind: "answer", effect: effect.n, time: now, ...answer })));
        }
      }
      const next = await open[0];
      if (outcome !== undefined || next === undefined) {
        return { lines, failure: outcome?.kind === "failed" ? outcome.error : undefined };
      }
      arrival = { ...next, seq };
    }
  }

  return { gitlab, requests, run };
}

type Unnumbered<T> = T extends unknown ? Omit<T, "seq"> : never;
