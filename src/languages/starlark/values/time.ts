/** Durations and moments, as Go's package time has them. */
import { floorDivide, toCalendar, type CalendarTime } from "./calendar.ts";
import type { Zone } from "./zones.ts";
import type { ZoneSpan } from "./zone-rule.ts";
import type { BuiltinSpec } from "../library/builtin.ts";
import { EvalError } from "./errors.ts";
import { canonicalInt, isInt } from "./integers.ts";
import { Float, HeapValue, type Value } from "./value.ts";

const second = 1_000_000_000n;
const minute = 60n * second;
const hour = 60n * minute;

/** ns as a signed 64-bit number, wrapping around as Go's do. */
function wrap(nanoseconds: bigint): bigint {
  return BigInt.asIntN(64, nanoseconds);
}

/** A length of time in ns, within 64 bits. */
export class Duration extends HeapValue {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = wrap(nanoseconds);
  }

  get type(): string {
    return "time.duration";
  }

  override truth(): boolean {
    return this.nanoseconds !== 0n;
  }

  override contentKey(): string {
    return String(this.nanoseconds);
  }

  override sameAs(other: HeapValue): boolean {
    return other instanceof Duration && other.nanoseconds === this.nanoseconds;
  }

  override order(other: HeapValue): number | undefined {
    return other instanceof Duration ? compareBigints(this.nanoseconds, other.nanoseconds) : undefined;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case "hours":
        return this.#inUnits(hour);
      case "minutes":
        return this.#inUnits(minute);
      case "seconds":
        return this.#inUnits(second);
      case "milliseconds":
        return canonicalInt(this.nanoseconds / 1_000_000n);
      case "microseconds":
        return canonicalInt(this.nanoseconds / 1000n);
      case "nanoseconds":
        return canonicalInt(this.nanoseconds);
      default:
        return undefined;
    }
  }

  #inUnits(unit: bigint): Float {
    return new Float(Number(this.nanoseconds / unit) + Number(this.nanoseconds % unit) / Number(unit));
  }

  override attributeNames(): readonly string[] {
    return ["hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];
  }

  override binary(operator: string, other: Value, reversed: boolean): Value | undefined {
    if (other instanceof Duration) return this.#withDuration(operator, other.nanoseconds);
    if (other instanceof Time && operator === "+") return other.plus(this.nanoseconds);
    if (isInt(other)) return this.#withInt(operator, other, reversed);
    if (other instanceof Float && operator === "/" && !reversed) return this.#dividedBy(other.value);
    return undefined;
  }

  #withDuration(operator: string, other: bigint): Value | undefined {
    switch (operator) {
      case "+":
        return new Duration(this.nanoseconds + other);
      case "-":
        return new Duration(this.nanoseconds - other);
      case "/":
        requireDivisor(other !== 0n);
        return new Float(Number(this.nanoseconds) / Number(other));
      case "//":
        requireDivisor(other !== 0n);
        return canonicalInt(this.nanoseconds / other);
      default:
        return undefined;
    }
  }

  #withInt(operator: string, other: number | bigint, reversed: boolean): Value | undefined {
    if (operator !== "*" && operator !== "/") return undefined;
    if (operator === "/" && reversed) throw new EvalError("unsupported operation");
    const factor = BigInt(other);
    if (factor !== wrap(factor)) throw new EvalError("int value out of range (want signed 64-bit value)");
    if (operator === "*") return new Duration(this.nanoseconds * factor);
    requireDivisor(factor !== 0n);
    return new Duration(this.nanoseconds / factor);
  }

  #dividedBy(divisor: number): Duration {
    requireDivisor(divisor !== 0);
    const quotient = Math.trunc(Number(this.nanoseconds) / divisor);
    if (!Number.isFinite(quotient)) throw new EvalError("time.duration divided by a number that is not finite");
    return new Duration(BigInt(quotient));
  }

  /** As Go: "1h15m30.918s", "1.5ms", "0s". */
  override describe(): string {
    return describeDuration(this.nanoseconds);
  }
}

