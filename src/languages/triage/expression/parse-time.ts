/** Texts as times. */
import { EvaluationError } from "./failure.ts";

/** Epoch ms of a text such as 2026-11-21, or with a time as ISO 8601 has it. Throws EvaluationError. */
export function parseTime(text: string): number {
  const trimmed = text.trim();
  const [, year, month, day, time = "00:00:00", zone = "Z"] =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?)?$/.exec(
      trimmed,
    ) ?? [];
  const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  const date = `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}`;
  const ms = Date.parse(`${date}T${time}${offset}`);
  const isOnCalendar = !Number.isNaN(ms) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  if (year === undefined || !isOnCalendar) throw new EvaluationError(`${JSON.stringify(text)} is no date`);
  return ms;
}

/** The same; undefined for a text that is no time. */
export function timeIn(text: string): number | undefined {
  try {
    return parseTime(text);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
