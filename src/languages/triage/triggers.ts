/** When AutoFlow carries a policy out by itself. */
import type { TriggerDescription } from "../../core/program.ts";
import type { Policy } from "./model.ts";

/** The trigger of the clock, and that of changes. */
const scheduleTrigger = "schedule";
export const liveTrigger = "live";

const changes = ["created", "updated", "reopened", "closed"];

/** One run at a time carries the whole policy out; for one resource that changes again and again, the newest change is enough. */
export function triggersOf({ automation }: Policy): TriggerDescription[] {
  if (automation === undefined) return [];
  const { at: where, schedule, live } = automation;
  const triggers: TriggerDescription[] = [];
  if (schedule !== undefined) {
    const filter = { types: [], fields: [] };
    triggers.push({ name: scheduleTrigger, filter, schedule, concurrency: { by: [], mode: "skip" }, where });
  }
  if (live) {
    const types = ["issue", "merge_request"].flatMap((kind) =>
      changes.map((change) => `com.gitlab.events.${kind}_${change}`),
    );
    const filter = { types, fields: [] };
    const concurrency = { by: [["object_attributes", "id"]], mode: "coalesce" as const };
    triggers.push({ name: liveTrigger, filter, concurrency, where });
  }
  return triggers;
}
