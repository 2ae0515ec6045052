/** Methods of days, points in time, durations and numbers. All is UTC. */
import { brokenDown } from "../../../jq/library/dates/civil.ts";
import { formatMoment } from "../../../jq/library/dates/strftime.ts";
import { addInterval } from "../../plan/intervals.ts";
import { EvaluationError } from "../failure.ts";
import { add, dayOf, momentOf, subtract } from "../operators.ts";
import { parseTime } from "../parse-time.ts";
import { Day, Duration, durationSeconds, Float, Moment, textOf, type Value } from "../values.ts";
import { integerArgument, type Invocation, type Method, type MethodTable, textArgument } from "./method.ts";

const dayMs = 86_400_000;
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

type Timed = Day | Moment;

const part =
  (read: (at: Date) => number): Method<Timed> =>
  (self) =>
    read(new Date(self.ms));

/** Of the same kind as `self`, at another time. */
function at(self: Timed, ms: number): Timed {
  return self instanceof Day ? dayOf(ms) : momentOf(ms, self.isDateTime);
}

function write(self: Timed, { args }: Invocation): string {
  const format = args[0] === undefined ? "%Y-%m-%d" : textOf(args[0]);
  return formatMoment(
    brokenDown(Math.floor(self.ms / 1000)),
    format.replaceAll("%L", String(self.ms % 1000).padStart(3, "0")),
    10_000,
  );
}

const shift =
  (unit: "months" | "years" | "days" | "weeks", sign: 1 | -1): Method<Timed> =>
  (self, call) =>
    at(self, addInterval(self.ms, unit, sign * integerArgument(call, 0, 1)));

/** The beginning of the day, week (on Monday), month, quarter or year that a time is in. */
function beginning(ms: number, of: string): number {
  const date = new Date(Math.floor(ms / dayMs) * dayMs);
  if (of === "week") return date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMs;
  if (of === "day") return date.getTime();
  date.setUTCDate(1);
  if (of === "quarter") date.setUTCMonth(date.getUTCMonth() - (date.getUTCMonth() % 3));
  if (of === "year") date.setUTCMonth(0);
  return date.getTime();
}

function ending(ms: number, of: string): number {
  const months = { month: 1, quarter: 3, year: 12 }[of];
  const from = beginning(ms, of);
  if (months === undefined) return from + (of === "week" ? 7 : 1) * dayMs - 1;
  return addInterval(from, "months", months) - 1;
}

/** The week of the year as ISO 8601 counts them. */
function weekOfYear(date: Date): number {
  const thursday = new Date(beginning(date.getTime(), "week") + 3 * dayMs);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMs)) + 1;
}

export const timeMethods: MethodTable<Timed> = {
  "+": (self, { args }) => add(self, args[0] ?? null),
  "-": (self, { args }) => subtract(self, args[0] ?? null),
  ">>": shift("months", 1),
  "<<": shift("months", -1),
  year: part((date) => date.getUTCFullYear()),
  month: part((date) => date.getUTCMonth() + 1),
  mon: part((date) => date.getUTCMonth() + 1),
  day: part((date) => date.getUTCDate()),
  mday: part((date) => date.getUTCDate()),
  wday: part((date) => date.getUTCDay()),
  cwday: part((date) => date.getUTCDay() || 7),
  yday: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1),
  cweek: part(weekOfYear),
  hour: part((date) => date.getUTCHours()),
  min: part((date) => date.getUTCMinutes()),
  sec: part((date) => date.getUTCSeconds()),
  to_i: (self) => Math.floor(self.ms / 1000),
  to_f: (self) => new Float(self.ms / 1000),
  to_date: (self) => dayOf(self.ms),
  to_time: (self) => momentOf(self.ms),
  to_datetime: (self) => momentOf(self.ms, true),
  in_time_zone: (self) => momentOf(self.ms),
  utc: (self) => momentOf(self.ms),
  getutc: (self) => momentOf(self.ms),
  strftime: write,
  iso8601: (self) =>
    new Date(self.ms).toISOString().slice(0, self instanceof Day ? 10 : 19) + (self instanceof Day ? "" : "Z"),
  next_day: shift("days", 1),
  prev_day: shift("days", -1),
  next_month: shift("months", 1),
  prev_month: shift("months", -1),
  next_year: shift("years", 1),
  prev_year: shift("years", -1),
  days_ago: shift("days", -1),
  days_since: shift("days", 1),
  weeks_ago: shift("weeks", -1),
  weeks_since: shift("weeks", 1),
  months_ago: shift("months", -1),
  months_since: shift("months", 1),
  next: (self) => at(self, self.ms + dayMs),
  succ: (self) => at(self, self.ms + dayMs),
  tomorrow: (self) => at(self, self.ms + dayMs),
  yesterday: (self) => at(self, self.ms - dayMs),
  next_week: (self) => at(self, beginning(self.ms, "week") + 7 * dayMs),
  "today?": (self, { now }) => beginning(self.ms, "day") === beginning(now, "day"),
  "past?": (self, { now }) => self.ms < (self instanceof Day ? beginning(now, "day") : now),
  "future?": (self, { now }) => self.ms > (self instanceof Day ? beginning(now, "day") : now),
  "on_weekend?": (self) => [0, 6].includes(new Date(self.ms).getUTCDay()),
  "on_weekday?": (self) => ![0, 6].includes(new Date(self.ms).getUTCDay()),
  "blank?": () => false,
  ...Object.fromEntries(
    weekdays.map((name, i) => [`${name}?`, (self: Timed) => new Date(self.ms).getUTCDay() === i] as const),
  ),
  ...Object.fromEntries(
    ["day", "week", "month", "quarter", "year"].flatMap((of) => [
      [
        `beginning_of_${of}`,
        (self: Timed) => (of === "day" ? momentOf : (ms: number) => at(self, ms))(beginning(self.ms, of)),
      ],
      [`end_of_${of}`, (self: Timed) => (of === "day" ? momentOf : (ms: number) => at(self, ms))(ending(self.ms, of))],
    ]),
  ),
};

