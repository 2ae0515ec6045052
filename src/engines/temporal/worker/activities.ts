/** What workflows have done outside, by name. */
import { activityInfo, heartbeat } from "@temporalio/activity";
import type { TemporalContext } from "../client/context.ts";
import { dispatching } from "../client/dispatch.ts";
import { longCalling } from "../client/long-calls.ts";
import { armSchedules, startScheduled } from "../client/schedules.ts";
import { belongsWith, learnProject } from "../client/project-keys.ts";
import { spawn, tell } from "../client/spawning.ts";
import type { Activities } from "../protocol/activities.ts";
import { type PerformContext, performing } from "./perform.ts";

/**
 * All activities. A worker asks for work before its process knows what is in the registry, since that takes a worker: what looks
 * into it waits for `known`. What holds up workflow tasks, as local activities do, is not among that.
 */
export function createActivities(
  perform: PerformContext,
  context: TemporalContext,
  known: Promise<unknown>,
): Activities {
  const { emit, ...dispatched } = dispatching(context, heartbeat);
  const later =
    <Args extends unknown[], Answer>(activity: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      await known;
      return activity(...args);
    };
  return {
    perform: performing(perform),
    ...dispatched,
    ...longCalling(context),
    async tell(runId, message) {
      // A script may signal any run that it knows; all else is said among the runs of a project.
      if (message.kind === "signal") await learnProject(context, runId);
      else belongsWith(context, runId, activityInfo().workflowExecution!.workflowId);
      return tell(context, runId, message);
    },
    emit: later(emit),
    spawn: later((input) => spawn(context, input)),
    armSchedules: later((triggers) => armSchedules(context, triggers)),
    startScheduled: later((input) => startScheduled(context, input)),
  };
}
