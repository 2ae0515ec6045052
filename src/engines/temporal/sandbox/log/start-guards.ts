/** What keeps loops from going on: triggers that start too often for one object are paused for it. */
import { StartRates } from "../../../../events/loop-guard.ts";
import type { Candidate } from "../../protocol/log.ts";

export interface Pause {
  definitionKey: string;
  trigger: string;
  object: string;
  reason: string;
}

export interface GuardsCarry {
  rates: [pair: string, starts: number[]][];
  pauses: Pause[];
}

export type Refusal = { outcome: "paused" | "rate"; reason: string };

export class StartGuards {
  readonly #rates = new StartRates();
  readonly #pauses = new Map<string, Pause>();

  get pauses(): Pause[] {
    return [...this.#pauses.values()];
  }

  /** Counts a start; answers why there is to be none. With "rate" the trigger is paused from now on. */
  refuse({ definitionKey, trigger, object }: Candidate, nowMs: number): Refusal | undefined {
    if (object === undefined) return undefined;
    const key = pauseKey(definitionKey, trigger, object);
    const known = this.#pauses.get(key);
    if (known !== undefined) return { outcome: "paused", reason: `paused for ${object}: ${known.reason}` };
    if (this.#rates.admit(rateName(definitionKey, trigger), object, nowMs)) return undefined;
    const reason = `LOOP_RATE: more than 20 runs in a minute for ${object}`;
    this.#pauses.set(key, { definitionKey, trigger, object, reason });
    return { outcome: "rate", reason };
  }

  /** Somebody has resumed a trigger. */
  resume(definitionKey: string, trigger: string): void {
    this.#rates.forget(rateName(definitionKey, trigger));
    for (const [key, pause] of this.#pauses) {
      if (pause.definitionKey === definitionKey && pause.trigger === trigger) this.#pauses.delete(key);
    }
  }

  /** The newest of both, as far as they fit: half of the bytes each. A pause that is left out comes again after 20 more starts. */
  carry(budget: number, nowMs: number): GuardsCarry {
    return {
      rates: lastThatFit(this.#rates.entries(nowMs), budget / 2),
      pauses: lastThatFit(this.pauses, budget / 2),
    };
  }

  restore({ rates, pauses }: GuardsCarry): void {
    this.#rates.restore(rates);
    for (const pause of pauses) this.#pauses.set(pauseKey(pause.definitionKey, pause.trigger, pause.object), pause);
  }
}

function lastThatFit<T>(list: T[], budget: number): T[] {
  let first = list.length;
  for (let bytes = 0; first > 0; first--) {
    bytes += JSON.stringify(list[first - 1]).length + 1;
    if (bytes > budget) break;
  }
  return list.slice(first);
}

function rateName(definitionKey: string, trigger: string): string {
  return `${definitionKey}\0${trigger}`;
}

function pauseKey(definitionKey: string, trigger: string, object: string): string {
  return `${definitionKey}\0${trigger}\0${object}`;
}
