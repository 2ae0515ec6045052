/** Telling stories side by side. */
import { pause } from "../support/eventually.ts";
import type { SeededRandom } from "./random.ts";

export interface StorytellingOptions {
  random: SeededRandom;
  /** Told what should never happen. */
  problem: (text: string) => void;
  /** Stories under way at once. */
  mostOpen: number;
}

export class Storytelling {
  readonly #options: StorytellingOptions;
  readonly #open = new Set<Promise<void>>();
  #count = 0;

  constructor(options: StorytellingOptions) {
    this.#options = options;
  }

  /** A number that no other story has. */
  next(): number {
    return ++this.#count;
  }

  /** Starts stories until `stop` aborts; resolves when all of them have been told. */
  async run(stop: AbortSignal, tell: (n: number) => Promise<void>): Promise<void> {
    while (!stop.aborted) {
      if (this.#open.size < this.#options.mostOpen) this.keepUp(tell(this.next()));
      await pause(this.#options.random.between(10, 120));
    }
    await Promise.all(this.#open);
  }

  /** Counts work among the stories that are under way. */
  keepUp(work: Promise<unknown>): void {
    const watched = work.then(
      () => undefined,
      (error: unknown) => this.#options.problem(`sender: ${String(error)}`),
    );
    this.#open.add(watched);
    void watched.then(() => this.#open.delete(watched));
  }
}
