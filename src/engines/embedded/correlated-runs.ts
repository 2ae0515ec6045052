/**
 * Runs in memory by the attributes of the events that they were started by or have taken, of definitions whose events start no
 * run while another takes them. Their waits tell who takes an event, but for a run whose first turn is not computed, and for one
 * that takes such events one after another and is busy with the last.
 */
import { attributeText } from "../../core/filter.ts";
import type { EventAttributes } from "../../core/event.ts";

export class CorrelatedRuns {
  readonly #runs = new Map<string, Set<number>>();
  readonly #keys = new Map<number, Set<string>>();

  get size(): number {
    return this.#keys.size;
  }

  /** A run of a definition has to do with an event, by these attributes of it. */
  add(run: number, definition: number, by: readonly string[], event: EventAttributes): void {
    for (const key of keysOf(definition, by, event)) {
      const runs = this.#runs.get(key);
      if (runs === undefined) this.#runs.set(key, new Set([run]));
      else runs.add(run);
      const keys = this.#keys.get(run);
      if (keys === undefined) this.#keys.set(run, new Set([key]));
      else keys.add(key);
    }
  }

  /** The runs of a definition that have to do with events that have one of these attributes in common with this one, oldest first. */
  find(definition: number, by: readonly string[], event: EventAttributes): number[] {
    const found = new Set<number>();
    for (const key of keysOf(definition, by, event)) for (const run of this.#runs.get(key) ?? []) found.add(run);
    return [...found].toSorted((a, b) => a - b);
  }

  /** A run leaves memory. */
  remove(run: number): void {
    const keys = this.#keys.get(run);
    if (keys === undefined) return;
    this.#keys.delete(run);
    for (const key of keys) {
      const runs = this.#runs.get(key)!;
      runs.delete(run);
      if (runs.size === 0) this.#runs.delete(key);
    }
  }
}

function keysOf(definition: number, by: readonly string[], event: EventAttributes): string[] {
  return by.flatMap((name) => {
    const value = attributeText(event, name);
    return value === undefined ? [] : [`${definition}\0${name}\0${value}`];
  });
}
