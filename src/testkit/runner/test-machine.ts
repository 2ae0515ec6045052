/** Moves the machine of one test: what it asks for is done in its world, and time passes only while it sleeps. */
import type { Arrival } from "../../core/arrival.ts";
import type { Effect, OpenEffect } from "../../core/effect.ts";
import { staysOpen } from "../../core/effect.ts";
import type { Failure } from "../../core/failure.ts";
import type { LoadedImage, Machine, Outcome, RunStart, Turn } from "../../core/program.ts";
import type { WireText } from "../../core/wire.ts";
import { SimulationTimeout, type Simulation } from "../simulation.ts";

/** The answer to an effect of a test. */
export type Answer = { value?: WireText } | { error: Failure };

/** Does what a test asks for. */
export interface TestPort {
  perform(effect: Exclude<OpenEffect, { kind: "sleep" }>): Answer | Promise<Answer>;
  /** What is not answered: a line, an event. */
  note(effect: Exclude<Effect, OpenEffect>): Promise<void>;
}

const budget = 200_000;

type Unnumbered<T> = T extends unknown ? Omit<T, "seq" | "time"> : never;

export class TestMachine {
  readonly #simulation: Simulation;
  readonly #port: TestPort;
  readonly #machine: Machine;
  readonly #open = new Map<number, OpenEffect>();
  #seq = 0;

  constructor(simulation: Simulation, port: TestPort, image: LoadedImage, start: RunStart) {
    this.#simulation = simulation;
    this.#port = port;
    this.#machine = image.open(start);
  }

  /** Runs the test to its end. Throws SimulationTimeout, and what the port throws. */
  async play(deadline: number): Promise<Outcome> {
    let arrival: Arrival | undefined;
    for (;;) {
      const { effects, outcome } = this.#turn(arrival, deadline);
      for (const effect of effects) await this.#see(effect);
      await this.#simulation.settle();
      if (outcome !== undefined) return outcome;
      arrival = { ...(await this.#next()), seq: ++this.#seq, time: this.#simulation.clock.now() };
    }
  }

  #turn(arrival: Arrival | undefined, deadline: number): Turn {
    let result = this.#machine.step(arrival, budget);
    while (result === "running") {
      if (performance.now() > deadline) throw new SimulationTimeout();
      result = this.#machine.step(undefined, budget);
    }
    return result;
  }

  async #see(effect: Effect): Promise<void> {
    if (staysOpen(effect)) this.#open.set(effect.n, effect);
    else if (effect.kind === "cancel") this.#open.delete(effect.target);
    else await this.#port.note(effect);
  }

  /** What the test asked for first, and then the sleep that ends first. */
  async #next(): Promise<Unnumbered<Arrival>> {
    let first: Extract<OpenEffect, { kind: "sleep" }> | undefined;
    for (const effect of this.#open.values()) {
      if (effect.kind === "sleep") {
        if (first === undefined || effect.until < first.until) first = effect;
        continue;
      }
      this.#open.delete(effect.n);
      const answer = await this.#port.perform(effect);
      await this.#simulation.settle();
      return { kind: "answer", effect: effect.n, ...answer };
    }
    if (first === undefined) throw new Error("a test waits for nothing");
    this.#open.delete(first.n);
    await this.#simulation.advanceTo(first.until);
    return { kind: "answer", effect: first.n };
  }
}
