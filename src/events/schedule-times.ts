/** When a schedule is due: cron expressions in their time zone, and intervals. */
import { Cron } from "croner";
import type { Schedule } from "../core/schedule.ts";

/** Neither expressions nor intervals are finer than this, in ms. */
const finest = 1000;

const expressionsKept = 1000;
const expressions = new Map<string, Cron>();

/**
 * The first time after `after` at which a schedule is due; undefined when there is none any more. `began` is when the schedule
 * became active: without a `from` an interval counts from there, and is due for the first time one interval later. All are epoch
 * ms. Throws what `scheduleProblem` tells.
 */
export function nextTime(schedule: Schedule, began: number, after: number): number | undefined {
  const next = schedule.every === undefined ? nextOfCron(schedule, after) : nextOfInterval(schedule, began, after);
  return next === undefined || (schedule.until !== undefined && next > schedule.until) ? undefined : next;
}

/** What is wrong with a schedule, or undefined. */
export function scheduleProblem(schedule: Schedule): string | undefined {
  const { cron, every, timezone } = schedule;
  if ((cron === undefined) === (every === undefined)) return "a schedule has either a cron expression or an interval";
  if (every !== undefined) {
    return Number.isFinite(every) && every >= finest
      ? undefined
      : `an interval has to be a second at least, got ${every} ms`;
  }
  if (timezone !== undefined && !isTimeZone(timezone)) {
    return `${JSON.stringify(timezone)} is no time zone: it has to be an IANA name such as Europe/Berlin`;
  }
  try {
    // What has a colon is a single time to the library, not an expression.
    if (cron?.includes(":") === true) throw new Error("it has five to seven fields");
    expressionOf(schedule);
    return undefined;
  } catch (error) {
    return `the cron expression ${JSON.stringify(cron)} cannot be read: ${(error as Error).message}`;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function nextOfInterval({ every = 0, from, repeat }: Schedule, began: number, after: number): number | undefined {
  const first = from ?? began + every;
  const count = after < first ? 0 : Math.floor((after - first) / every) + 1;
  return repeat !== undefined && count > repeat ? undefined : Math.ceil(first + count * every);
}

/** Only whole seconds are due, so the second that `after` is in is over, unless it is its very beginning. */
function nextOfCron(schedule: Schedule, after: number): number | undefined {
  return expressionOf(schedule).nextRun(new Date(after))?.getTime();
}

/** An expression with a "?" is one of Quartz: there Sunday is 1, in all others it is 0 or 7. */
function expressionOf({ cron = "", timezone = "UTC" }: Schedule): Cron {
  const key = `${timezone}\0${cron}`;
  let expression = expressions.get(key);
  if (expression === undefined) {
    if (expressions.size >= expressionsKept) expressions.clear();
    const alternativeWeekdays = cron.includes("?");
    expression = new Cron(cron, { timezone, paused: true, sloppyRanges: true, alternativeWeekdays });
    expressions.set(key, expression);
  }
  return expression;
}
