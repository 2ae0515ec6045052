/** Waits until a trigger is due, has its run started, and so on until it is not due any more. */
import { condition, defineSignal, proxyActivities, setHandler } from "@temporalio/workflow";
import type { Activities, Due } from "../protocol/activities.ts";
import { type ScheduleInput, scheduleSignals } from "../protocol/schedule.ts";
import { continueOnCurrentVersion } from "./continue.ts";

/** Continues in a new execution from here on: some 200 events. */
const roundsAtMost = 20;

const changedSignal = defineSignal(scheduleSignals.changed);
const renewSignal = defineSignal(scheduleSignals.renew);

/**
 * Tried until it is done: what is due starts late rather than never. No local one: it asks the registry, which wants a workflow task
 * of the same workers.
 */
const { startScheduled } = proxyActivities<Pick<Activities, "startScheduled">>({
  startToCloseTimeout: "30s",
  retry: { maximumInterval: "60s" },
});

export async function schedule({ due: known, ...trigger }: ScheduleInput): Promise<void> {
  let due: Due | undefined = known;
  let isChanged = due === undefined;
  let isAsked = false;
  setHandler(changedSignal, () => {
    isChanged = true;
  });
  setHandler(renewSignal, () => {
    isAsked = true;
  });
  for (let round = 1; ; round++) {
    let fire = false;
    if (due !== undefined && !isChanged) {
      if (isAsked || round > roundsAtMost) {
        return continueOnCurrentVersion<typeof schedule>([{ ...trigger, due }]);
      }
      const isWoken = await condition(() => isChanged || isAsked, Math.max(1, due.at - Date.now()));
      if (isWoken && !isChanged) continue;
      fire = !isWoken;
    }
    isChanged = false;
    const { next } = await startScheduled({ ...trigger, ...(due !== undefined && { due }), fire });
    due = next;
    if (due === undefined && !isChanged) return;
  }
}
