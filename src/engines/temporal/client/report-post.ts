/** Reports of runs on their way to the logs of their projects: some signals a second tell a log of as many as there are. */
import { setTimeout as pause } from "node:timers/promises";
import type { RunReport } from "../protocol/log.ts";

/** Between two signals to a log: a log that hears of something all the time comes to nothing else. */
const everyMs = 25;
/** Of one signal, but for a report that is larger. */
const mostLength = 256 * 1024;

interface Waiting {
  report: RunReport;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class ReportPost {
  readonly #post: (project: string, reports: RunReport[]) => Promise<void>;
  /** Projects with something under way or just sent, and what waits. */
  readonly #queues = new Map<string, Waiting[]>();

  /** `post` resolves when the reports are durable. */
  constructor(post: (project: string, reports: RunReport[]) => Promise<void>) {
    this.#post = post;
  }

  /** Resolves when the report is durable. The first goes at once; what comes soon after goes together. */
  send(project: string, report: RunReport): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { report, resolve, reject };
    const queue = this.#queues.get(project);
    if (queue !== undefined) queue.push(waiting);
    else {
      this.#queues.set(project, [waiting]);
      void this.#empty(project);
    }
    return promise;
  }

  async #empty(project: string): Promise<void> {
    for (;;) {
      const queue = this.#queues.get(project)!;
      if (queue.length === 0) break;
      const batch = nextBatch(queue);
      try {
        await this.#post(
          project,
          batch.map(({ report }) => report),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      await pause(everyMs);
    }
    this.#queues.delete(project);
  }
}

/** Takes what fits out of the queue: at least one. */
function nextBatch(queue: Waiting[]): Waiting[] {
  let [count, length] = [0, 0];
  for (const { report } of queue) {
    length += JSON.stringify(report).length;
    if (count > 0 && length > mostLength) break;
    count++;
  }
  return queue.splice(0, count);
}
