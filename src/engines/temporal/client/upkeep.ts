/**
 * Ends what nothing uses any more. Each server does it now and then; several may do it at once, since it decides on what is there and
 * remembers nothing.
 */
import { AutoFlowError } from "../../../core/errors.ts";
import { labelsAttribute, workflowIds } from "../protocol/names.ts";
import { keptMs, type RegistryState } from "../protocol/registry.ts";
import type { TemporalContext } from "./context.ts";
import { visibility } from "./executions.ts";
import { holdersOf } from "./holders.ts";
import { forEachOf, reach } from "./reach.ts";
import { reseal } from "./resealing.ts";

export type UpkeepContext = Pick<
  TemporalContext,
  "client" | "namespace" | "taskQueue" | "clock" | "random" | "log" | "registry" | "images"
>;

const hourMs = 3_600_000;
/** Requests at a time: there is no hurry. */
const atATime = 4;

export class Upkeep {
  readonly #context: UpkeepContext;
  #timer: { cancel(): void } | undefined;
  readonly #closed = new AbortController();
  /** Something that is open may be encrypted with another key than the first. */
  #mayReseal = true;

  /** Begins within the hour. */
  constructor(context: UpkeepContext) {
    this.#context = context;
    this.#arm(hourMs * this.#chance());
  }

  close(): void {
    this.#closed.abort();
    this.#timer?.cancel();
  }

  #arm(delayMs: number): void {
    if (!this.#closed.signal.aborted) this.#timer = this.#context.clock.setTimer(delayMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    try {
      await tidyImages(this.#context);
    } catch (error) {
      this.#context.log.warn("images that nothing uses could not be looked for", { error: String(error) });
    }
    if (this.#mayReseal) await this.#reseal();
    this.#arm(hourMs * (1 + this.#chance() / 4));
  }

  /** Until there is nothing left that another key has encrypted. */
  async #reseal(): Promise<void> {
    const { log } = this.#context;
    try {
      const resealed = await reseal(this.#context, this.#closed.signal);
      if (resealed > 0) log.info("what is open is encrypted with the first key from now on", { workflows: resealed });
      this.#mayReseal = resealed > 0;
    } catch (error) {
      log.warn("what other keys have encrypted could not be looked for", { error: String(error) });
    }
  }

  /** From 0 to 1, so that servers that begin together do not go on together. */
  #chance(): number {
    return (this.#context.random.bytes(1)[0] ?? 0) / 256;
  }
}

/**
 * Ends the holders of images that no definition has had for a day and that no open run has. Lists lag, so a run may just have begun
 * that needs one of them: it can read the image until the namespace's retention is over, and long before that its holder is
 * opened again here. Answers the ids of the holders.
 */
export async function tidyImages(context: UpkeepContext): Promise<{ ended: string[]; reopened: string[] }> {
  const { registry, images, taskQueue, clock, log } = context;
  await registry.refresh();
  const dayAgo = clock.now() - keptMs;
  const inUse = new Set([...imagesInUse(registry.state, clock.now())].map((hash) => images.holderOf(hash)));
  const holders = await holdersOf(context, workflowIds.image(taskQueue, ""), dayAgo);
  const old = holders.open.filter(({ since }) => since < dayAgo).map(({ id }) => id);
  const ended = await unusedOf(
    context,
    old.filter((holder) => !inUse.has(holder)),
  );
  await forEachOf(ended, atATime, (holder) => images.release(holder));
  if (ended.length > 0) log.info("images that nothing uses any more are kept no longer", { images: ended.length });

  const open = new Set(holders.open.map(({ id }) => id));
  const over = holders.ended.filter((holder) => !open.has(holder) && !inUse.has(holder));
  const unused = new Set(await unusedOf(context, over));
  const missing = [...inUse].filter((holder) => !open.has(holder));
  const reopened = [...missing, ...over.filter((holder) => !unused.has(holder))];
  await forEachOf(reopened, atATime, (holder) => reopen(context, holder));
  return { ended, reopened };
}

/** Of these holders, those whose image no open run has. */
async function unusedOf({ client, taskQueue }: UpkeepContext, holders: readonly string[]): Promise<string[]> {
  const prefix = workflowIds.image(taskQueue, "");
  const counts = await forEachOf(holders, atATime, async (holder) => {
    const ofRuns = visibility.oneOf(labelsAttribute, [holder.slice(prefix.length)]);
    return reach(client, () => client.workflow.count(`${ofRuns} AND ExecutionStatus = "Running"`));
  });
  return holders.filter((_, at) => counts[at]?.count === 0);
}

async function reopen({ images, log }: UpkeepContext, holder: string): Promise<void> {
  try {
    await images.reopen(holder);
  } catch (error) {
    if (!(error instanceof AutoFlowError) || error.code === "TEMPORAL_UNAVAILABLE") throw error;
    log.error("an image that is in use cannot be kept", { holder, error });
  }
}

/** Those that definitions have, or had lately. */
function imagesInUse({ definitions }: RegistryState, now: number): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { imageHash, removed, earlier } of definitions) {
    if (imageHash !== undefined && (removed === undefined || removed + keptMs > now)) used.add(imageHash);
    for (const { imageHash: hash, until } of earlier) if (until > now) used.add(hash);
  }
  return used;
}
