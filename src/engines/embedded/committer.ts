/**
 * The commit loop: gathers what many runs have ready and commits it together. At once when idle; while a commit is under way
 * the next one gathers; never on a timer. When a commit fails everything gathered since is dropped with it, since it was
 * computed on top of it.
 */
import type { Observer } from "../../core/ports.ts";
import { Batch } from "./store/statement.ts";
import type { Writer } from "./store/writer.ts";

interface Gathered {
  batch: Batch;
  committed: (() => void)[];
  waiting: PromiseWithResolvers<void>[];
}

export class Committer {
  readonly #writer: Writer;
  readonly #observer: Observer;
  readonly #onFailure: (error: unknown) => void;
  #next = gathering();
  #underWay: Gathered | undefined;
  #idle: (() => void)[] = [];
  #broken = false;

  /** `onFailure` is called once, before the callers of the failed commit hear of it. */
  constructor(writer: Writer, observer: Observer, onFailure: (error: unknown) => void) {
    this.#writer = writer;
    this.#observer = observer;
    this.#onFailure = onFailure;
  }

  /** What the next commit will contain. Never kept across an await. */
  get batch(): Batch {
    return this.#next.batch;
  }

  get isBusy(): boolean {
    return this.#underWay !== undefined;
  }

  /** Called after the commit that contains what is in the batch now. */
  onCommitted(callback: () => void): void {
    this.#next.committed.push(callback);
  }

  /** Resolves after the commit that contains what is in the batch now; rejects when it fails. */
  committed(): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#next.waiting.push(waiting);
    return waiting.promise;
  }

  /** Sends what has been gathered, unless a commit is under way: then it goes when that one has ended. */
  flush(): void {
    const next = this.#next;
    if (this.#underWay !== undefined || this.#broken) return;
    if (next.batch.operations === 0 && next.committed.length === 0 && next.waiting.length === 0) return;
    this.#underWay = next;
    this.#next = gathering();
    void this.#write(next);
  }

  /** Resolves when nothing is gathered or under way. */
  async idle(): Promise<void> {
    this.flush();
    while (this.#underWay !== undefined && !this.#broken) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
      this.flush();
    }
  }

  async #write(gathered: Gathered): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#writer.commit(gathered.batch.items);
    } catch (error) {
      this.#failed(gathered, error);
      return;
    }
    this.#succeeded(gathered, startedAt);
  }

  #succeeded(gathered: Gathered, startedAt: number): void {
    this.#underWay = undefined;
    this.#observer.committed(gathered.batch.operations, performance.now() - startedAt);
    for (const callback of gathered.committed) callback();
    this.flush();
    // Attempts go out first: a caller who is told of the commit a little later loses nothing by it.
    process.nextTick(() => {
      for (const { resolve } of gathered.waiting) resolve();
    });
    this.#wakeIdle();
  }

  #failed(gathered: Gathered, error: unknown): void {
    this.#broken = true;
    this.#underWay = undefined;
    this.#onFailure(error);
    for (const { reject } of [...gathered.waiting, ...this.#next.waiting]) reject(error);
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function gathering(): Gathered {
  return { batch: new Batch(), committed: [], waiting: [] };
}
