/** A run of a handler, moved by hand: tests say what arrives and look at what it asks for. */
import type { Arrival } from "../../../core/arrival.ts";
import { type OpenEffect, staysOpen } from "../../../core/effect.ts";
import assert from "node:assert/strict";
import type { Inspection, Limits, LoadedImage, Machine, RunStart, Turn } from "../../../core/program.ts";
import { defaultLimits } from "../../../core/program.ts";
import { encodeWire, type WireValue } from "../../../core/wire.ts";
import { compileScript, startOf, turn } from "./virtual-run.ts";

export const startTime = Date.UTC(2026, 10, 24, 9);

/**
 * A run of a handler with this body, after its first turn; `above` is the script in front of the handler. Every turn is also
 * computed by a machine that is made of the state before it, in small slices: it must do the same and come to the same state.
 */
export class Run {
  readonly #image: LoadedImage;
  readonly #start: RunStart;
  readonly #machine: Machine;
  /** Effects that were asked for and neither answered nor cancelled. */
  readonly open = new Map<number, OpenEffect>();
  /** Everything printed so far. */
  readonly output: string[] = [];
  #seq = 0;
  #time = startTime;
  last: Turn;

  constructor(body: string, above = "", limits: Partial<Limits> = {}) {
    const lines = body.split("\n").map((line) => `    ${line}\n`);
    const text = `${above}def h(w, ev):\n${lines.join("")}on_event(type="t", handler=h)\n`;
    this.#image = compileScript({ "main.star": text });
    this.#start = startOf(this.#image, { limits: { ...defaultLimits, ...limits } });
    this.#machine = this.#image.open(this.#start);
    this.last = turn(this.#machine, undefined);
    this.#see();
  }

  get stateSize(): number {
    return this.#machine.snapshot().length;
  }

  #see(): void {
    for (const effect of this.last.effects) {
      if (effect.kind === "log") this.output.push(effect.message);
      if (staysOpen(effect)) this.open.set(effect.n, effect);
      if (effect.kind !== "cancel") continue;
      assert.ok(this.open.delete(effect.target), "only what is open is cancelled");
    }
  }

  /** Where it stands. */
  inspect(): Inspection {
    return this.#image.inspect(this.#start, this.#machine.snapshot());
  }

  /** Effects of the last turn without number and origin. */
  get effects(): object[] {
    return this.last.effects.map(({ n: _n, origin: _origin, ...effect }) => effect);
  }

  get printed(): string[] {
    return this.last.effects.flatMap((effect) => (effect.kind === "log" ? [effect.message] : []));
  }

  get traceback(): string {
    const { outcome } = this.last;
    return outcome?.kind === "failed" ? (outcome.error.traceback ?? "") : `no error: ${JSON.stringify(this.last)}`;
  }

  get error(): string {
    const { outcome } = this.last;
    return outcome?.kind === "failed" ? outcome.error.message : `no error: ${JSON.stringify(this.last)}`;
  }

  /** The next timer is done; timers are done in the order of their times. */
  tick(): this {
    const sleeps = [...this.open.values()].filter((effect) => effect.kind === "sleep");
    const next = sleeps.toSorted((a, b) => a.until - b.until)[0];
    assert.ok(next, "there is no timer");
    this.#time = Math.max(this.#time, next.until) - 1000;
    return this.answer(next.n);
  }

  /** Timers are done until the run has ended. */
  finish(): this {
    while (this.last.outcome === undefined) this.tick();
    return this;
  }

  answer(effect: number, value: WireValue = null): this {
    return this.#arrive({ kind: "answer", effect, value: encodeWire(value) });
  }

  fail(effect: number, error: object): this {
    return this.#arrive({ kind: "answer", effect, error: error as never });
  }

  event(effect: number, event: object, position: number): this {
    return this.#arrive({ kind: "event", effect, event: JSON.stringify(event), position });
  }

  signal(name: string, payload: unknown): this {
    return this.#arrive({ kind: "signal", name, payload: JSON.stringify(payload) });
  }

  cancel(reason: string): this {
    return this.#arrive({ kind: "cancel", reason });
  }

  #arrive(arrival: DistributiveOmit<Arrival, "seq" | "time">): this {
    this.#time += 1000;
    if ("effect" in arrival) this.open.delete(arrival.effect);
    const complete = { ...arrival, seq: ++this.#seq, time: this.#time };
    const restored = this.#image.open(this.#start, this.#machine.snapshot());
    this.last = turn(this.#machine, complete);
    const again = turn(restored, complete, 13);
    // An event that came and that the script has dropped is in no state, so it does not count after a restore.
    assert.deepEqual({ ...again, mailboxBytes: 0 }, { ...this.last, mailboxBytes: 0 }, "a restored run does the same");
    this.#see();
    if (this.last.outcome === undefined) assert.deepEqual(restored.snapshot(), this.#machine.snapshot());
    return this;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
