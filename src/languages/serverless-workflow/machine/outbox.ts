/** The effects that a turn asks for. */
import type { Effect, NodeVisit, Origin } from "../../../core/effect.ts";
import type { Limits } from "../../../core/program.ts";
import { grouped, LimitReached } from "./workflow-error.ts";

type WithoutNumber<E> = E extends Effect ? Omit<E, "n" | "origin"> : never;

/** An effect without number and origin. */
export type EffectRequest = WithoutNumber<Effect>;

/** So many visits of nodes are told of one turn; a loop without waits would tell of the same ones for ever. */
const visitsPerTurn = 250;

export class Outbox {
  readonly #limits: Limits;
  #effects: Effect[] = [];
  /** Of the turn: effects that count, visits of nodes, bytes. */
  #counted = 0;
  #visits = 0;
  #bytes = 0;
  /** Effects of the run so far: the number of the last one. */
  count = 0;
  /** Bytes printed or sent in the run so far. */
  totalBytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Answers the effect's number. Throws LimitReached when the turn asks for more than it may. */
  add(effect: EffectRequest, origin: Origin): number {
    const { effectsPerTurn, outputBytesPerTurn, outputBytesPerRun } = this.#limits;
    // What is cancelled was asked for before, so it needs no limit of its own.
    if (effect.kind !== "cancel" && ++this.#counted > effectsPerTurn) {
      throw new LimitReached("LIMIT_OUTPUT", `more than ${grouped(effectsPerTurn)} effects in one turn`);
    }
    const bytes = outputSize(effect);
    this.#bytes += bytes;
    this.totalBytes += bytes;
    if (this.#bytes > outputBytesPerTurn) {
      const most = grouped(outputBytesPerTurn);
      throw new LimitReached("LIMIT_OUTPUT", `more than ${most} bytes logged or sent in one turn`);
    }
    if (this.totalBytes > outputBytesPerRun) {
      const most = grouped(outputBytesPerRun);
      throw new LimitReached("LIMIT_OUTPUT", `more than ${most} bytes logged or sent in the whole run`);
    }
    return this.#push(effect, origin);
  }

  /** Tells that a node was left; not of all when they are very many. */
  visit(visit: NodeVisit, origin: Origin): void {
    if (++this.#visits <= visitsPerTurn) this.#push({ kind: "node", visit }, origin);
  }

  #push(effect: EffectRequest, origin: Origin): number {
    const n = ++this.count;
    this.#effects.push({ ...effect, n, origin });
    return n;
  }

  /** Ends the turn. */
  take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    this.#counted = 0;
    this.#visits = 0;
    this.#bytes = 0;
    return effects;
  }
}

/** Bytes that leave the run with an effect. */
function outputSize(effect: EffectRequest): number {
  switch (effect.kind) {
    case "call":
    case "spawn":
      return effect.input.length;
    case "emit":
      return effect.data.length;
    case "log":
      return effect.message.length;
    case "cancel":
      return 0;
    default:
      return 32;
  }
}
