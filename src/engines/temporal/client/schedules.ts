/** Starts runs when their schedules are due: what the entities of schedules have done outside. */
import { nextTime, scheduleProblem } from "../../../events/schedule-times.ts";
import { scheduledEvent, scheduleType } from "../../run/scheduled-event.ts";
import type { NextDue, ScheduledStart } from "../protocol/activities.ts";
import { workflowIds, workflowTypes } from "../protocol/names.ts";
import type { DefinitionRecord, ScheduleRecord, TriggerName } from "../protocol/registry.ts";
import { type ScheduleInput, scheduleSignals } from "../protocol/schedule.ts";
import type { TemporalContext } from "./context.ts";
import { belongsTo } from "./project-keys.ts";
import { reach } from "./reach.ts";

/** Starts that are later than this are told. */
const lateMs = 60_000;

export type SchedulesContext = Pick<
  TemporalContext,
  "client" | "taskQueue" | "clock" | "log" | "registry" | "starts" | "events" | "scopes"
>;

/** The activity `armSchedules`: each entity asks for what its schedule is now; one that is not there begins. */
export async function armSchedules(
  context: Pick<SchedulesContext, "client" | "taskQueue" | "registry" | "scopes">,
  triggers: readonly TriggerName[],
): Promise<void> {
  const { client, taskQueue, registry } = context;
  for (const { project, path, trigger } of triggers) {
    const input: ScheduleInput = { project, path, trigger };
    const workflowId = workflowIds.schedule(taskQueue, registry.digest("schedule", project, path, trigger));
    belongsTo(context, workflowId, project);
    await reach(client, () =>
      client.workflow.signalWithStart(workflowTypes.schedule, {
        workflowId,
        taskQueue,
        args: [input],
        signal: scheduleSignals.changed,
        workflowIdReusePolicy: "ALLOW_DUPLICATE",
      }),
    );
  }
}

/** The activity `startScheduled`. The same due time again starts nothing. */
export async function startScheduled(context: SchedulesContext, input: ScheduledStart): Promise<NextDue> {
  const { registry, clock } = context;
  const { due, fire } = input;
  await registry.refresh();
  const record = registry.find(input.project, input.path);
  const found = record?.schedules.find(({ trigger }) => trigger === input.trigger);
  if (record === undefined || found === undefined) return {};
  // One that has just begun may be due since then; what was due for one that is gone is not due any more.
  if (due?.began !== found.began) return nextAfter(context, found, found.began);
  if (!fire) return { next: due };
  const now = clock.now();
  await start(context, record, found, due.at, now);
  // This machine's clock may be behind the one that has said that the time has come.
  return nextAfter(context, found, Math.max(now, due.at));
}

/** When a schedule is due next, epoch ms, as far as the clock goes. Undefined when it is not due any more. */
export function nextAt(
  { schedule, began }: Pick<ScheduleRecord, "schedule" | "began">,
  now: number,
): number | undefined {
  return scheduleProblem(schedule) === undefined ? nextTime(schedule, began, now) : undefined;
}

function nextAfter({ log }: SchedulesContext, found: ScheduleRecord, after: number): NextDue {
  const problem = scheduleProblem(found.schedule);
  if (problem !== undefined) log.warn("a schedule cannot be read", { trigger: found.trigger, problem });
  const at = nextAt(found, after);
  return at === undefined ? {} : { next: { at, began: found.began } };
}

async function start(
  { registry, starts, events, log }: SchedulesContext,
  record: DefinitionRecord,
  { trigger }: ScheduleRecord,
  due: number,
  now: number,
): Promise<void> {
  const { project, path, imageHash, language, commit, author } = record;
  const about = { definition: path, trigger, due: new Date(due).toISOString() };
  const flag = registry.heldByFlag(project, scheduleType);
  if (flag !== undefined || imageHash === undefined) {
    log.info("a schedule was due and held back", { ...about, flag });
    return;
  }
  if (now - due > lateMs) log.warn("a schedule was due while nothing ran: it starts once", about);
  const workflow = registry.descriptionOf(record)?.workflow;
  await starts.startRun({
    runId: registry.uuidOf("schedule", project, path, trigger, due),
    by: "schedule",
    project,
    definition: path,
    definitionProject: project,
    trigger,
    image: { hash: imageHash, language },
    position: await events.end(project),
    hops: 0,
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    // What is started by name takes an input of its own, and no event.
    ...(workflow === undefined ? { input: scheduledEvent({ path }, trigger, due) } : { workflow }),
  });
}
