/** Removes what is old, in small batches through the commit queue. What an open run refers to stays. */
import type { Core } from "./core.ts";
import { keepCounter } from "./store/deliveries.ts";
import { dedupeHorizonMs } from "../../core/event.ts";

/** How long things are kept after they ended (runs) or arrived (events), in ms. */
export interface Retention {
  succeededMs: number;
  failedMs: number;
  cancelledMs: number;
  eventsMs: number;
}

const day = 86_400_000;

export const defaultRetention: Retention = {
  succeededMs: 30 * day,
  failedMs: 90 * day,
  cancelledMs: 30 * day,
  eventsMs: 30 * day,
};

const batchSize = 200;

/** One round: at most one small batch of each kind. Returns whether there is more to remove. */
export async function expireOnce(core: Core, retention: Retention): Promise<boolean> {
  const { data, committer, now } = core;
  const ages = { succeeded: retention.succeededMs, failed: retention.failedMs, cancelled: retention.cancelledMs };
  let more = false;
  for (const state of ["succeeded", "failed", "cancelled"] as const) {
    const ids = data.runs.endedBefore(state, now - ages[state], batchSize);
    more ||= ids.length === batchSize;
    for (const id of ids) {
      if (core.active.has(id)) continue;
      core.expiring.add(id);
      const starter = data.runs.find(id)?.starter;
      if (starter !== undefined) data.labels.remove(committer.batch, id, starter);
      data.runs.remove(committer.batch, id);
      data.journal.remove(committer.batch, id);
      data.inbox.clear(committer.batch, id);
      data.tasks.remove(committer.batch, id);
    }
  }
  keepCounter(committer.batch, "last_event", data.events.last);
  keepCounter(committer.batch, "last_run", data.runs.last);
  more = expireEvents(core, retention) || more;
  const written = committer.committed();
  committer.flush();
  await written;
  core.expiring.clear();
  return more;
}

/**
 * Removes old events, and the keys of those older than the dedupe horizon. A key only knows a position, so each day's first
 * position is noted while the events of that day are still there.
 */
function expireEvents(core: Core, retention: Retention): boolean {
  const { data, committer, now } = core;
  const today = Math.floor(now / day);
  data.events.noteDay(committer.batch, today);
  const lastOfHorizon = data.events.positionOfDay(Math.floor((now - dedupeHorizonMs) / day));
  if (lastOfHorizon > 0) data.events.expireKeys(committer.batch, lastOfHorizon, 5 * batchSize);
  const expired = data.events.countBefore(now - retention.eventsMs, batchSize);
  if (expired > 0) data.events.expire(committer.batch, now - retention.eventsMs, batchSize);
  return expired === batchSize;
}
