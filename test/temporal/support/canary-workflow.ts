/** A workflow written by hand that puts what it is given into every place where Temporal stores something of a user's. */
import {
  ApplicationFailure,
  continueAsNew,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  upsertMemo,
  condition,
} from "@temporalio/workflow";

/** A text to find again, by the name of the place where it goes. */
export type Canaries = Record<(typeof places)[number], string>;

export const places = [
  "input",
  "large",
  "memo",
  "upsertedMemo",
  "summary",
  "signal",
  "update",
  "updateResult",
  "updateFailure",
  "activityResult",
  "localResult",
  "heartbeat",
  "activityFailure",
  "failureDetails",
  "failureCause",
  "childResult",
  "continued",
  "outcome",
] as const;

export interface CanaryActivities {
  give(text: string): Promise<string>;
  fail(canaries: Canaries): Promise<void>;
}

const options = { startToCloseTimeout: "1 minute", retry: { maximumAttempts: 1 } } as const;
const { give, fail } = proxyActivities<CanaryActivities>(options);
const { give: giveLocally } = proxyLocalActivities<CanaryActivities>(options);

export const go = defineSignal<[string]>("go");
export const change = defineUpdate<string, [string, Canaries]>("change");

export async function canaries(given: Canaries, continued?: string): Promise<void> {
  if (continued !== undefined) {
    throw ApplicationFailure.create({ message: given.outcome, type: "Ended", nonRetryable: true });
  }
  let ready = false;
  setHandler(go, () => {
    ready = true;
  });
  setHandler(change, (_text, { updateResult, updateFailure }) => {
    if (ready) throw ApplicationFailure.create({ message: updateFailure, nonRetryable: true });
    return updateResult;
  });
  await condition(() => ready);
  upsertMemo({ upserted: given.upsertedMemo });
  await give(given.activityResult);
  await giveLocally(given.localResult);
  await fail(given).catch(() => undefined);
  await executeChild(child, { args: [given.childResult] });
  await sleep(1, { summary: given.summary });
  await condition(() => false, "1 s");
  await continueAsNew<typeof canaries>(given, given.continued);
}

export async function child(text: string): Promise<string> {
  return text;
}
