/** Carries out a policy once, with an engine in memory. */
import type { Action, GitLabInstanceAccess } from "../../core/action.ts";
import type { Failure } from "../../core/failure.ts";
import { createGitLabAction } from "../../actions/gitlab/gitlab.ts";
import { silentObserver } from "../../core/ports.ts";
import { defaultLimits, type Sources } from "../../core/program.ts";
import { hasEnded, type HistoryEntry, type RunDetails } from "../../core/run.ts";
import { openEmbeddedEngine } from "../../engines/embedded/open.ts";
import { systemClock } from "../../host/clock.ts";
import { createLog } from "../../host/log.ts";
import { createSystemRandom } from "../../host/random.ts";
import { version } from "../../host/version.ts";
import { triage } from "../../languages/triage/program.ts";
import { hostInProcess } from "../run-host.ts";

export interface TriageRequest {
  sources: Sources;
  /** Plain JSON. */
  input: string;
  access: GitLabInstanceAccess;
  /** Hears of each request before it is sent. */
  onRequest?: (input: string) => void;
  /** Hears of a request that failed and is made again. */
  onRepeat: (failure: Failure) => void;
  onEntry: (entry: HistoryEntry) => void;
  signal: AbortSignal;
}

const project = "triage";

/** Resolves with the run when it has ended, or when `signal` aborts. Throws what compiling the policy throws. */
export async function runTriage({
  sources,
  input,
  access,
  onEntry,
  signal,
  onRequest,
  onRepeat,
}: TriageRequest): Promise<RunDetails> {
  const secrets = { value: () => undefined, names: () => [] };
  const gitlab = createGitLabAction({
    access: { of: () => access },
    secrets,
    clock: systemClock,
    timeoutMs: 60_000,
    maxResponseBytes: 32 * 1024 * 1024,
    userAgent: `AutoFlow/${version()}`,
  });
  const engine = await openEmbeddedEngine({
    dataDir: undefined,
    programs: new Map([[triage.language, triage]]),
    actions: [heard(gitlab, onRequest, onRepeat)],
    clock: systemClock,
    random: createSystemRandom(),
    log: createLog({ level: "error", format: "text" }),
    observer: silentObserver,
    variables: { values: () => ({}) },
    secrets,
    // The state is in memory only.
    limits: { ...defaultLimits, stateBytes: 64 * 1024 * 1024 },
    held: true,
  });
  const host = hostInProcess(engine);
  try {
    const definition = { project, language: triage.language, sources };
    const { runId } = await host.start({ definition, identity: "triage", input });
    for await (const entry of host.follow(runId, signal)) onEntry(entry);
    const run = await host.find(runId);
    if (!hasEnded(run.state)) await engine.cancelRun(runId, "interrupted");
    return run;
  } finally {
    await engine.drain();
    gitlab.close();
  }
}

function heard(action: Action, onRequest: TriageRequest["onRequest"], onRepeat: TriageRequest["onRepeat"]): Action {
  return {
    ...action,
    async perform(call) {
      onRequest?.(call.input);
      const answer = await action.perform(call);
      const isRepeated = "error" in answer && answer.error.retryable && call.attempt < action.retry.maxAttempts;
      if (isRepeated && !call.signal.aborted) onRepeat(answer.error);
      return answer;
    },
  };
}
