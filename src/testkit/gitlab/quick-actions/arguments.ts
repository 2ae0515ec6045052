/** What quick actions are told: days and times. */
const dayMs = 86_400_000;
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** "2026-11-30", "today", "tomorrow", "in 2 days", "next friday" -> YYYY-MM-DD; undefined for anything else. */
export function parseDay(text: string, today: string): string | undefined {
  const at = Date.parse(`${today}T00:00:00Z`);
  const later = (days: number): string => new Date(at + days * dayMs).toISOString().slice(0, 10);
  const words = text.trim().toLowerCase();
  if (words === "today") return today;
  if (words === "tomorrow") return later(1);
  const ahead = /^in (\d+) (day|week)s?$/.exec(words);
  if (ahead !== null) return later(Number(ahead[1]) * (ahead[2] === "week" ? 7 : 1));
  const weekday = weekdays.indexOf(words.replace(/^next /, ""));
  if (weekday >= 0) return later((weekday - new Date(at).getUTCDay() + 7) % 7 || 7);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(words) && !Number.isNaN(Date.parse(words));
  return isDay ? words : undefined;
}

const unitSeconds: Readonly<Record<string, number>> = { mo: 576_000, w: 144_000, d: 28_800, h: 3600, m: 60, s: 1 };

/** "1w 2d 3h 30m" in seconds, with days of 8 hours and weeks of 5 days; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(-)?\s*((?:\d+(?:\.\d+)?\s*(?:mo|w|d|h|m|s)\s*)+)$/.exec(text.trim());
  if (match === null) return undefined;
  let seconds = 0;
  for (const [, count, unit] of match[2]!.matchAll(/(\d+(?:\.\d+)?)\s*(mo|w|d|h|m|s)/g)) {
    seconds += Number(count) * unitSeconds[unit!]!;
  }
  return (match[1] === undefined ? 1 : -1) * Math.round(seconds);
}
