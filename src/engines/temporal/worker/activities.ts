/** What workflows have done outside, by name. */
import { activityInfo } from "@temporalio/activity";
import type { TemporalContext } from "../client/context.ts";
import { dispatching } from "../client/dispatch.ts";
import { longCalling } from "../client/long-calls.ts";
import { armSchedules, startScheduled } from "../client/schedules.ts";
import { belongsWith } from "../client/project-keys.ts";
import { spawn, tell } from "../client/spawning.ts";
import type { Activities } from "../protocol/activities.ts";
import { type PerformContext, performing } from "./perform.ts";

type Outward = Omit<Activities, "perform">;

/**
 * All activities. A worker asks for work before its process knows the registry, since that takes a worker: what needs more than an
 * action waits for `ready`.
 */
export function createActivities(context: PerformContext, ready: Promise<TemporalContext>): Activities {
  const outward = ready.then(createOutward);
  // Whoever opens the process hears of it; here nothing waits yet.
  outward.catch(() => {});
  const later =
    <Name extends keyof Outward>(name: Name) =>
    async (...args: Parameters<Outward[Name]>): Promise<Awaited<ReturnType<Outward[Name]>>> => {
      const activity = (await outward)[name] as (...args: Parameters<Outward[Name]>) => ReturnType<Outward[Name]>;
      return activity(...args) as Promise<Awaited<ReturnType<Outward[Name]>>>;
    };
  return {
    perform: performing(context),
    report: later("report"),
    wake: later("wake"),
    dispatch: later("dispatch"),
    tell: later("tell"),
    spawn: later("spawn"),
    emit: later("emit"),
    beginLongCall: later("beginLongCall"),
    endLongCall: later("endLongCall"),
    pause: later("pause"),
    lookBack: later("lookBack"),
    armSchedules: later("armSchedules"),
    startScheduled: later("startScheduled"),
  };
}

function createOutward(context: TemporalContext): Outward {
  return {
    ...dispatching(context),
    spawn: (input) => spawn(context, input),
    async tell(runId, message) {
      belongsWith(context, runId, activityInfo().workflowExecution!.workflowId);
      return tell(context, runId, message);
    },
    ...longCalling(context),
    armSchedules: (triggers) => armSchedules(context, triggers),
    startScheduled: (input) => startScheduled(context, input),
  };
}
