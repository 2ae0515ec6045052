/** Times as text, by layout. */
import type { Time } from "../values/time.ts";
import type { CalendarTime } from "../values/calendar.ts";
import type { ZoneSpan } from "../values/zone-rule.ts";
import { monthNames, offsetShape, parseLayout, weekdayNames, type LayoutPiece } from "./time-layout.ts";

/** The layout of str(time). */
export const defaultLayout = "2006-01-02 15:04:05.999999999 -0700 MST";

/** A time written after a layout. */
export function formatTime(time: Time, layout: string): string {
  const calendar = time.calendar();
  const span = time.span();
  return parseLayout(layout)
    .map((piece) => formatPiece(piece, calendar, span))
    .join("");
}

function pad(value: number, width: number, fill = "0"): string {
  return value < 0 ? `-${String(-value).padStart(width, fill)}` : String(value).padStart(width, fill);
}

function formatPiece({ kind, text }: LayoutPiece, time: CalendarTime, span: ZoneSpan): string {
  switch (kind) {
    case "year":
      return pad(time.year, 4);
    case "year2":
      return pad(Math.abs(time.year % 100), 2);
    case "monthName":
      return monthNames[time.month - 1]!;
    case "monthShort":
      return monthNames[time.month - 1]!.slice(0, 3);
    case "month":
      return String(time.month);
    case "month2":
      return pad(time.month, 2);
    case "weekdayName":
      return weekdayNames[time.weekday]!;
    case "weekdayShort":
      return weekdayNames[time.weekday]!.slice(0, 3);
    case "day":
      return String(time.day);
    case "day2":
      return pad(time.day, 2);
    case "dayPadded":
      return pad(time.day, 2, " ");
    case "yearDay3":
      return pad(time.yearDay, 3);
    case "yearDayPadded":
      return pad(time.yearDay, 3, " ");
    default:
      return formatClock({ kind, text }, time, span);
  }
}

function formatClock({ kind, text }: LayoutPiece, time: CalendarTime, span: ZoneSpan): string {
  switch (kind) {
    case "hour24":
      return pad(time.hour, 2);
    case "hour12":
      return String(time.hour % 12 || 12);
    case "hour12of2":
      return pad(time.hour % 12 || 12, 2);
    case "minute":
      return String(time.minute);
    case "minute2":
      return pad(time.minute, 2);
    case "second":
      return String(time.second);
    case "second2":
      return pad(time.second, 2);
    case "PM":
      return time.hour >= 12 ? "PM" : "AM";
    case "pm":
      return time.hour >= 12 ? "pm" : "am";
    case "zoneName":
      return span.abbreviation || formatOffset("-0700", span.offset);
    case "zone":
      return formatOffset(text, span.offset);
    case "zoneOrZ":
      return span.offset === 0 ? "Z" : formatOffset(text, span.offset);
    case "fraction0":
    case "fraction9":
      return formatFraction(text, time.nanosecond);
    default:
      return text;
  }
}

function formatOffset(text: string, offset: number): string {
  const { separator, minutes, seconds } = offsetShape(text);
  // As in Go, seconds alone do not make an offset negative.
  const negative = offset <= -60;
  const magnitude = negative ? -offset : offset;
  const parts = [pad(Math.trunc(magnitude / 3600), 2)];
  if (minutes) parts.push(pad(Math.trunc(magnitude / 60) % 60, 2));
  if (seconds) parts.push(pad(magnitude % 60, 2));
  return (negative ? "-" : "+") + parts.join(separator);
}

/** ".000" keeps zeros at the end, ".999" drops them. */
function formatFraction(text: string, nanosecond: number): string {
  const digits = pad(nanosecond, 9).slice(0, text.length - 1);
  if (text.charAt(1) === "0") return text.charAt(0) + digits;
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : text.charAt(0) + kept;
}
