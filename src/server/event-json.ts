/** Events as the API gives them: the data is JSON, not bytes. */
import type { EventView } from "../core/engine.ts";
import { eventDataText } from "../core/event.ts";

/** In a list, data over this many bytes is left out; `GET /api/v1/events/:id` has it. */
const mostListedBytes = 64 * 1024;

/** JSON text of an event. The data is put in as it was received, so that numbers and order of keys stay what they were. */
export function eventJson(event: EventView): string {
  return withData(event, eventDataText(event));
}

/** As eventJson, with `dataOmitted` in place of data that is too large for a list. */
export function listedEventJson(event: EventView): string {
  if (event.body.length <= mostListedBytes) return eventJson(event);
  return JSON.stringify({ ...describe(event), dataOmitted: true });
}

function withData(event: EventView, data: string | undefined): string {
  const head = JSON.stringify(describe(event));
  return data === undefined ? head : `${head.slice(0, -1)},"data":${data}}`;
}

function describe({ body: _body, overlay: _overlay, ...rest }: EventView): Omit<EventView, "body" | "overlay"> {
  return rest;
}
