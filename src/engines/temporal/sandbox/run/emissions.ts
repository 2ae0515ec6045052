/** Events that a run emits: in order, and together where several wait. */
import type { EmitEffect } from "../../../../core/effect.ts";
import type { HostedRun } from "./hosted-run.ts";
import type { Outside } from "./outside.ts";

export class Emissions {
  readonly #run: HostedRun;
  readonly #outside: Outside;
  #waiting: EmitEffect[] = [];
  #sending: Promise<void> | undefined;

  constructor(run: HostedRun, outside: Outside) {
    this.#run = run;
    this.#outside = outside;
  }

  get isIdle(): boolean {
    return this.#sending === undefined && this.#waiting.length === 0;
  }

  add(effect: EmitEffect): void {
    this.#waiting.push(effect);
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#sending !== undefined || this.#waiting.length === 0 || this.#run.isUnheard) return;
    this.#sending = this.#send();
    this.#run.guard(this.#sending);
  }

  /** Resolves once everything is sent; undefined when it is. */
  end(): Promise<void> | undefined {
    this.flush();
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { id: runId, start, input } = this.#run;
    while (this.#waiting.length > 0) {
      const effects = this.#waiting;
      this.#waiting = [];
      await this.#outside.emit({ runId, project: start.project, hops: input.hops }, effects);
    }
    this.#sending = undefined;
    this.#run.wake();
  }
}
