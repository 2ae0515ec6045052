/** Times and days of seeds: absolute, or counted from now. */
import { invalid } from "../operations/refusal.ts";
import { dayOf } from "../views/times.ts";

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};

/** Epoch ms of "2026-11-02T14:00:00Z", "now", "5 days ago" or "in 2 weeks"; a month has 30 days. Throws for anything else. */
export function seedTime(text: string, now: number): number {
  if (text === "now") return now;
  const match = /^(?:(\d+) (\w+?)s? ago|in (\d+) (\w+?)s?)$/.exec(text);
  const size = unitMs[match?.[2] ?? match?.[4] ?? ""];
  if (match !== null && size !== undefined)
    return now + (match[1] === undefined ? Number(match[3]) : -Number(match[1])) * size;
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw invalid({ time: [`"${text}" is no time: write 2026-11-02T14:00:00Z, "5 days ago" or "in 2 weeks"`] });
  return ms;
}

/** YYYY-MM-DD of the same. */
export function seedDay(text: string, now: number): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text : dayOf(seedTime(text, now));
}
