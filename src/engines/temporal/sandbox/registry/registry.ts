/** The registry of an instance, as an entity: it changes by updates, and tells what has changed. */
import { ApplicationFailure, condition, setHandler, sleep } from "@temporalio/workflow";
import { defineQuery, defineSignal, defineUpdate, proxyActivities } from "@temporalio/workflow";
import { AutoFlowError } from "../../../../core/errors.ts";
import type { Activities } from "../../protocol/activities.ts";
import {
  type RegistryAnswer,
  type RegistryChange,
  type RegistryInput,
  type RegistryNews,
  registryQueries,
  registrySignals,
  registryUpdates,
} from "../../protocol/registry.ts";
import { continueOnCurrentVersion } from "../continue.ts";
import { applyChange, newRegistry, newsSince } from "./changes.ts";

/** Continues in a new execution from here on: some 200 events. */
const changesAtMost = 25;
const armAgainMs = 10_000;

const changeUpdate = defineUpdate<RegistryAnswer, [RegistryChange]>(registryUpdates.change);
const readQuery = defineQuery<RegistryNews | undefined, [{ known: number }]>(registryQueries.read);
const renewSignal = defineSignal(registrySignals.renew);

/** No local one: changes are answered, and questions too, while it goes on. */
const { armSchedules } = proxyActivities<Pick<Activities, "armSchedules">>({
  startToCloseTimeout: "10s",
  scheduleToCloseTimeout: "60s",
});

export async function registry({ salt, carry }: RegistryInput): Promise<void> {
  let state = carry ?? newRegistry(salt);
  let isAsked = false;
  /** Counted, since the length that Temporal tells may differ when the history is computed again. */
  let changes = 0;
  setHandler(changeUpdate, (change) => {
    changes++;
    const result = refusing(() => applyChange(state, change, Date.now()));
    state = result.state;
    return result.answer;
  });
  setHandler(readQuery, ({ known }) => newsSince(state, known));
  setHandler(renewSignal, () => {
    isAsked = true;
  });
  const isLong = (): boolean => isAsked || changes > changesAtMost;
  for (;;) {
    await condition(() => state.unarmed.length > 0 || isLong());
    // What is left unarmed is taken along.
    if (isLong()) return continueOnCurrentVersion<typeof registry>([{ salt: state.salt, carry: state }]);
    changes++;
    const unarmed = [...state.unarmed];
    if (!(await isArmed(unarmed))) await sleep(armAgainMs);
    else state = { ...state, unarmed: state.unarmed.filter((one) => !unarmed.includes(one)) };
  }
}

/** False when it could not be done. */
async function isArmed(unarmed: Parameters<typeof armSchedules>[0]): Promise<boolean> {
  try {
    await armSchedules(unarmed);
    return true;
  } catch {
    return false;
  }
}

/** Errors of ours as those that an update can answer with. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AutoFlowError) throw ApplicationFailure.nonRetryable(error.message, error.code);
    throw error;
  }
}
