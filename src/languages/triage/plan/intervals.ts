/** Points in time before and after others, as calendars count: a month before March 31 is the last of February. */
import type { IntervalUnit } from "../model.ts";

const lengths = { minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 } as const;

/** Epoch ms of `time` and so many units; negative ones go back. UTC. */
export function addInterval(time: number, unit: IntervalUnit, count: number): number {
  if (unit === "months") return addMonths(time, count);
  if (unit === "years") return addMonths(time, count * 12);
  return time + count * lengths[unit];
}

function addMonths(time: number, count: number): number {
  const at = new Date(time);
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + count);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, last));
  return at.getTime();
}

/** The API's notation, to the second. */
export function isoTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
