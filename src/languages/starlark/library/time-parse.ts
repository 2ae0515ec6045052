/** Times from text, by layout, with the messages of Go's package time. */
import { daysBefore, daysIn, fromCalendar } from "../values/calendar.ts";
import { EvalError } from "../values/errors.ts";
import { quoteText } from "../values/quote.ts";
import { monthNames, offsetShape, parseLayout, weekdayNames, type LayoutPiece } from "./time-layout.ts";

/** The layout of RFC 3339. */
export const rfc3339 = "2006-01-02T15:04:05Z07:00";

/** A moment: ns since 1970, and how many seconds east of Greenwich it was written. */
export interface ParsedTime {
  unixNano: bigint;
  offset: number;
}

/** The time that a text denotes by a layout (both byte strings). Throws EvalError when the text does not fit. */
export function parseTime(text: string, layout: string): ParsedTime {
  return new TimeReader(text, layout).read();
}

/** What a piece of the text had to be and is not. */
class Misfit extends Error {}

class TimeReader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;
  #year = 0;
  #month: number | undefined;
  #day: number | undefined;
  #yearDay: number | undefined;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nanosecond = 0;
  #half: "am" | "pm" | undefined;
  #offset = 0;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  read(): ParsedTime {
    const pieces = parseLayout(this.#layout);
    pieces.forEach((piece, i) => this.#readPiece(piece, pieces[i + 1]));
    if (this.#rest !== "") this.#fail(`extra text: ${quoteText(this.#rest)}`);
    if (this.#half === "pm" && this.#hour < 12) this.#hour += 12;
    else if (this.#half === "am" && this.#hour === 12) this.#hour = 0;
    const { month, day } = this.#date();
    if (day < 1 || day > daysIn(this.#year, month)) this.#fail("day out of range");
    const time = { hour: this.#hour, minute: this.#minute, second: this.#second, nanosecond: this.#nanosecond };
    return {
      unixNano: fromCalendar({ year: this.#year, month, day }, time, this.#offset),
      offset: this.#offset,
    };
  }

  /** Month and day, from the day of the year when that was given. */
  #date(): { month: number; day: number } {
    const [year, yearDay] = [this.#year, this.#yearDay];
    if (yearDay === undefined) return { month: this.#month ?? 1, day: this.#day ?? 1 };
    const days = daysBefore(year + 1, 1, 1) - daysBefore(year, 1, 1);
    if (yearDay < 1 || yearDay > days) this.#fail("day-of-year out of range");
    let month = 1;
    let day = yearDay;
    for (; day > daysIn(year, month); month++) day -= daysIn(year, month);
    if (this.#month !== undefined && this.#month !== month) this.#fail("day-of-year does not match month");
    if (this.#day !== undefined && this.#day !== day) this.#fail("day-of-year does not match day");
    return { month, day };
  }

  #readPiece(piece: LayoutPiece, next: LayoutPiece | undefined): void {
    const before = this.#rest;
    try {
      if (piece.kind === "literal") this.#readLiteral(piece.text);
      else this.#readValue(piece, next);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      const found = piece.kind === "literal" ? this.#rest : before;
      const wanted = piece.kind === "literal" ? error.message : piece.text;
      throw new EvalError(
        `parsing time ${quoteText(this.#text)} as ${quoteText(this.#layout)}: ` +
          `cannot parse ${quoteText(found)} as ${quoteText(wanted)}`,
      );
    }
  }

  /** Spaces stand for any number of spaces. */
  #readLiteral(literal: string): void {
    for (let i = 0; i < literal.length; i++) {
      if (literal.charAt(i) === " ") {
        if (this.#rest !== "" && !this.#rest.startsWith(" ")) throw new Misfit(literal);
        this.#rest = this.#rest.replace(/^ +/, "");
        while (literal.charAt(i + 1) === " ") i++;
      } else {
        if (!this.#rest.startsWith(literal.charAt(i))) throw new Misfit(literal);
        this.#rest = this.#rest.slice(1);
      }
    }
  }

  #readValue({ kind, text }: LayoutPiece, next: LayoutPiece | undefined): void {
    switch (kind) {
      case "year":
        this.#year = Number(this.#take(/^\d{4}/));
        break;
      case "year2":
        this.#year = Number(this.#take(/^\d\d/));
        this.#year += this.#year >= 69 ? 1900 : 2000;
        break;
      case "monthName":
        this.#month = this.#takeName(monthNames) + 1;
        break;
      case "monthShort":
        this.#month = this.#takeName(monthNames.map((name) => name.slice(0, 3))) + 1;
        break;
      case "month":
      case "month2":
        this.#month = this.#takeNumber(text, "month", 1, 12);
        break;
      case "weekdayName":
        this.#takeName(weekdayNames);
        break;
      case "weekdayShort":
        this.#takeName(weekdayNames.map((name) => name.slice(0, 3)));
        break;
      case "dayPadded":
        this.#rest = this.#rest.replace(/^ /, "");
        this.#day = Number(this.#take(/^\d\d?/));
        break;
      case "day":
      case "day2":
        this.#day = Number(this.#take(kind === "day2" ? /^\d\d/ : /^\d\d?/));
        break;
      case "yearDayPadded":
        this.#rest = this.#rest.replace(/^ {1,2}/, "");
        this.#yearDay = Number(this.#take(/^\d{1,3}/));
        break;
      case "yearDay3":
        this.#yearDay = Number(this.#take(/^\d{3}/));
        break;
      default:
        this.#readClock({ kind, text }, next);
    }
  }

  #readClock({ kind, text }: LayoutPiece, next: LayoutPiece | undefined): void {
    switch (kind) {
      case "hour24":
        // Go takes one digit, too.
        this.#hour = this.#takeNumber("3", "hour", 0, 23);
        break;
      case "hour12":
      case "hour12of2":
        this.#hour = this.#takeNumber(text, "hour", 0, 12);
        break;
      case "minute":
      case "minute2":
        this.#minute = this.#takeNumber(text, "minute", 0, 59);
        break;
      case "second":
      case "second2":
        this.#second = this.#takeNumber(text, "second", 0, 59);
        // A fraction may follow though the layout has none.
        if (next === undefined || !next.kind.startsWith("fraction")) this.#takeFraction(/^[.,]\d+/);
        break;
      case "PM":
        this.#half = this.#take(/^(?:AM|PM)/) === "PM" ? "pm" : "am";
        break;
      case "pm":
        this.#half = this.#take(/^(?:am|pm)/) as "am" | "pm";
        break;
      case "fraction0":
        if (!this.#takeFraction(new RegExp(`^[.,]\\d{${text.length - 1}}`))) throw new Misfit();
        break;
      case "fraction9":
        this.#takeFraction(/^[.,]\d+/);
        break;
      case "zoneName":
        this.#readZoneName();
        break;
      case "zoneOrZ":
        if (this.#rest.startsWith("Z")) this.#rest = this.#rest.slice(1);
        else this.#readOffset(text);
        break;
      default:
        this.#readOffset(text);
    }
  }

  /** Removes and answers what a pattern finds at the start of the rest. */
  #take(pattern: RegExp): string {
    const found = pattern.exec(this.#rest)?.[0];
    if (found === undefined) throw new Misfit();
    this.#rest = this.#rest.slice(found.length);
    return found;
  }

  /** A number of two digits, or one when the layout has one. */
  #takeNumber(piece: string, what: string, least: number, greatest: number): number {
    const number = Number(this.#take(piece.length === 2 ? /^\d\d/ : /^\d\d?/));
    if (number < least || number > greatest) this.#fail(`${what} out of range`);
    return number;
  }

  /** The index of the name that the rest begins with, whatever its case. */
  #takeName(names: readonly string[]): number {
    const index = names.findIndex((name) => this.#rest.slice(0, name.length).toLowerCase() === name.toLowerCase());
    if (index < 0) throw new Misfit();
    this.#rest = this.#rest.slice(names[index]!.length);
    return index;
  }

  #takeFraction(pattern: RegExp): boolean {
    if (!pattern.test(this.#rest)) return false;
    this.#nanosecond = Number(this.#take(pattern).slice(1, 10).padEnd(9, "0"));
    return true;
  }

  #readOffset(piece: string): void {
    const { separator, minutes, seconds } = offsetShape(piece);
    const parts = ["\\d\\d", ...(minutes ? ["\\d\\d"] : []), ...(seconds ? ["\\d\\d"] : [])];
    const found = this.#take(new RegExp(`^[+-]${parts.join(separator)}`));
    const [hour, minute, second] = found.match(/\d\d/g)!.map(Number);
    if (hour! > 24) this.#fail("time zone offset hour out of range");
    if ((minute ?? 0) > 60) this.#fail("time zone offset minute out of range");
    if ((second ?? 0) > 60) this.#fail("time zone offset second out of range");
    const offset = (hour! * 60 + (minute ?? 0)) * 60 + (second ?? 0);
    this.#offset = found.startsWith("-") ? 0 - offset : offset;
  }

  #readZoneName(): void {
    const name = this.#take(/^(?:UTC|GMT|[+-]\d\d?|[A-Z]{3,5})/);
    if (name === "UTC" || name === "GMT") return;
    throw new EvalError(`parsing time ${quoteText(this.#text)}: time zone ${name} is not supported, only UTC is`);
  }

  #fail(message: string): never {
    throw new EvalError(`parsing time ${quoteText(this.#text)}: ${message}`);
  }
}

const units: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  // Micro sign and Greek mu, as byte strings.
  ["\u00c2\u00b5s", 1000n],
  ["\u00ce\u00bcs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** ns of a duration such as "1h15m30.5s" or "-1.5h" (a byte string). Throws EvalError when it is none. */
export function parseDuration(text: string): bigint {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0n;
  const invalid = new EvalError(`time: invalid duration ${quoteText(text)}`);
  if (unsigned === "" || unsigned.length > 1000) throw invalid;
  let total = 0n;
  let rest = unsigned;
  while (rest !== "") {
    const [all, number, whole, fraction = "", unit] = /^((\d*)(?:\.(\d*))?)([^.\d]*)/.exec(rest) as unknown as string[];
    if (number === "" || whole! + fraction === "") throw invalid;
    if (unit === "") throw new EvalError(`time: missing unit in duration ${quoteText(text)}`);
    const size = units.get(unit!);
    if (size === undefined) {
      throw new EvalError(`time: unknown unit ${quoteText(unit!)} in duration ${quoteText(text)}`);
    }
    total += BigInt(whole!) * size + (BigInt(fraction || "0") * size) / 10n ** BigInt(fraction.length);
    rest = rest.slice(all!.length);
  }
  const negative = text.startsWith("-");
  if (total > (1n << 63n) - (negative ? 0n : 1n)) throw invalid;
  return negative ? -total : total;
}