export const durationMethods: MethodTable<Duration> = {
  ago: (self, { now }) => subtract(new Moment(now), self),
  from_now: (self, { now }) => add(new Moment(now), self),
  since: (self, call) => add(call.args[0] ?? new Moment(call.now), self),
  until: (self, call) => subtract(call.args[0] ?? new Moment(call.now), self),
  before: (self, call) => subtract(call.args[0] ?? new Moment(call.now), self),
  after: (self, call) => add(call.args[0] ?? new Moment(call.now), self),
  "-@": (self) => new Duration(-self.months, -self.ms),
  to_i: (self) => durationSeconds(self),
  to_f: (self) => new Float(durationSeconds(self)),
  in_days: (self) => new Float((self.months * 2_629_746 + self.ms / 1000) / 86_400),
  in_hours: (self) => new Float((self.months * 2_629_746 + self.ms / 1000) / 3600),
};

const units: Record<string, (count: number) => Duration> = {
  second: (count) => new Duration(0, count * 1000),
  minute: (count) => new Duration(0, count * 60_000),
  hour: (count) => new Duration(0, count * 3_600_000),
  day: (count) => new Duration(0, count * dayMs),
  week: (count) => new Duration(0, count * 7 * dayMs),
  fortnight: (count) => new Duration(0, count * 14 * dayMs),
  month: (count) => new Duration(count, 0),
  year: (count) => new Duration(count * 12, 0),
};

/** `2.days` and the like. */
export const unitMethods: MethodTable = Object.fromEntries(
  Object.entries(units).flatMap(([name, make]): [string, Method][] => {
    const method: Method = (self) => make(self instanceof Float ? self.value : (self as number));
    return [
      [name, method],
      [`${name}s`, method],
    ];
  }),
);

/** Methods of `Date`, `Time` and `DateTime`. */
export const clockMethods: MethodTable = {
  today: (_, { now }) => dayOf(now),
  tomorrow: (_, { now }) => dayOf(now + dayMs),
  yesterday: (_, { now }) => dayOf(now - dayMs),
  now: (self, { now }) => new Moment(now, isDateTime(self)),
  current: (self, { now }) => (textOf(self) === "Date" ? dayOf(now) : new Moment(now, isDateTime(self))),
  zone: (self) => self,
  parse: (self, call) => parsed(self, textArgument(call, 0)),
  iso8601: (self, call) => parsed(self, textArgument(call, 0)),
  new: (self, call) => made(self, call),
  at: (_, call) => momentOf(integerArgument(call, 0) * 1000),
};

function isDateTime(self: Value): boolean {
  return textOf(self) === "DateTime";
}

function parsed(self: Value, text: string): Value {
  return textOf(self) === "Date" ? dayOf(parseTime(text)) : momentOf(parseTime(text), isDateTime(self));
}

function made(self: Value, call: Invocation): Value {
  if (call.args.length === 0) return new Moment(call.now, isDateTime(self));
  const [year, month, day] = [integerArgument(call, 0), integerArgument(call, 1, 1), integerArgument(call, 2, 1)];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const ms = Date.UTC(
    year,
    month - 1,
    day < 0 ? last + day + 1 : day,
    integerArgument(call, 3, 0),
    integerArgument(call, 4, 0),
  );
  if (month < 1 || month > 12 || day === 0 || day > last || day < -last)
    throw new EvaluationError("there is no such day");
  return textOf(self) === "Date" ? dayOf(ms) : momentOf(ms, isDateTime(self));
}
