/** Durations: milliseconds inside, Go's notation at the edges ("1h30m", "250ms"), with "d" for days of 24 hours. */
import { AutoFlowError } from "./errors.ts";

const unitMs: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a text such as "90s", "1h30m", "2d", "1.5h". Throws REQUEST_INVALID. */
export function parseDuration(text: string): number {
  const pattern = /(\d+(?:\.\d+)?)(ms|d|h|m|s)/y;
  let total = 0;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) break;
    total += Number(match[1]) * (unitMs[match[2]!] ?? 0);
    if (pattern.lastIndex === text.length) return total;
  }
  throw new AutoFlowError("REQUEST_INVALID", `not a duration: ${JSON.stringify(text)}`, {
    hint: 'Write durations like "90s", "1h30m", "250ms" or "2d".',
  });
}

/** The shortest text for a duration in milliseconds, as parseDuration reads it: 5400000 -> "1h30m". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms * 1000) / 1000}ms`;
  let rest = ms;
  let text = "";
  for (const unit of ["d", "h", "m", "s"]) {
    const size = unitMs[unit]!;
    const count = unit === "s" ? Math.round((rest / size) * 1000) / 1000 : Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}
