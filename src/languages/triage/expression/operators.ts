/** Equality, order and arithmetic of values. */
import { addInterval } from "../plan/intervals.ts";
import { EvaluationError } from "./failure.ts";
import { timeIn } from "./parse-time.ts";
import {
  ApiObject,
  Day,
  Duration,
  durationSeconds,
  Float,
  Hash,
  identityOf,
  inspect,
  objectIdentity,
  requireDepth,
  Moment,
  Sym,
  typeOf,
  type Value,
} from "./values.ts";

const dayMs = 86_400_000;

export function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (value instanceof Float) return value.value;
  return value instanceof Duration ? durationSeconds(value) : undefined;
}

/** Epoch ms of a day or a point in time. */
function timeOf(value: Value): number | undefined {
  return value instanceof Day || value instanceof Moment ? value.ms : undefined;
}

/** Throws EvaluationError for what is nested too deeply. */
export function equal(a: Value, b: Value, depth = 0): boolean {
  requireDepth(depth);
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined || y !== undefined) return x === y;
  if (a instanceof Sym && b instanceof Sym) return a.name === b.name;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => equal(one, b[i]!, depth + 1));
  if (a instanceof Hash) {
    return (
      b instanceof Hash &&
      a.entries.size === b.entries.size &&
      a.pairs.every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && equal(value, other, depth + 1);
      })
    );
  }
  if (a instanceof ApiObject && b instanceof ApiObject) return objectIdentity(a) === objectIdentity(b);
  const [s, t] = [timeOf(a), timeOf(b)];
  return s !== undefined && s === t;
}

/** Below, at or above 0, as a is below, equal to or above b; undefined when they cannot be compared. */
export function order(a: Value, b: Value, depth = 0): number | undefined {
  requireDepth(depth);
  const [x, y] = [numberOf(a) ?? timeOf(a), numberOf(b) ?? timeOf(b)];
  if (x !== undefined && y !== undefined && (timeOf(a) === undefined) === (timeOf(b) === undefined)) return x - y;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : Number(a > b);
  // Rails compares times with texts that tell one, as the API's do.
  if (typeof a === "string" && b instanceof Moment) return between(timeIn(a), b.ms);
  if (a instanceof Moment && typeof b === "string") return between(a.ms, timeIn(b));
  if (a instanceof Sym && b instanceof Sym) return order(a.name, b.name);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const first = order(a[i]!, b[i]!, depth + 1);
      if (first !== 0) return first;
    }
    return a.length - b.length;
  }
  return equal(a, b) ? 0 : undefined;
}

function between(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

/** Throws EvaluationError. */
export function requireOrder(a: Value, b: Value): number {
  const result = order(a, b);
  if (result !== undefined) return result;
  throw new EvaluationError(`${described(a)} cannot be compared with ${described(b)}`);
}

export function described(value: Value): string {
  if (value === null) return "nil";
  const text = inspect(value);
  return `${typeOf(value)} ${text.length > 40 ? `${text.slice(0, 39)}…` : text}`;
}

/** Throws EvaluationError. */
export function add(a: Value, b: Value): Value {
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.months + b.months, a.ms + b.ms);
  if (a instanceof Duration && timeOf(b) !== undefined) return add(b, a);
  if (a instanceof Day || a instanceof Moment) return shifted(a, b, 1);
  return arithmetic("+", a, b, (x, y) => x + y);
}

/** Throws EvaluationError. */
export function subtract(a: Value, b: Value): Value {
  if (Array.isArray(a) && Array.isArray(b)) {
    const without = new Set(b.map(identityOf));
    return a.filter((one) => !without.has(identityOf(one)));
  }
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.months - b.months, a.ms - b.ms);
  if (a instanceof Day && b instanceof Day) return Math.round((a.ms - b.ms) / dayMs);
  const [s, t] = [timeOf(a), timeOf(b)];
  if (isOfDays(a) && isOfDays(b)) return new Float((a.ms - b.ms) / dayMs);
  if (s !== undefined && t !== undefined) return new Float((s - t) / 1000);
  if (a instanceof Day || a instanceof Moment) return shifted(a, b, -1);
  return arithmetic("-", a, b, (x, y) => x - y);
}

