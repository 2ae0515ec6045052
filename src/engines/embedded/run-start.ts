/** What a run begins with, which its state does not repeat. */
import { eventText } from "../../core/event.ts";
import type { RunStart } from "../../core/program.ts";
import type { Core } from "./core.ts";
import type { RunRecord } from "./store/runs.ts";

/** What a run starts from, put together from the store. `time`: that of its first turn, epoch ms. */
export function runStart(core: Core, record: RunRecord, time = record.createdAt): RunStart {
  const { vars, secrets } = core.data.settings.get(record.settings);
  const start: RunStart = {
    runId: record.uuid,
    project: record.project,
    trigger: record.trigger,
    position: record.position,
    time,
    vars,
    secrets,
    limits: core.options.limits,
  };
  const event = record.event === undefined ? undefined : core.eventLog.event(record.event);
  if (event !== undefined) start.event = eventText(event);
  if (record.input !== undefined) start.input = record.input;
  if (record.starter !== undefined) start.starter = record.starter;
  if (record.kin?.timeout !== undefined) start.timeout = record.kin.timeout;
  return start;
}
