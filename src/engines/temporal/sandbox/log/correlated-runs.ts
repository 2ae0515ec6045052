/**
 * Runs by the attributes of the events that they were started by or have taken, of definitions whose events start no run while another
 * takes them. Their waits tell who takes an event, but for a run whose first turn is not computed, and for one that takes such events
 * one after another and is busy with the last.
 */
import type { EventAttributes } from "../../../../core/event.ts";
import { attributeText } from "../../../../core/filter.ts";
import { fingerprint } from "../../../../core/hash.ts";

export class CorrelatedRuns {
  readonly #runs = new Map<string, Set<string>>();
  readonly #keys = new Map<string, Set<string>>();

  /** A run of a definition has to do with an event, by these attributes of it. */
  add(runId: string, definitionKey: string, by: readonly string[], event: EventAttributes): void {
    for (const key of keysOf(definitionKey, by, event)) this.addKey(runId, key);
  }

  addKey(runId: string, key: string): void {
    setOf(this.#runs, key).add(runId);
    setOf(this.#keys, runId).add(key);
  }

  /** The runs of a definition that have to do with events that have one of these attributes in common with this one. */
  find(definitionKey: string, by: readonly string[], event: EventAttributes): string[] {
    const found = new Set<string>();
    for (const key of keysOf(definitionKey, by, event)) for (const run of this.#runs.get(key) ?? []) found.add(run);
    return [...found];
  }

  keysOf(runId: string): string[] {
    return [...(this.#keys.get(runId) ?? [])];
  }

  remove(runId: string): void {
    const keys = this.#keys.get(runId) ?? [];
    this.#keys.delete(runId);
    for (const key of keys) {
      const runs = this.#runs.get(key)!;
      runs.delete(runId);
      if (runs.size === 0) this.#runs.delete(key);
    }
  }
}

function keysOf(definitionKey: string, by: readonly string[], event: EventAttributes): string[] {
  return by.flatMap((name) => {
    const value = attributeText(event, name);
    return value === undefined ? [] : [fingerprint(definitionKey, name, value)];
  });
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (set === undefined) map.set(key, (set = new Set()));
  return set;
}
