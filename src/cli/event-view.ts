/** How events look on the command line. */
import type { EventDecision, EventView } from "../core/engine.ts";
import { formatTime, type View } from "./output.ts";

/** An event as the API gives it: its data is JSON, not bytes. */
export type ApiEvent = Omit<EventView, "body" | "overlay"> & { data?: unknown };

export const eventView: View<ApiEvent> = {
  name: (event) => event.attributes.id,
  columns: [
    { title: "seq", value: (event) => event.seq },
    { title: "received", value: (event) => formatTime(event.receivedAt) },
    { title: "project", value: (event) => event.project },
    { title: "type", value: (event) => event.attributes.type },
    { title: "id", value: (event) => event.attributes.id },
    { title: "became of it", value: (event) => summaryOf(event) },
  ],
};

export const eventDetailsView: View<ApiEvent> = {
  name: (event) => event.attributes.id,
  columns: [
    { title: "event", value: (event) => event.attributes.id },
    { title: "became of it", value: (event) => summaryOf(event) },
    { title: "triggers", value: (event) => event.decisions?.map(describeDecision).join("\n") },
    { title: "received by", value: (event) => event.receivedBy.map(describeReceiver).join("\n") },
    { title: "type", value: (event) => event.attributes.type },
    { title: "source", value: (event) => event.attributes.source },
    { title: "subject", value: (event) => event.attributes.subject },
    { title: "project", value: (event) => event.project },
    { title: "received", value: (event) => formatTime(event.receivedAt) },
    { title: "log position", value: (event) => event.seq },
    { title: "caused by", value: (event) => event.cause && `run ${event.cause.runId}, hop ${event.cause.hops}` },
    {
      title: "data",
      value: (event) => (event.data !== undefined && JSON.stringify(event.data, undefined, 2)) || undefined,
    },
  ],
};

function summaryOf(event: ApiEvent): string {
  const started = event.decisions?.filter((decision) => decision.outcome === "started").length ?? 0;
  const parts: string[] = [];
  if (started > 0) parts.push(`started ${started} ${started === 1 ? "run" : "runs"}`);
  const [receiver] = event.receivedBy;
  if (event.receivedBy.length > 1) parts.push(`received by ${event.receivedBy.length} waiting runs`);
  else if (receiver !== undefined) parts.push(`received by ${describeReceiver(receiver)}`);
  if (parts.length > 0) return parts.join(", ");
  if (event.decisions === undefined && event.heldBy === undefined) return "not yet dispatched";
  return `started nothing: ${event.reason ?? event.decisions?.[0]?.reason ?? "no trigger for it"}`;
}

function describeReceiver(runId: string): string {
  return `run ${runId} (wait_for_event)`;
}

function describeDecision(decision: EventDecision): string {
  const { definition, trigger, outcome, runId, reason } = decision;
  return `${definition} ${trigger}: ${outcome === "started" ? `started ${runId}` : reason}`;
}
