/**
 * Runs that share a key. Of the open ones only the oldest is computed; the others are held in the store until it has ended. Nothing
 * else is kept of that, so it is the same after every end of the process.
 */
import type { Concurrency, ConcurrencyMode } from "../../core/program.ts";
import { keyText, newerEvent } from "../run/keys.ts";
import type { ActiveRun } from "./active-run.ts";
import { askToEnd } from "./control.ts";
import type { Core } from "./core.ts";
import { bringUp } from "./load-run.ts";
import type { Startable } from "./starts.ts";
import type { RunRecord } from "./store/runs.ts";
import { advance, endNow } from "./turns.ts";
import { startKeyOf } from "./workflows.ts";

export class KeyedRuns {
  readonly #core: Core;
  /** Keyed runs created by a commit that has not ended, oldest first. */
  readonly #created = new Map<number, ActiveRun>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** The key of an event of a project for a trigger: 32 hex digits that tell nothing. `data` is the event's. */
  keyOf({ definition, name }: Startable, project: string, concurrency: Concurrency, data: () => unknown): string {
    return startKeyOf(this.#core, ["key", definition, name, project, keyText(concurrency, data)]);
  }

  /** The run because of which an event starts none. */
  inTheWay(key: string, mode: ConcurrencyMode): string | undefined {
    return mode === "skip" ? this.#uuid(this.#open(key)[0]) : undefined;
  }

  /** Whether a new run would take the place of one that waits: no more runs begin because of it. */
  takesPlace(key: string, mode: ConcurrencyMode): boolean {
    return mode === "coalesce" && this.#open(key).length > 1;
  }

  /** Has those end, within the next commit, whose place a run takes that is about to be created. */
  makeRoom(key: string, mode: ConcurrencyMode): void {
    if (mode !== "coalesce" && mode !== "replace") return;
    const open = this.#open(key);
    for (const id of mode === "coalesce" ? open.slice(1) : open) this.#end(id, key);
  }

  /** A run with a key has just been created. True when it has to wait for another one. */
  created(run: ActiveRun, key: string): boolean {
    const { id } = run.record;
    const isHeld = this.#open(key).length > 0;
    this.#created.set(id, run);
    this.#core.committer.onCommitted(() => {
      this.#created.delete(id);
      // The one that it waits for may have ended in the same commit.
      if (isHeld && this.#open(key)[0] === id) this.#core.find(id);
    });
    return isHeld;
  }

  /** Whether an open run waits for another one of its key. */
  isHeld(run: Pick<RunRecord, "id" | "key">): boolean {
    return this.#holder(run) !== undefined;
  }

  /** The run that an open one waits for. */
  holderOf(run: Pick<RunRecord, "id" | "key">): string | undefined {
    return this.#uuid(this.#holder(run));
  }

  /** Ends a held run, within the next commit. */
  cancelHeld(id: number, reason: string): void {
    const core = this.#core;
    const run = core.active.get(id) ?? this.#created.get(id) ?? bringUp(core, core.data.runs.find(id)!);
    core.active.set(id, run);
    endNow(core, run, { kind: "cancelled", reason });
    advance(core, run, Infinity);
  }

  /** The end of a run is on disk: the next of its key begins. */
  ended({ key }: RunRecord): void {
    if (key === undefined) return;
    const next = this.#open(key)[0];
    if (next !== undefined && !this.#created.has(next)) this.#core.find(next);
  }

  #end(id: number, key: string): void {
    const core = this.#core;
    if (this.isHeld({ id, key })) {
      if (core.active.get(id)?.outcome === undefined) this.cancelHeld(id, newerEvent);
      return;
    }
    const run = core.find(id);
    if (run === undefined) core.mail.postCancel(id, newerEvent);
    else if (run.outcome === undefined && run.status !== "cancelling") askToEnd(core, run, newerEvent);
  }

  #holder({ id, key }: Pick<RunRecord, "id" | "key">): number | undefined {
    if (key === undefined) return undefined;
    const oldest = this.#open(key)[0];
    return oldest !== undefined && oldest < id ? oldest : undefined;
  }

  /** Open runs of a key, oldest first: those in the store, and those of a commit that has not ended. */
  #open(key: string): number[] {
    const fresh = [...this.#created.values()].filter(({ record }) => record.key === key);
    const ids = new Set([...this.#core.data.runs.openOfKey(key), ...fresh.map(({ record }) => record.id)]);
    return [...ids].toSorted((a, b) => a - b);
  }

  #uuid(id: number | undefined): string | undefined {
    if (id === undefined) return undefined;
    return (this.#created.get(id)?.record ?? this.#core.active.get(id)?.record ?? this.#core.data.runs.find(id))?.uuid;
  }
}
