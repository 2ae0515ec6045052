/** ISO 8601 durations and repeating intervals. */
import type { Duration } from "../model.ts";

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const pattern =
  /^(-)?P(?=[\dT])(?:([\d.,]+)Y)?(?:([\d.,]+)M)?(?:([\d.,]+)W)?(?:([\d.,]+)D)?(?:T(?=\d)(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?)?$/;

/** A longer one is taken for a slip of the pen, and its end could not be told in ms. */
const longestMs = 100_000 * 366 * dayMs;

/**
 * The duration that a text such as "PT60S" or "P1DT12H" stands for. A year counts 365 days and a month 30; `isCalendar` tells that
 * the text has such. Undefined for what is none, and for negative ones.
 */
export function parseIsoDuration(text: string): (Duration & { isCalendar: boolean }) | undefined {
  const match = pattern.exec(text.trim().toUpperCase());
  if (match === null || match[1] !== undefined) return undefined;
  const sizes = [365 * dayMs, 30 * dayMs, 7 * dayMs, dayMs, hourMs, minuteMs, secondMs];
  let ms = 0;
  for (const [i, size] of sizes.entries()) {
    const digits = match[i + 2];
    if (digits === undefined) continue;
    if (!/^\d+(?:[.,]\d+)?$/.test(digits)) return undefined;
    ms += Number(digits.replace(",", ".")) * size;
  }
  if (ms > longestMs) return undefined;
  const isCalendar = match[2] !== undefined || match[3] !== undefined;
  return { ms: Math.round(ms), text: text.trim(), isCalendar };
}

/** An ISO 8601 repeating interval: "R/PT2H", "R5/2026-01-01T00:00:00Z/PT15M", "R/start/end", "R/PT1H/end". */
export interface RepeatingInterval {
  everyMs: number;
  /** Epoch ms of the first start. */
  from?: number;
  /** How many times after the first; absent for no end. */
  repeat?: number;
  /** Epoch ms. */
  until?: number;
}

/** Undefined for what is no interval. A text without "R…/" is read as repeating without end. Times without a zone are UTC. */
export function parseRepeatingInterval(text: string): RepeatingInterval | undefined {
  const parts = text.trim().split("/");
  const repeat = /^R(\d*)$/i.exec(parts[0] ?? "");
  if (repeat !== null) parts.shift();
  const times = repeat?.[1] === undefined || repeat[1] === "" ? {} : { repeat: Number(repeat[1]) };
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) return undefined;
  const firstDuration = parseIsoDuration(first)?.ms;
  if (second === undefined)
    return firstDuration === undefined || firstDuration === 0 ? undefined : { everyMs: firstDuration, ...times };
  const secondDuration = parseIsoDuration(second)?.ms;
  const start = parseTime(first);
  const end = parseTime(second);
  if (start !== undefined && secondDuration !== undefined)
    return positive({ everyMs: secondDuration, from: start, ...times });
  if (firstDuration !== undefined && end !== undefined)
    return positive({ everyMs: firstDuration, until: end, ...times });
  if (start !== undefined && end !== undefined) return positive({ everyMs: end - start, from: start, ...times });
  return undefined;
}

function positive(interval: RepeatingInterval): RepeatingInterval | undefined {
  return interval.everyMs > 0 ? interval : undefined;
}

/** Epoch ms of an ISO 8601 date, perhaps with a time; UTC unless it says a zone. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, day, time = "00:00", zone = "Z"] = match;
  const ms = Date.parse(`${day}T${time}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(ms) ? undefined : ms;
}
