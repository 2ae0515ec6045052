/** Starts runs when their schedules are due: what the entities of schedules have done outside. */
import { nextTime, scheduleProblem } from "../../../events/schedule-times.ts";
import { scheduledEvent, scheduleType } from "../../run/scheduled-event.ts";
import type { NextDue, ScheduledStart } from "../protocol/activities.ts";
import type { Candidate } from "../protocol/log.ts";
import { workflowIds, workflowTypes } from "../protocol/names.ts";
import type { DefinitionRecord, ScheduleRecord, TriggerName } from "../protocol/registry.ts";
import { type ScheduleInput, scheduleSignals } from "../protocol/schedule.ts";
import { candidateStart, keyOfRun } from "./append-item.ts";
import type { TemporalContext } from "./context.ts";
import { newRun } from "./dispatch.ts";
import { startInLog } from "./log-entity.ts";
import { belongsTo } from "./project-keys.ts";
import { reach } from "./reach.ts";

/** Starts that are later than this are told. */
const lateMs = 60_000;

export type SchedulesContext = Pick<
  TemporalContext,
  "client" | "namespace" | "taskQueue" | "clock" | "random" | "log" | "registry" | "starts" | "events" | "scopes"
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
  context: SchedulesContext,
  record: DefinitionRecord,
  { trigger }: ScheduleRecord,
  due: number,
  now: number,
): Promise<void> {
  const { registry, log } = context;
  const { project, path } = record;
  const about = { definition: path, trigger, due: new Date(due).toISOString() };
  const flag = registry.heldByFlag(project, scheduleType);
  const candidate = scheduledCandidate(registry, record, trigger, due);
  if (flag !== undefined || candidate === undefined) {
    log.info("a schedule was due and held back", { ...about, flag });
    return;
  }
  if (now - due > lateMs) log.warn("a schedule was due while nothing ran: it starts once", about);
  if (candidate.keyed === undefined) return startNow(context, candidate);
  const { outcome, runId, reason } = await startInLog(context, project, candidate);
  if (outcome === "failed") log.error("a schedule cannot start a run", { ...about, reason });
  if (outcome === "skipped")
    log.info("a schedule was due and an earlier run of it is still open", { ...about, run: runId });
}

/** Undefined for a definition of which no version has compiled. */
function scheduledCandidate(
  registry: TemporalContext["registry"],
  record: DefinitionRecord,
  trigger: string,
  due: number,
): Candidate | undefined {
  const { project, path } = record;
  const start = candidateStart(registry, record);
  if (start === undefined) return undefined;
  const described = registry.descriptionOf(record)?.triggers.find(({ name }) => name === trigger);
  const concurrency = described?.concurrency;
  return {
    runId: registry.uuidOf("schedule", project, path, trigger, due),
    definition: path,
    project,
    definitionKey: registry.digest("definition", project, path),
    trigger,
    ...(concurrency !== undefined && {
      keyed: keyOfRun(registry, record, trigger, concurrency, () => undefined),
    }),
    // What is started by name takes an input of its own, and no event.
    start: {
      ...start,
      scheduled: start.workflow === undefined ? { input: scheduledEvent({ path }, trigger, due) } : {},
    },
  };
}

/** Starts a run that has no key: its log need not know of it. */
async function startNow({ starts, events }: SchedulesContext, candidate: Candidate): Promise<void> {
  const { project } = candidate;
  await starts.startRun(newRun(project, undefined, { seq: await events.end(project), candidate }));
}
