/** What reaches a run, as the arrivals that its machine takes. */
import type { Arrival } from "../../../../core/arrival.ts";
import type { WireText } from "../../../../core/wire.ts";
import type { Incoming, Pending } from "./inbox.ts";
import type { Parts } from "./parts.ts";

const wireNull = "null" as WireText;

/** The next message as an arrival. Messages to the host are heard, and those for effects that are closed are dropped. */
export function nextArrival(parts: Parts): { arrival: Arrival; pending: Pending } | undefined {
  for (;;) {
    const pending = parts.run.inbox.take();
    if (pending === undefined) return undefined;
    const arrival = toArrival(parts, pending.incoming);
    if (arrival !== undefined) return { arrival, pending };
  }
}

function toArrival({ run, calls, reports, children }: Parts, incoming: Incoming): Arrival | undefined {
  const base = { seq: run.ledger.arrivals + 1, time: run.now };
  switch (incoming.kind) {
    case "cancel":
      return { ...base, kind: "cancel", reason: incoming.reason };
    case "signal":
      return { ...base, kind: "signal", name: incoming.name, payload: incoming.payload };
    case "command":
      return { ...base, kind: "command", command: incoming.command };
    case "child":
      children.heard(incoming);
      return undefined;
    default:
  }
  if (incoming.kind === "event") reports.delivered(incoming.effect, incoming.position);
  const { effect } = incoming;
  const open = run.ledger.open.get(effect)?.effect.kind;
  if (open === undefined) {
    const again = incoming.kind === "event" ? reports.late(incoming) : undefined;
    if (incoming.kind !== "event" || again === undefined) return undefined;
    return { ...base, kind: "event", effect: again, event: incoming.event, position: incoming.position };
  }
  if (incoming.kind === "event") {
    const { event, position } = incoming;
    return open === "await" ? { ...base, kind: "event", effect, event, position } : undefined;
  }
  if (incoming.kind === "timer") return { ...base, kind: "answer", effect, value: wireNull };
  if (incoming.kind === "answer" && open === "call") {
    calls.heard(incoming);
    return undefined;
  }
  if (open === "spawn") children.answered(effect, incoming.kind === "answer");
  const answer: Arrival = { ...base, kind: "answer", effect };
  if (incoming.value !== undefined) answer.value = incoming.value;
  if (incoming.error !== undefined) answer.error = incoming.error;
  return answer;
}
