/** Until when a project has been polled, kept as events of its log: so every engine keeps it, as durably as what was found. */
import type { Engine } from "../../core/engine.ts";
import type { NewEvent } from "../../core/event.ts";
import { asObject, textAt } from "../body-fields.ts";

export const checkpointType = "com.autoflow.events.polled";

/** The event that says so; `until` in epoch ms. */
export function checkpointEvent(project: string, until: number): NewEvent {
  const time = new Date(until).toISOString();
  return {
    project,
    attributes: {
      id: `polled/${time}`,
      source: "urn:autoflow:polling",
      type: checkpointType,
      time,
      datacontenttype: "application/json",
    },
    body: new TextEncoder().encode(JSON.stringify({ until: time })),
    overlay: "",
  };
}

/** Until when the project has been polled, in epoch ms; undefined when it never was. */
export async function lastCheckpoint(engine: Pick<Engine, "listEvents">, project: string): Promise<number | undefined> {
  let cursor: string | undefined;
  do {
    const query = { project, type: checkpointType, limit: 1, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await engine.listEvents(query);
    const [event] = items;
    if (event !== undefined) return untilOf(event);
    cursor = next;
  } while (cursor !== undefined);
  return undefined;
}

function untilOf({ body }: NewEvent): number | undefined {
  const data = asObject(JSON.parse(new TextDecoder().decode(body)));
  const until = Date.parse(textAt(data, "until") ?? "");
  return Number.isNaN(until) ? undefined : until;
}
