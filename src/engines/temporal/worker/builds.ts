/**
 * The workers of a process: one of its own version, which it makes the current one, and one for each other version that runs still
 * need. Runs are pinned to the version that they were started with and move when they continue in a new execution; they are asked
 * to do that soon. The code of every version is kept in Temporal until no run needs it, so that any process can serve them all.
 */
import { setTimeout as pause } from "node:timers/promises";
import { isHeld, release } from "../client/holders.ts";
import { reach } from "../client/reach.ts";
import { runSignals } from "../protocol/run.ts";
import { workflowIds } from "../protocol/names.ts";
import type { WorkflowCode } from "./bundle.ts";
import { type CodeContext, keepCode, readCode } from "./kept-code.ts";
import { countPinned, listPinned, listVersions, makeCurrent, type Version } from "./deployment.ts";
import { BuildWorker, type WorkerSettings } from "./worker.ts";

export type BuildsOptions = WorkerSettings &
  CodeContext & {
    /** Between two looks at the versions, in ms. */
    checkMs?: number;
  };

const defaultCheckMs = 20_000;
/** Workflows that are asked to move at one look, and the pace. */
const nudgesAtOnce = 500;
const nudgePauseMs = 10;

export class Builds {
  readonly #options: BuildsOptions;
  readonly #code: WorkflowCode;
  readonly #own: BuildWorker;
  /** Workers for other versions, by build id. */
  readonly #others = new Map<string, BuildWorker>();
  /** Versions whose code is gone from Temporal, or was never there. */
  readonly #released = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #draining = new AbortController();
  #watching: Promise<void>;

  private constructor(options: BuildsOptions, code: WorkflowCode, own: BuildWorker) {
    this.#options = options;
    this.#code = code;
    this.#own = own;
    this.#watching = Promise.resolve();
  }

  /** Resolves when new runs begin with this code. */
  static async start(code: WorkflowCode, options: BuildsOptions): Promise<Builds> {
    await keepCode(options, code);
    const builds = new Builds(options, code, await BuildWorker.start(code, options));
    try {
      await makeCurrent(options, code.buildId);
    } catch (error) {
      await builds.drain();
      throw error;
    }
    builds.#watching = builds.#watch();
    return builds;
  }

  /** Takes nothing new; attempts under way go on for the grace period. Other processes serve the runs from then on. */
  async drain(): Promise<void> {
    this.#draining.abort();
    await this.#watching;
    await Promise.all([this.#own, ...this.#others.values()].map((worker) => worker.drain()));
  }

  async #watch(): Promise<void> {
    const { checkMs = defaultCheckMs, log } = this.#options;
    const { signal } = this.#draining;
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        if (!signal.aborted) log.warn("versions of workers cannot be looked after now", { error });
      }
      // Several processes that started at once do not go on asking at once.
      await pause(checkMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const versions = await listVersions(this.#options);
    const own = versions.find(({ buildId }) => buildId === this.#code.buildId);
    await this.#lookAfterOwn(own);
    for (const version of versions) {
      if (this.#draining.signal.aborted) return;
      if (version !== own) await this.#lookAfter(version, versions);
    }
  }

  /** Somebody may have dropped the code just when this process has started. */
  async #lookAfterOwn(own: Version | undefined): Promise<void> {
    const { buildId } = this.#code;
    if (own?.isDrained === true || (await isHeld(this.#options, workflowIds.bundle(this.#options.taskQueue, buildId))))
      return;
    await keepCode(this.#options, this.#code);
  }

  async #lookAfter(version: Version, versions: readonly Version[]): Promise<void> {
    const { buildId, isCurrent, isDrained } = version;
    const open = await countPinned(this.#options, buildId);
    if (isCurrent || open > 0) await this.#serve(buildId);
    else await this.#stopServing(buildId);
    const current = versions.find((other) => other.isCurrent);
    if (!isCurrent && open > 0 && current !== undefined) await this.#move(buildId, current.buildId);
    if (isDrained && open === 0) await this.#drop(buildId);
  }

  async #serve(buildId: string): Promise<void> {
    if (this.#others.has(buildId)) return;
    const { log } = this.#options;
    const code = await readCode(this.#options, buildId);
    if (code === undefined) {
      if (!this.#missing.has(buildId))
        log.error("runs wait for a version of AutoFlow whose code is not to be had: start that version once more", {
          build: buildId,
          ...(this.#options.keys === undefined && {
            hint: "Without encryption keys no code from elsewhere is executed.",
          }),
        });
      this.#missing.add(buildId);
      return;
    }
    if (this.#draining.signal.aborted) return;
    this.#others.set(buildId, await BuildWorker.start(code, this.#options));
    this.#missing.delete(buildId);
    this.#released.delete(buildId);
    log.info("runs of another version of AutoFlow are served too", { build: buildId });
  }

  async #stopServing(buildId: string): Promise<void> {
    const worker = this.#others.get(buildId);
    if (worker === undefined) return;
    this.#others.delete(buildId);
    await worker.drain();
    this.#options.log.info("no run needs another version of AutoFlow any more", { build: buildId });
  }

  /** Asks workflows to continue in a new execution, which begins with the current version. Each hears of it once. */
  async #move(buildId: string, current: string): Promise<void> {
    const { client, namespace } = this.#options;
    for (const workflowExecution of await listPinned(this.#options, buildId, nudgesAtOnce)) {
      if (this.#draining.signal.aborted) return;
      const requestId = `${runSignals.renew} ${current}`;
      const { identity } = client.options;
      const signal = { namespace, workflowExecution, signalName: runSignals.renew, requestId, identity };
      // One that has ended in the meantime needs nothing.
      await reach(client, () => client.workflowService.signalWorkflowExecution(signal)).catch(() => {});
      await pause(nudgePauseMs);
    }
  }

  async #drop(buildId: string): Promise<void> {
    if (this.#released.has(buildId)) return;
    await release(this.#options, workflowIds.bundle(this.#options.taskQueue, buildId));
    this.#released.add(buildId);
  }
}
