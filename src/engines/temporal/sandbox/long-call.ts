/** The workflow "longCall": one attempt of a call that may take long. It answers the run by a message. */
import { CancellationScope, isCancellation, proxyActivities, scheduleActivity } from "@temporalio/workflow";
import type { Activities, PerformAnswer, PerformInput } from "../protocol/activities.ts";
import type { RunMessage } from "../protocol/run.ts";

/** Beyond the attempt's own time limit, which the action keeps; without one, the action's own holds. */
const marginMs = 60_000;
const unlimitedMs = 7 * 86_400_000;

const { tell } = proxyActivities<Pick<Activities, "tell">>({
  startToCloseTimeout: "20s",
  retry: { initialInterval: "200ms", maximumInterval: "10s" },
});

export async function longCall(input: PerformInput): Promise<void> {
  const answer = await perform(input);
  if (answer === undefined) return;
  await CancellationScope.nonCancellable(() => tell(input.runId, message(input, answer)));
}

/** Undefined when nobody waits for it any more. */
async function perform(input: PerformInput): Promise<Exclude<PerformAnswer, "long"> | undefined> {
  try {
    const answer = await scheduleActivity<PerformAnswer>(
      "perform",
      [{ ...input, isLong: true } satisfies PerformInput],
      {
        startToCloseTimeout: (input.call.timeoutMs ?? unlimitedMs) + marginMs,
        heartbeatTimeout: "30s",
        cancellationType: "TRY_CANCEL",
        retry: { initialInterval: "500ms", maximumInterval: "30s" },
      },
    );
    return answer === "long" ? undefined : answer;
  } catch (error) {
    if (isCancellation(error)) return undefined;
    const text = `the call could not be performed: ${String((error as { cause?: unknown }).cause ?? error)}`;
    return { error: { type: "action", code: "INTERNAL_ERROR", message: text, retryable: false } };
  }
}

function message({ call, attempt }: PerformInput, { retry, ...answer }: Exclude<PerformAnswer, "long">): RunMessage {
  const made = { attempt, ...(retry !== undefined && { retry }) };
  return { kind: "answer", id: `call:${call.n}:${attempt}`, effect: call.n, ...answer, attempt: made };
}
