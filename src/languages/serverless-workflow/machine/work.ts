/** Computing that can be interrupted. */
import type { Limits } from "../../../core/program.ts";
import { grouped, LimitReached } from "./workflow-error.ts";

/** Yields where the steps that were granted are used up. Only within a turn: between turns there is none. */
export type Work<Result = void> = Generator<undefined, Result, undefined>;

/** Counts steps. */
export class Meter {
  readonly #limits: Limits;
  /** Steps of the turns before. */
  before = 0;
  /** Steps of this turn. */
  used = 0;
  #until = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  beginTurn(): void {
    this.before += this.used;
    this.used = 0;
    this.#until = 0;
  }

  grant(budget: number): void {
    this.#until = this.used + budget;
  }

  /** Whether the steps that were granted are used up. */
  get isUsedUp(): boolean {
    return this.used >= this.#until;
  }

  /** How many of those that were granted are left. */
  get granted(): number {
    return this.#until - this.used;
  }

  /** How many the turn may still take. */
  get left(): number {
    return Math.min(this.#limits.stepsPerTurn, this.#limits.stepsPerRun - this.before) - this.used;
  }

  spend(steps: number): void {
    this.used += steps;
    if (this.left < 0) throw this.tooMany();
  }

  tooMany(): LimitReached {
    const { stepsPerTurn, stepsPerRun } = this.#limits;
    const ofTurn = stepsPerTurn <= stepsPerRun - this.before;
    const most = ofTurn
      ? `${grouped(stepsPerTurn)} steps in one turn`
      : `${grouped(stepsPerRun)} steps in the whole run`;
    return new LimitReached("LIMIT_STEPS", `more than ${most}`);
  }
}
