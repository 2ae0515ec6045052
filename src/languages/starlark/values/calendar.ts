/** The Gregorian calendar, extended to all years. */
import type { Zone } from "./zones.ts";

/** A moment on the calendar. `month` and `day` begin with 1; `weekday` 0 is Sunday; `yearDay` 1 is January 1st. */
export interface CalendarTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  weekday: number;
  yearDay: number;
}

const billion = 1_000_000_000n;
const secondsPerDay = 86_400;

/** Where a moment (ns since 1970, UTC) stands on the calendar of a place `offset` seconds east of Greenwich. */
export function toCalendar(unixNano: bigint, offset: number): CalendarTime {
  const local = unixNano + BigInt(offset) * billion;
  const nanosecond = Number(((local % billion) + billion) % billion);
  const seconds = Number((local - BigInt(nanosecond)) / billion);
  const days = Math.floor(seconds / secondsPerDay);
  const time = seconds - days * secondsPerDay;
  const date = toDate(days);
  return {
    ...date,
    hour: Math.floor(time / 3600),
    minute: Math.floor(time / 60) % 60,
    second: time % 60,
    nanosecond,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysBefore(date.year, 1, 1) + 1,
  };
}

/** Year, month and day of a day counted from 1970-01-01. */
function toDate(days: number): { year: number; month: number; day: number } {
  // Years are counted from March of year 0, in eras of 400, so that a leap day ends a year.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The year of a day counted from 1970-01-01. */
export function yearOfDay(day: number): number {
  return toDate(day).year;
}

/** Days from 1970-01-01 to a date. Months and days out of range carry over. */
export function daysBefore(year: number, month: number, day: number): number {
  const months = year * 12 + (month - 1);
  const realYear = Math.floor(months / 12);
  const realMonth = months - realYear * 12 + 1;
  const shifted = realMonth <= 2 ? realYear - 1 : realYear;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (realMonth > 2 ? realMonth - 3 : realMonth + 9) + 2) / 5);
  const ofEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + ofYear;
  return era * 146_097 + ofEra - 719_468 + (day - 1);
}

/** How many days a month has. */
export function daysIn(year: number, month: number): number {
  return daysBefore(year, month + 1, 1) - daysBefore(year, month, 1);
}

/** ns since 1970 of a moment on the calendar of a place. Parts out of range carry over. */
export function fromCalendar(
  date: { year: number; month: number; day: number },
  time: { hour: number; minute: number; second: number; nanosecond: number },
  zone: Zone,
): bigint {
  const days = BigInt(daysBefore(date.year, date.month, date.day));
  const minutes = (days * 24n + BigInt(time.hour)) * 60n + BigInt(time.minute);
  const local = (minutes * 60n + BigInt(time.second)) * billion + BigInt(time.nanosecond);
  return local - BigInt(offsetOfLocal(zone, Number(floorDivide(local, billion)))) * billion;
}

/** The offset of a zone where its clocks show so many seconds since 1970; one of two when they show it twice, or never. */
function offsetOfLocal(zone: Zone, local: number): number {
  const { offset, start, end } = zone.at(local);
  const second = local - offset;
  return offset === 0 || (second >= start && second < end) ? offset : zone.at(second).offset;
}

/** a / b, rounded down, for a positive b. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}
