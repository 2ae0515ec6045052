/** Runs that are ready to be computed: round-robin by project, in order within one, so that no project waits for another. */
export class ReadyQueue<T> {
  readonly #byProject = new Map<string, T[]>();
  /** Projects that have something ready, in the order of their turns. */
  #turns: string[] = [];
  #next = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(project: string, item: T): void {
    const queue = this.#byProject.get(project);
    if (queue === undefined) {
      this.#byProject.set(project, [item]);
      this.#turns.push(project);
    } else queue.push(item);
    this.#size++;
  }

  /** Takes the oldest item of the project whose turn it is. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    if (this.#next >= this.#turns.length) this.#next = 0;
    const project = this.#turns[this.#next]!;
    const queue = this.#byProject.get(project)!;
    const item = queue.shift()!;
    this.#size--;
    if (queue.length > 0) this.#next++;
    else {
      this.#byProject.delete(project);
      this.#turns.splice(this.#next, 1);
    }
    return item;
  }
}
