/** Looks for an event that came before a run began to wait for it, in what a log does not hold in memory any more. */
import { lookBackMs } from "../../../core/event.ts";
import type { LookBackInput } from "../protocol/activities.ts";
import type { LoggedItem } from "../protocol/log.ts";
import { dataOfItem, mayTake, plainItem } from "../protocol/logged-item.ts";
import type { TemporalContext } from "./context.ts";
import { eventsBackwards, type HistoryContext } from "./event-history.ts";

/** So many events are looked at, the newest. */
const mostEvents = 10_000;

/** The first event between two positions that the run may take, if it is not too far back. */
export async function lookBack(
  context: HistoryContext & Pick<TemporalContext, "clock" | "log">,
  { project, runId, filter, after, upTo }: LookBackInput,
): Promise<{ seq: number; item: LoggedItem } | undefined> {
  const notBefore = context.clock.now() - lookBackMs;
  let found: { seq: number; item: LoggedItem } | undefined;
  let seen = 0;
  for await (const { seq, receivedAt, item } of eventsBackwards(context, project, { seq: upTo + 1 })) {
    if (seq <= after || receivedAt < notBefore) break;
    const { heldBy, named } = item;
    const event = { item, ...(heldBy !== undefined && { heldBy }), ...(named !== undefined && { named }) };
    if (mayTake(filter, runId, event, () => dataOfItem(item))) found = { seq, item: plainItem(item) };
    if (++seen < mostEvents) continue;
    context.log.warn("a run looked back further than is looked at", { run: runId, events: mostEvents });
    break;
  }
  return found;
}
