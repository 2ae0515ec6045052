/** Open effects as people see them. */
import type { OpenEffectView } from "../../core/run.ts";
import { isCall, type Ledger } from "./ledger.ts";
import { describeEntry } from "./wait-text.ts";

export function openEffects(ledger: Pick<Ledger, "open">): OpenEffectView[] {
  return [...ledger.open.values()].map((entry) => {
    const { n, kind, origin } = entry.effect;
    const view: OpenEffectView = { n, kind, what: describeEntry(entry), origin };
    if (entry.effect.kind === "spawn") view.awaited = entry.effect.awaited;
    if (isCall(entry)) {
      view.attempt = entry.attempt;
      if (entry.next !== undefined) view.nextAttemptAt = entry.next;
      if (entry.error !== undefined) view.lastError = entry.error;
    }
    return view;
  });
}
