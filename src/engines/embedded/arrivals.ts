/** What reaches a run, as the arrivals that its machine takes. */
import type { Arrival } from "../../core/arrival.ts";
import type { WireText } from "../../core/wire.ts";
import type { ActiveRun, Pending, Taken } from "./active-run.ts";
import type { Core } from "./core.ts";

const wireNull = "null" as WireText;

/** The next message as an arrival; messages for effects that are closed are dropped. */
export function nextArrival(core: Core, run: ActiveRun): Taken | undefined {
  for (;;) {
    const at = run.incoming.findIndex((pending) => !isHeld(run, pending));
    if (at < 0) return undefined;
    const pending = run.incoming[at]!;
    run.incoming.splice(at, 1);
    const arrival = toArrival(core, run, pending);
    if (arrival !== undefined) return { arrival, pending };
    if (pending.row !== undefined) run.consumedRows.push(pending.row);
  }
}

/** A full mailbox takes no further signals; everything else still arrives. */
function isHeld(run: ActiveRun, pending: Pending): boolean {
  return run.mailHeld && pending.incoming.kind === "signal";
}

export function hasWork(run: ActiveRun): boolean {
  return run.incoming.some((pending) => !isHeld(run, pending));
}

function toArrival(core: Core, run: ActiveRun, { incoming }: Pending): Arrival | undefined {
  const base = { seq: run.ledger.arrivals + 1, time: Math.max(run.ledger.time, core.now) };
  if (incoming.kind === "cancel") return { ...base, kind: "cancel", reason: incoming.reason };
  if (incoming.kind === "signal") return { ...base, kind: "signal", name: incoming.name, payload: incoming.payload };
  if (incoming.kind === "command") return { ...base, kind: "command", command: incoming.command };
  const entry = run.ledger.open.get(incoming.effect);
  if (entry === undefined) return undefined;
  if (incoming.kind === "event") {
    const event = core.eventLog.eventText(incoming.event);
    if (event === undefined) return undefined;
    if (entry.effect.kind === "await") core.mail.unwatch(run, entry.effect);
    return { ...base, kind: "event", effect: incoming.effect, event, position: incoming.event };
  }
  if (incoming.kind === "timer") return { ...base, kind: "answer", effect: incoming.effect, value: wireNull };
  const answer: Arrival = { ...base, kind: "answer", effect: incoming.effect };
  if (incoming.value !== undefined) answer.value = incoming.value;
  if (incoming.error !== undefined) answer.error = incoming.error;
  return answer;
}
