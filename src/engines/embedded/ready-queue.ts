/** Runs that are ready to be computed: round-robin by project, in order within one, so that no project waits for another. */
export class ReadyQueue<T> {
  readonly #byProject = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(project: string, item: T): void {
    const queue = this.#byProject.get(project);
    if (queue === undefined) this.#byProject.set(project, [item]);
    else queue.push(item);
    this.#size++;
  }

  /** Takes the oldest item of the project whose turn it is. */
  shift(): T | undefined {
    for (const [project, queue] of this.#byProject) {
      const item = queue.shift()!;
      this.#byProject.delete(project);
      if (queue.length > 0) this.#byProject.set(project, queue);
      this.#size--;
      return item;
    }
    return undefined;
  }
}
