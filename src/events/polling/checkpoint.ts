/** Until when a project has been polled, kept as events of its log: so every engine keeps it, as durably as what was found. */
import type { Engine } from "../../core/engine.ts";
import type { NewEvent } from "../../core/event.ts";
import { asObject, textAt } from "../body-fields.ts";

export const checkpointType = "com.autoflow.events.polled";

/** Epoch ms by GitLab's clock. */
export interface Checkpoint {
  /** When polling began: what was before is not told. */
  since: number;
  /** What happened before is told. */
  until: number;
}

/** The event that says so. */
export function checkpointEvent(project: string, { since, until }: Checkpoint): NewEvent {
  const time = new Date(until).toISOString();
  const data = { since: new Date(since).toISOString(), until: time };
  return {
    project,
    attributes: {
      id: `polled/${time}`,
      source: "urn:autoflow:polling",
      type: checkpointType,
      time,
      datacontenttype: "application/json",
    },
    body: new TextEncoder().encode(JSON.stringify(data)),
    overlay: "",
  };
}

/** The last one; undefined when the project was never polled, or so long ago that no event of then is kept. */
export async function lastCheckpoint(
  engine: Pick<Engine, "listEvents">,
  project: string,
): Promise<Checkpoint | undefined> {
  let cursor: string | undefined;
  do {
    const query = { project, type: checkpointType, limit: 1, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await engine.listEvents(query);
    const [event] = items;
    if (event !== undefined) return readCheckpoint(event);
    cursor = next;
  } while (cursor !== undefined);
  return undefined;
}

function readCheckpoint({ body }: NewEvent): Checkpoint | undefined {
  const data = asObject(JSON.parse(new TextDecoder().decode(body)));
  const [since, until] = ["since", "until"].map((name) => Date.parse(textAt(data, name) ?? "")) as [number, number];
  return Number.isNaN(since) || Number.isNaN(until) ? undefined : { since, until };
}