function requireDivisor(holds: boolean): void {
  if (!holds) throw new EvalError("time.duration division by zero");
}

function describeDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${describeDuration(-nanoseconds)}`;
  if (nanoseconds === 0n) return "0s";
  if (nanoseconds < 1000n) return `${nanoseconds}ns`;
  // The micro sign, as a byte string.
  if (nanoseconds < 1_000_000n) return `${decimal(nanoseconds, 3)}\u00c2\u00b5s`;
  if (nanoseconds < second) return `${decimal(nanoseconds, 6)}ms`;
  const hours = nanoseconds >= hour ? `${nanoseconds / hour}h` : "";
  const minutes = nanoseconds >= minute ? `${(nanoseconds % hour) / minute}m` : "";
  return `${hours}${minutes}${decimal(nanoseconds % minute, 9)}s`;
}

/** value / 10^places, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** ns since 1970 at the beginning of year 1: the one time that is not true. */
const zeroTime = -62_135_596_800n * second;

/** What a time needs from the library: how to print it, and its methods. */
export interface TimeSupport {
  describe(time: Time): string;
  methods: ReadonlyMap<string, BuiltinSpec>;
}

/** A moment: ns since 1970 (UTC), seen at a place. */
export class Time extends HeapValue {
  readonly unixNano: bigint;
  readonly zone: Zone;
  readonly #support: TimeSupport;

  constructor(unixNano: bigint, zone: Zone, support: TimeSupport) {
    super();
    this.unixNano = unixNano;
    this.zone = zone;
    this.#support = support;
  }

  get type(): string {
    return "time.time";
  }

  /** Its place on the calendar. */
  calendar(): CalendarTime {
    return toCalendar(this.unixNano, this.span().offset);
  }

  /** How clocks are set there and then. */
  span(): ZoneSpan {
    return this.zone.at(Number(floorDivide(this.unixNano, second)));
  }

  /** The moment so many ns later, at the same place. */
  plus(nanoseconds: bigint): Time {
    return new Time(this.unixNano + nanoseconds, this.zone, this.#support);
  }

  override truth(): boolean {
    return this.unixNano !== zeroTime;
  }

  override contentKey(): string {
    return String(this.unixNano);
  }

  override sameAs(other: HeapValue): boolean {
    return other instanceof Time && other.unixNano === this.unixNano;
  }

  override order(other: HeapValue): number | undefined {
    return other instanceof Time ? compareBigints(this.unixNano, other.unixNano) : undefined;
  }

  override methods(): ReadonlyMap<string, BuiltinSpec> {
    return this.#support.methods;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case "unix":
        return canonicalInt(floorDivide(this.unixNano, second));
      case "unix_nano":
        return canonicalInt(wrap(this.unixNano));
      case "year":
      case "month":
      case "day":
      case "hour":
      case "minute":
      case "second":
      case "nanosecond":
        return this.calendar()[name];
      default:
        return undefined;
    }
  }

  override attributeNames(): readonly string[] {
    return ["year", "month", "day", "hour", "minute", "second", "nanosecond", "unix", "unix_nano"];
  }

  override binary(operator: string, other: Value, reversed: boolean): Value | undefined {
    if (other instanceof Duration && operator === "+") return this.plus(other.nanoseconds);
    if (other instanceof Duration && operator === "-" && !reversed) return this.plus(-other.nanoseconds);
    if (other instanceof Time && operator === "-") return saturated(this.unixNano - other.unixNano);
    return undefined;
  }

  override describe(): string {
    return this.#support.describe(this);
  }
}

/** Differences too long for a duration become the longest one. */
function saturated(nanoseconds: bigint): Duration {
  const longest = (1n << 63n) - 1n;
  if (nanoseconds > longest) return new Duration(longest);
  return new Duration(nanoseconds < -longest - 1n ? -longest - 1n : nanoseconds);
}
