/** What a run tells the log of its project: which events it waits for, and whether it waits. */
import type { AwaitEffect } from "../../../../core/effect.ts";
import type { RunReport, Subscription } from "../../protocol/log.ts";
import type { RunMessage } from "../../protocol/run.ts";
import type { HostedRun } from "./hosted-run.ts";
import type { Outside } from "./outside.ts";

/** So many waits are remembered, and so many events that came when their waits were over. */
const mostAsked = 20;
const mostLate = 4;

/** An event that came when its wait was over already. */
type LateEvent = Extract<RunMessage, { kind: "event" }>;

export class Reports {
  readonly #run: HostedRun;
  readonly #outside: Outside;
  /** Waits that the log knows of. */
  readonly #subscribed: Set<number>;
  #opens = new Map<number, Subscription>();
  #closes: number[] = [];
  #count: number;
  /** What waits ask for that the log has been told of, by effect; also of the last ones that are over. */
  readonly #asked = new Map<number, string>();
  /** By what was asked for. */
  readonly #late = new Map<string, LateEvent>();
  /** How the last report said that the run stands, and the event that it had heard. */
  #stood: RunReport["stands"] | undefined;
  #told: number;
  /** The report that is under way. */
  #sending: Promise<void> | undefined;

  constructor(run: HostedRun, outside: Outside) {
    const { carry } = run.input;
    this.#run = run;
    this.#outside = outside;
    this.#subscribed = new Set(carry?.subscribed);
    this.#count = carry?.reports ?? 0;
    this.#stood = carry?.stood;
    this.#told = carry?.heard ?? 0;
  }

  open({ n, filter, since }: AwaitEffect): void {
    const asked = JSON.stringify([filter, since]);
    const late = this.#late.get(asked);
    if (late !== undefined && since !== "now") {
      this.#run.inbox.add({ incoming: { ...late, effect: n }, isSignal: false });
      this.#run.wake();
      return;
    }
    this.#opens.set(n, { effect: n, filter, since: since === "start" ? this.#run.start.position : since });
    if (since === "now") this.#run.isUnheard = true;
    keep(this.#asked, n, asked, mostAsked);
  }

  /**
   * An event has come for a wait that is over. Who waits again for the same, from the same position, is to have it: the log would find
   * that event again, which may take longer than a short wait lasts, every time. Answers the effect that does so by now.
   */
  late(event: LateEvent): number | undefined {
    const asked = this.#asked.get(event.effect);
    if (asked === undefined) return undefined;
    keep(this.#late, asked, event, mostLate);
    for (const [n, { effect }] of this.#run.ledger.open) {
      if (effect.kind !== "await" || effect.since === "now") continue;
      if (JSON.stringify([effect.filter, effect.since]) !== asked) continue;
      this.close(n);
      return n;
    }
    return undefined;
  }

  /** A wait is over without an event. */
  close(effect: number): void {
    const isUntold = this.#opens.delete(effect);
    this.#noteHeard();
    if (isUntold || !this.#subscribed.delete(effect)) return;
    this.#closes.push(effect);
  }

  /** The log has delivered an event, and with that forgotten the wait. */
  delivered(effect: number, position: number): void {
    this.#subscribed.delete(effect);
    this.#run.heard = Math.max(this.#run.heard, position);
  }

  /** Nothing is to be told. */
  get isIdle(): boolean {
    return this.#sending === undefined && !this.#isDue();
  }

  /** Tells what there is to tell; one report after the other. */
  flush(): void {
    if (this.isIdle || this.#sending !== undefined) return;
    this.#sending = this.#send(this.#stands());
    this.#run.guard(this.#sending);
  }

  /** Sends the last report, if the log knows the run. Undefined when there is nothing to wait for. */
  end(): Promise<void> | undefined {
    this.#opens.clear();
    this.#closes = [];
    const { correlated, keyed } = this.#run.input;
    const isKnown = this.#subscribed.size > 0 || correlated === true || keyed !== undefined;
    this.#subscribed.clear();
    return isKnown ? this.#sendLast() : this.#sending;
  }

  async #sendLast(): Promise<void> {
    await this.#sending;
    await this.#send("ended");
  }

  carried(): { subscribed: number[]; reports: number; stood?: RunReport["stands"]; heard: number } {
    return {
      subscribed: [...this.#subscribed],
      reports: this.#count,
      ...(this.#stood !== undefined && { stood: this.#stood }),
      heard: this.#run.heard,
    };
  }

  #stands(): RunReport["stands"] {
    return this.#run.isBusy ? "busy" : "standing";
  }

  #isDue(): boolean {
    if (this.#opens.size > 0 || this.#closes.length > 0) return true;
    if (this.#run.input.correlated !== true) return false;
    const stands = this.#stands();
    return stands !== this.#stood || (stands === "standing" && this.#run.heard > this.#told);
  }

  #noteHeard(): void {
    if (this.#sending !== undefined) return;
    this.#run.isUnheard = [...this.#opens.values()].some(({ since }) => since === "now");
  }

  async #send(stands: RunReport["stands"]): Promise<void> {
    const { start, input, heard } = this.#run;
    const report: RunReport = {
      runId: start.runId,
      n: ++this.#count,
      position: start.position,
      heard,
      definitionKey: input.definitionKey,
      opens: [...this.#opens.values()],
      closes: this.#closes,
      stands,
    };
    for (const { effect } of report.opens) this.#subscribed.add(effect);
    this.#opens = new Map();
    this.#closes = [];
    this.#stood = stands;
    this.#told = heard;
    await this.#outside.report(start.project, report);
    this.#sending = undefined;
    this.#noteHeard();
    this.#run.wake();
  }
}

/** The newest ones. */
function keep<Key, Value>(values: Map<Key, Value>, key: Key, value: Value, most: number): void {
  values.delete(key);
  values.set(key, value);
  if (values.size > most) for (const oldest of values.keys()) return void values.delete(oldest);
}
