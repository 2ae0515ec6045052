/** The event that a handler gets which the clock starts. It is in no log: it starts this one run. */
import type { DefinitionView } from "../../core/definition.ts";

/** What flags hold back when they hold back schedules. */
export const scheduleType = "autoflow.schedule";

/** JSON text of a CloudEvent for a trigger that was due at `due`, epoch ms. */
export function scheduledEvent({ path }: Pick<DefinitionView, "path">, trigger: string, due: number): string {
  const time = new Date(due).toISOString();
  return JSON.stringify({
    specversion: "1.0",
    id: `${path}#${trigger}@${time}`,
    source: `autoflow/schedules/${path}`,
    type: scheduleType,
    time,
    datacontenttype: "application/json",
    data: { scheduled_at: time, trigger },
  });
}
