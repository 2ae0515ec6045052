/** Everything of a run that is due at a time. One timer is armed at most: for what is due first, or for earlier. */
import { CancellationScope, sleep } from "@temporalio/workflow";
import { isCall } from "../../../run/ledger.ts";
import type { Calls } from "./calls.ts";
import type { HostedRun } from "./hosted-run.ts";
import { eventsOf } from "./length.ts";

/** A timer is armed for at most so long, and then again. */
const mostMs = 100 * 86_400_000;

export class Timers {
  readonly #run: HostedRun;
  readonly #calls: Calls;
  /** Sleeps that are over and whose answers have not been taken. */
  readonly #fired = new Set<number>();
  #armed: { due: number; scope: CancellationScope } | undefined;

  constructor(run: HostedRun, calls: Calls) {
    this.#run = run;
    this.#calls = calls;
  }

  /** Answers sleeps that are over, begins attempts that are due, ends a run that does not unwind. */
  fire(): void {
    const { ledger, cancelling, now } = this.#run;
    if (cancelling !== undefined && cancelling.deadline <= now) this.#run.endAsCancelled(cancelling.reason);
    const due = this.#due().filter(({ at }) => at <= now);
    for (const { effect } of due.toSorted((a, b) => a.at - b.at)) {
      const entry = ledger.open.get(effect)!;
      if (isCall(entry)) this.#calls.again(entry);
      else this.#answer(effect);
    }
  }

  /** When something is due next; undefined for never. */
  next(): number | undefined {
    const { cancelling } = this.#run;
    let next = cancelling?.deadline;
    for (const { at } of this.#due()) next = next === undefined ? at : Math.min(next, at);
    return next;
  }

  /** Sees to it that the host is woken when something is due. A timer that is too early costs less than another one. */
  arm(): void {
    const due = this.next();
    if (due === undefined || (this.#armed !== undefined && this.#armed.due <= due)) return;
    this.#armed?.scope.cancel();
    const { now } = this.#run;
    const armed = { due: Math.min(due, now + mostMs), scope: new CancellationScope({ cancellable: true }) };
    this.#armed = armed;
    this.#run.length.add(eventsOf.timer);
    void this.#wait(armed, Math.max(1, armed.due - Date.now()));
  }

  async #wait(armed: { scope: CancellationScope }, ms: number): Promise<void> {
    try {
      await armed.scope.run(() => sleep(ms));
    } catch {
      // Another one is armed.
      return;
    }
    if (this.#armed === armed) this.#armed = undefined;
    this.#run.wake();
  }

  #answer(effect: number): void {
    this.#fired.add(effect);
    this.#run.inbox.add({ incoming: { kind: "timer", effect }, isSignal: false });
  }

  #due(): { effect: number; at: number }[] {
    const due: { effect: number; at: number }[] = [];
    for (const [effect, entry] of this.#run.ledger.open) {
      if (isCall(entry)) {
        if (entry.next !== undefined) due.push({ effect, at: entry.next });
      } else if (entry.effect.kind === "sleep" && !this.#fired.has(effect)) {
        due.push({ effect, at: entry.effect.until });
      }
    }
    return due;
  }
}
