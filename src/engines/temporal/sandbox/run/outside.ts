/**
 * What a run has done outside of it, but for calls: reports, messages, runs and events. Each is idempotent by ids that the turn
 * gives.
 *
 * A turn's effects must never be seen when the turn itself is lost with its workflow task and comes out differently when that is
 * computed again. That happens only where something else has come meanwhile and is given first: Temporal gives signals before
 * anything else, and both in their order. So after a signal, or at the start, a turn is certain, and a local activity does, which is
 * made before the task is completed. After anything else it is an activity, which is made after. So is what has to be answered by
 * another workflow: a local activity would keep the workers' places from it.
 */
import { condition, proxyActivities, proxyLocalActivities } from "@temporalio/workflow";
import type { Activities } from "../../protocol/activities.ts";
import type { HostedRun } from "./hosted-run.ts";
import type { Pending } from "./inbox.ts";
import { eventsOf } from "./length.ts";

type Outward = Pick<Activities, "report" | "tell" | "beginLongCall" | "endLongCall">;

const retry = { initialInterval: "200ms", maximumInterval: "10s" } as const;
/** A workflow task waits for it so long; then it becomes an activity, which costs no history while it is tried again. */
const local = proxyLocalActivities<Outward>({ startToCloseTimeout: "10s", scheduleToCloseTimeout: "20s", retry });
const remote = proxyActivities<Outward & Pick<Activities, "spawn" | "emit">>({ startToCloseTimeout: "20s", retry });

export class Outside {
  readonly #run: HostedRun;
  #underWay = 0;
  /** Something was taken that a signal could have been given before, and no later workflow task is known to have begun. */
  #isUncertain = false;

  constructor(run: HostedRun) {
    this.#run = run;
  }

  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  /** A message is handed to the Program. */
  taken({ isSignal }: Pending): void {
    if (!isSignal) this.#isUncertain = true;
  }

  /** A signal has come: with that a workflow task begins, and what was computed before is durable. */
  signalled(): void {
    this.#isUncertain = false;
  }

  report(...args: Parameters<Activities["report"]>): Promise<void> {
    return this.#perform((activities) => activities.report(...args));
  }

  tell(...args: Parameters<Activities["tell"]>): Promise<boolean> {
    return this.#unlessUnheard(() => this.#perform((activities) => activities.tell(...args)));
  }

  spawn(...args: Parameters<Activities["spawn"]>): ReturnType<Activities["spawn"]> {
    return this.#unlessUnheard(() => this.#performLater(() => remote.spawn(...args)));
  }

  emit(...args: Parameters<Activities["emit"]>): Promise<void> {
    return this.#performLater(() => remote.emit(...args));
  }

  beginLongCall(...args: Parameters<Activities["beginLongCall"]>): Promise<void> {
    return this.#perform((activities) => activities.beginLongCall(...args));
  }

  endLongCall(...args: Parameters<Activities["endLongCall"]>): Promise<void> {
    return this.#perform((activities) => activities.endLongCall(...args));
  }

  /**
   * Work of which something here is a part. A run continues in a new execution as soon as nothing is under way: what comes of the
   * work has to be noted before that.
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#run.wake();
    }
  }

  /** Once the log has heard of what the run waits for. */
  #unlessUnheard<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#run.isUnheard) return work();
    return this.during(async () => {
      await condition(() => !this.#run.isUnheard);
      return work();
    });
  }

  #performLater<T>(work: () => Promise<T>): Promise<T> {
    this.#run.length.add(eventsOf.remote);
    return this.during(work);
  }

  #perform<T>(work: (activities: Outward) => Promise<T>): Promise<T> {
    return this.during(async () => {
      if (!this.#isUncertain) {
        try {
          this.#run.length.add(eventsOf.local);
          return await work(local);
        } catch {
          // It takes long.
        }
      }
      this.#run.length.add(eventsOf.remote);
      return work(remote);
    });
  }
}
