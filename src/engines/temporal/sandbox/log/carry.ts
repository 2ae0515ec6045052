/** What a log takes along into its next execution: at most 1.25 MiB in all. */
import type { Filter } from "../../../../core/filter.ts";
import type { KeyedCarry } from "./keyed-runs.ts";
import type { GuardsCarry } from "./start-guards.ts";
import type { RecentCarry } from "./recent-events.ts";
import type { KnownRun, Waits } from "./waits.ts";

/** Bytes: of the keys of events, of runs and their waits, of the newest events, of counts and pauses, and of runs that have keys. */
export const budgets = {
  keys: 320 * 1024,
  waits: 448 * 1024,
  recent: 192 * 1024,
  guards: 64 * 1024,
  keyed: 256 * 1024,
};

/** The newest events in memory, before an execution ends. */
export const recentInMemory = 512 * 1024;

export interface LogCarry {
  last: number;
  /** Epoch ms of the newest event. */
  time: number;
  recent: RecentCarry;
  guards: GuardsCarry;
  waits: WaitsCarry;
  keyed?: KeyedCarry;
}

/** Filters and definitions stand once and are named by their places. */
interface WaitsCarry {
  filters: Filter[];
  definitions: string[];
  runs: RunCarry[];
}

type RunCarry = [
  runId: string,
  n: number,
  position: number,
  definition: number,
  busy: 0 | 1,
  heard: number,
  delivered: number,
  waits: [effect: number, since: number, filter: number][],
  keys: string[],
];

export function carryWaits(waits: Waits): WaitsCarry {
  const filters = new Places<Filter>((filter) => JSON.stringify(filter));
  const definitions = new Places<string>((key) => key);
  const runs = [...waits.runs()].map((run): RunCarry => {
    const { runId, n, position, definitionKey, stands, heard, delivered } = run;
    const open = [...run.waits.values()].map(({ effect, since, filter }): [number, number, number] => [
      effect,
      since,
      filters.of(filter),
    ]);
    const keys = waits.correlated.keysOf(runId);
    const busy = stands === "busy" ? 1 : 0;
    return [runId, n, position, definitions.of(definitionKey), busy, heard, delivered, open, keys];
  });
  return { filters: filters.list, definitions: definitions.list, runs };
}

export function restoreWaits(waits: Waits, { filters, definitions, runs }: WaitsCarry): void {
  for (const [runId, n, position, definition, busy, heard, delivered, open, keys] of runs) {
    const stands: KnownRun["stands"] = busy === 1 ? "busy" : "standing";
    const definitionKey = definitions[definition]!;
    const list = open.map(([effect, since, filter]) => ({ effect, since, filter: filters[filter]! }));
    const run = { runId, n, position, definitionKey, stands, heard, delivered };
    waits.restore(run, list, keys);
  }
}

/** A list in which each value stands once. */
class Places<T> {
  readonly list: T[] = [];
  readonly #places = new Map<string, number>();
  readonly #nameOf: (value: T) => string;

  constructor(nameOf: (value: T) => string) {
    this.#nameOf = nameOf;
  }

  of(value: T): number {
    const name = this.#nameOf(value);
    let place = this.#places.get(name);
    if (place === undefined) this.#places.set(name, (place = this.list.push(value) - 1));
    return place;
  }
}
