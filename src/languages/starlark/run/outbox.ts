/** The effects that a turn asks for. */
import type { Effect, Origin } from "../../../core/effect.ts";
import type { Limits } from "../../../core/program.ts";
import type { EffectRequest } from "../api/host.ts";
import { grouped, LimitReached } from "../values/errors.ts";

export class Outbox {
  readonly #limits: Limits;
  #effects: Effect[] = [];
  #bytes = 0;
  #cancels = 0;
  /** Effects of the run so far: the number of the last one. */
  count = 0;
  /** Bytes printed or sent in the run so far. */
  totalBytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Begins a turn. */
  begin(): void {
    this.#effects = [];
    this.#bytes = 0;
    this.#cancels = 0;
  }

  /** Answers the effect's number. Throws LimitReached when the turn asks for more than it may. */
  add(effect: EffectRequest, origin: Origin): number {
    const { effectsPerTurn, outputBytesPerTurn, outputBytesPerRun } = this.#limits;
    // What is cancelled was asked for before, so it needs no limit of its own.
    if (effect.kind === "cancel") this.#cancels++;
    else if (this.#effects.length - this.#cancels >= effectsPerTurn) {
      throw new LimitReached("LIMIT_OUTPUT", `more than ${grouped(effectsPerTurn)} effects in one turn`);
    }
    const bytes = outputSize(effect);
    this.#bytes += bytes;
    this.totalBytes += bytes;
    if (this.#bytes > outputBytesPerTurn) {
      throw new LimitReached(
        "LIMIT_OUTPUT",
        `more than ${grouped(outputBytesPerTurn)} bytes printed or sent in one turn`,
      );
    }
    if (this.totalBytes > outputBytesPerRun) {
      throw new LimitReached(
        "LIMIT_OUTPUT",
        `more than ${grouped(outputBytesPerRun)} bytes printed or sent in the whole run`,
      );
    }
    const n = ++this.count;
    this.#effects.push({ ...effect, n, origin });
    return n;
  }

  /** Adds a last word about the run's end, whatever the limits say. */
  note(message: string, origin: Origin): void {
    this.#effects.push({ kind: "log", n: ++this.count, origin, level: "warn", message });
  }

  /** The effects of the turn that ends. */
  take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

/** Bytes that leave the run with an effect. */
function outputSize(effect: EffectRequest): number {
  switch (effect.kind) {
    case "call":
      return effect.input.length;
    case "signal":
      return effect.payload.length;
    case "emit":
      return effect.data.length;
    case "log":
      return effect.message.length;
    case "ask":
      return effect.task.title.length + (effect.task.body?.length ?? 0) + (effect.task.form?.length ?? 0) + 256;
    case "cancel":
      return 0;
    default:
      return 32;
  }
}