function isOfDays(value: Value): value is Day | Moment {
  return value instanceof Day || (value instanceof Moment && value.isDateTime);
}

/** A day and a number is days later, a point in time and a number seconds. */
function shifted(at: Day | Moment, by: Value, sign: 1 | -1): Value {
  if (by instanceof Duration) {
    const ms = addInterval(at.ms, "months", sign * by.months) + sign * by.ms;
    if (at instanceof Day && by.ms % dayMs === 0) return dayOf(ms);
    return momentOf(ms, at instanceof Moment && at.isDateTime);
  }
  const number = numberOf(by);
  if (number === undefined) throw new EvaluationError(`${described(by)} cannot be added to a ${typeOf(at)}`);
  if (at instanceof Day) return dayOf(at.ms + sign * Math.floor(number) * dayMs);
  return momentOf(at.ms + sign * number * (at.isDateTime ? dayMs : 1000), at.isDateTime);
}

/** The day that a point in time is on. Throws EvaluationError for one that no calendar has. */
export function dayOf(ms: number): Day {
  return new Day(Math.floor(inRange(ms) / dayMs) * dayMs);
}

/** Throws EvaluationError for a time that no calendar has. */
export function momentOf(ms: number, isDateTime = false): Moment {
  return new Moment(inRange(ms), isDateTime);
}

/** Years of four digits. */
function inRange(ms: number): number {
  if (ms >= -62_135_596_800_000 && ms < Date.UTC(10_000, 0)) return ms;
  throw new EvaluationError("the time is out of range");
}

/** Throws EvaluationError. */
export function multiply(a: Value, b: Value, charge: (bytes: number) => void): Value {
  const times = numberOf(b);
  if (typeof a === "string" && typeof b === "number" && b >= 0) {
    charge(a.length * b);
    return a.repeat(b);
  }
  if (a instanceof Duration && times !== undefined) return new Duration(a.months * times, a.ms * times);
  if (b instanceof Duration && typeof a === "number") return new Duration(b.months * a, b.ms * a);
  return arithmetic("*", a, b, (x, y) => x * y);
}

/** Integers are divided downwards. Throws EvaluationError. */
export function divide(a: Value, b: Value): Value {
  if (typeof a === "number" && b === 0) throw new EvaluationError("divided by 0");
  return arithmetic("/", a, b, (x, y) => (typeof a === "number" && typeof b === "number" ? Math.floor(x / y) : x / y));
}

/** The result has the sign of b. Throws EvaluationError. */
export function modulo(a: Value, b: Value): Value {
  if (typeof a === "number" && b === 0) throw new EvaluationError("divided by 0");
  return arithmetic("%", a, b, (x, y) => x - y * Math.floor(x / y));
}

/** Throws EvaluationError. */
export function power(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number" && b < 0) return new Float(a ** b);
  return arithmetic("**", a, b, (x, y) => x ** y);
}

function arithmetic(name: string, a: Value, b: Value, compute: (x: number, y: number) => number): Value {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === undefined || y === undefined) {
    throw new EvaluationError(`${described(a)} ${name} ${described(b)} is not defined`);
  }
  const result = compute(x, y);
  if (a instanceof Float || b instanceof Float || a instanceof Duration || b instanceof Duration)
    return new Float(result);
  if (!Number.isFinite(result) || Math.abs(result) > Number.MAX_SAFE_INTEGER) {
    if (!Number.isInteger(result) && Number.isFinite(result)) return new Float(result);
    throw new EvaluationError("the number is too large");
  }
  return Number.isInteger(result) ? result : new Float(result);
}
