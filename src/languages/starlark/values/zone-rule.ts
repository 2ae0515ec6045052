/** The rule of a time zone for the years to come, as POSIX writes it: "CET-1CEST,M3.5.0,M10.5.0/3". */
import { daysBefore, daysIn, yearOfDay } from "./calendar.ts";

/** What holds in a place for some time. */
export interface ZoneSpan {
  abbreviation: string;
  /** Seconds east of Greenwich. */
  offset: number;
  /** Unix seconds; -Infinity when it held since ever. */
  start: number;
  /** Unix seconds, not included; Infinity when it never ends. */
  end: number;
}

/** One change of a year. */
interface Change {
  /** Answers the day of a year, counted from 0. */
  day: (year: number) => number;
  /** Seconds after that day's begin. */
  time: number;
}

interface Kind {
  abbreviation: string;
  offset: number;
}

export interface ZoneRule {
  standard: Kind;
  summer: { kind: Kind; start: Change; end: Change } | undefined;
}

const namePattern = "(<[^>]+>|[A-Za-z]+)";
const offsetPattern = "([+-]?[0-9:]+)";
const rulePattern = new RegExp(
  `^${namePattern}${offsetPattern}(?:${namePattern}${offsetPattern}?,([^/,]+)(?:/${offsetPattern})?,([^/,]+)(?:/${offsetPattern})?)?$`,
);

/** A rule from its text, one of the zone tables. */
export function parseZoneRule(text: string): ZoneRule {
  const [, name, offset, summerName, summerOffset, start, startTime, end, endTime] = rulePattern.exec(
    text,
  ) as unknown as [string, ...(string | undefined)[]];
  const standard = { abbreviation: plainName(name!), offset: -seconds(offset!) };
  if (summerName === undefined) return { standard, summer: undefined };
  const kind = {
    abbreviation: plainName(summerName),
    offset: summerOffset === undefined ? standard.offset + 3600 : -seconds(summerOffset),
  };
  return { standard, summer: { kind, start: parseChange(start!, startTime), end: parseChange(end!, endTime) } };
}

function plainName(name: string): string {
  return name.startsWith("<") ? name.slice(1, -1) : name;
}

/** "-1:30" */
function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const total = (hours * 60 + minutes) * 60 + rest;
  return text.startsWith("-") ? -total : total;
}

function parseChange(text: string, time: string | undefined): Change {
  return { day: dayOf(text), time: time === undefined ? 7200 : seconds(time) };
}

/** "M3.5.0" the last Sunday of March, "J60" the 60th day without leap days, "59" days after New Year. */
function dayOf(text: string): (year: number) => number {
  if (text.startsWith("M")) {
    const [month, week, weekday] = text.slice(1).split(".").map(Number) as [number, number, number];
    return (year) => weekdayOf(year, month, week, weekday);
  }
  const day = Number(text.replace("J", ""));
  if (!text.startsWith("J")) return () => day;
  return (year) => day - 1 + (day >= 60 && daysIn(year, 2) === 29 ? 1 : 0);
}

function weekdayOf(year: number, month: number, week: number, weekday: number): number {
  const first = daysBefore(year, month, 1);
  // 1970 began on a Thursday.
  const firstWeekday = (((first + 4) % 7) + 7) % 7;
  let day = (weekday - firstWeekday + 7) % 7;
  for (let i = 1; i < week && day + 7 < daysIn(year, month); i++) day += 7;
  return first + day - daysBefore(year, 1, 1);
}

/** What holds at a moment (Unix seconds) by a rule that is in force since `since`. */
export function spanByRule(rule: ZoneRule, since: number, second: number): ZoneSpan {
  const { standard, summer } = rule;
  if (summer === undefined) return { ...standard, start: since, end: Infinity };
  const year = yearOfDay(Math.floor(second / 86_400));
  const newYear = daysBefore(year, 1, 1) * 86_400;
  const at = ({ day, time }: Change, offset: number): number => newYear + day(year) * 86_400 + time - offset;
  const start = at(summer.start, standard.offset);
  const end = at(summer.end, summer.kind.offset);
  // South of the equator a year begins and ends in summer.
  const [outer, inner] = end < start ? [summer.kind, standard] : [standard, summer.kind];
  const [first, last] = end < start ? [end, start] : [start, end];
  if (second < first) return { ...outer, start: newYear, end: first };
  if (second >= last) return { ...outer, start: last, end: daysBefore(year + 1, 1, 1) * 86_400 };
  return { ...inner, start: first, end: last };
}
