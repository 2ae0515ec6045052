/** Looks for events that came before runs began to wait for them, in what a log does not hold in memory any more. */
import { lookBackMs } from "../../../core/event.ts";
import type { LookBack, LookBackAnswer, LookBackInput } from "../protocol/activities.ts";
import type { LoggedItem } from "../protocol/log.ts";
import { dataOfItem, mayTake, plainItem } from "../protocol/logged-item.ts";
import type { TemporalContext } from "./context.ts";
import { eventsBackwards, type HistoryContext, type PastEvent } from "./event-history.ts";

/** So many events are looked at by each search, the newest. */
const mostEvents = 10_000;
/** Of events in one answer, unless a single one has more: Temporal takes two megabytes. */
const mostBytes = 1024 * 1024;
/** Between two signs of life. */
const aliveMs = 1000;

/** A search that goes on. */
interface Searching extends LookBack {
  seen: number;
  found?: { seq: number; item: LoggedItem };
}

/** One reading for all searches, newest first. `goesOn` is called now and then while it goes on. */
export async function lookBack(
  context: HistoryContext & Pick<TemporalContext, "clock" | "log">,
  { project, searches }: LookBackInput,
  goesOn: () => void,
): Promise<LookBackAnswer> {
  const { clock, log } = context;
  const notBefore = clock.now() - lookBackMs;
  let aliveAt = clock.now();
  const all = searches.map((search): Searching => ({ ...search, seen: 0 }));
  const from = Math.max(...searches.map(({ upTo }) => upTo));
  let left = all;
  for await (const event of eventsBackwards(context, project, { seq: from + 1 })) {
    if (clock.now() - aliveAt > aliveMs) {
      aliveAt = clock.now();
      goesOn();
    }
    left = left.filter(({ after, seen }) => event.seq > after && seen < mostEvents);
    if (left.length === 0 || event.receivedAt < notBefore) break;
    look(event, left);
  }
  for (const { runId } of all.filter(({ seen }) => seen === mostEvents))
    log.warn("a run looked back further than is looked at", { run: runId, events: mostEvents });
  return answerOf(all);
}

function look({ seq, item }: PastEvent, searches: readonly Searching[]): void {
  const { heldBy, named } = item;
  const event = { item, ...(heldBy !== undefined && { heldBy }), ...(named !== undefined && { named }) };
  let data: { parsed: unknown } | undefined;
  const dataOnce = (): unknown => (data ??= { parsed: dataOfItem(item) }).parsed;
  for (const search of searches) {
    if (seq > search.upTo) continue;
    search.seen++;
    if (mayTake(search.filter, search.runId, event, dataOnce)) search.found = { seq, item: plainItem(item) };
  }
}

/** The first ones whose events fit. */
function answerOf(searches: readonly Searching[]): LookBackAnswer {
  const answer: LookBackAnswer = { answered: 0, found: [] };
  let bytes = 0;
  for (const { found } of searches) {
    if (found !== undefined) {
      bytes += JSON.stringify(found).length;
      if (bytes > mostBytes && answer.answered > 0) break;
      answer.found.push({ search: answer.answered, ...found });
    }
    answer.answered++;
  }
  return answer;
}
