/** Days of the Gregorian calendar, which is taken to have always been in use, counted from 1970-01-01. */

/** A moment in parts, as C has them: months and days of the year from 0, Sunday is 0. `sec` may have a fraction. */
export interface BrokenDown {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  yearday: number;
}

const daysOf400Years = 146097;
/** Days from 0000-03-01, where the leap day is the last day of a year, to 1970-01-01. */
const epochDay = 719468;

/** The number of the day; `month` counts from 0 and may be anything, so may `day`. Exact as long as the result is. */
function dayNumber(year: number, month: number, day: number): number {
  const months = year * 12 + month - 2;
  const marchYear = Math.floor(months / 12);
  const monthOfYear = months - marchYear * 12;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * monthOfYear + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysOf400Years + dayOfEra - epochDay + (day - 1);
}

/** The moment so many whole seconds after 1970 began. */
export function brokenDown(seconds: number): BrokenDown {
  const dayOf = Math.floor(seconds / 86400);
  const rest = seconds - dayOf * 86400;
  const { year, month, day } = dateOf(dayOf);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    weekday: modulo(dayOf + 4, 7),
    yearday: dayOf - dayNumber(year, 0, 1),
  };
}

function dateOf(dayOf: number): { year: number; month: number; day: number } {
  const shifted = dayOf + epochDay;
  const era = Math.floor(shifted / daysOf400Years);
  const dayOfEra = shifted - era * daysOf400Years;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36524) + Math.floor(dayOfEra / 146096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = (marchMonth + 2) % 12;
  const year = era * 400 + yearOfEra + (month < 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

/** The seconds from 1970 to this moment, whose parts may be out of their ranges; weekday and day of the year do not count. */
export function secondsOf(moment: BrokenDown): number {
  const day = dayNumber(moment.year, moment.month, moment.day);
  const rest = moment.hour * 3600 + moment.minute * 60 + moment.second;
  const seconds = day * 86400 + rest;
  return Number.isSafeInteger(seconds) ? seconds : Number(BigInt(day) * 86400n + BigInt(rest));
}

/** Does this year have a February 29? */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `a` modulo `b`, never negative for a positive `b`. */
export function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
