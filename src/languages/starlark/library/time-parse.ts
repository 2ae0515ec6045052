/** Times from text, by layout, with the messages of Go's package time. */
import { daysBefore, daysIn, floorDivide, fromCalendar } from "../values/calendar.ts";
import { EvalError } from "../values/errors.ts";
import { fixedZone, utc, type Zone } from "../values/zones.ts";
import { monthNames, offsetShape, parseLayout, quoteTimeText, weekdayNames, type LayoutPiece } from "./time-layout.ts";

/** The layout of RFC 3339. */
export const rfc3339 = "2006-01-02T15:04:05Z07:00";

/** A moment: ns since 1970, and the place where it was written. */
export interface ParsedTime {
  unixNano: bigint;
  zone: Zone;
}

/**
 * The time that a text denotes by a layout (both byte strings), at a place unless it says another. Throws EvalError when the
 * text does not fit.
 */
export function parseTime(text: string, layout: string, place: Zone): ParsedTime {
  return new TimeReader(text, layout, place).read();
}

/** An integer with or without a sign; undefined when the text is none. */
function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** What a piece of the text had to be and is not. */
class Misfit extends Error {}

/** What may be an abbreviation: three capital letters, four or five that end in T, and some exceptions; GMT with an offset. */
const zoneNamePattern = /^(?:ChST|MeST|GMT(?:[+-]\d+)?|[+-]\d+|(?:[A-Z]{3}|[A-Z]{3}T|WITA|[A-Z]{4}T)(?![A-Z]))/;

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
  /** The text says Z or UTC. */
  #isUtc = false;
  #offset: number | undefined;
  #abbreviation = "";
  readonly #place: Zone;

  constructor(text: string, layout: string, place: Zone) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
    this.#place = place;
  }

  read(): ParsedTime {
    const pieces = parseLayout(this.#layout);
    pieces.forEach((piece, i) => {
      const next = pieces.slice(i + 1).find(({ kind }) => kind !== "literal");
      this.#readPiece(piece, next);
    });
    if (this.#rest !== "") this.#fail(`extra text: ${quoteTimeText(this.#rest)}`);
    if (this.#half === "pm" && this.#hour < 12) this.#hour += 12;
    else if (this.#half === "am" && this.#hour === 12) this.#hour = 0;
    const { month, day } = this.#date();
    if (day < 1 || day > daysIn(this.#year, month)) this.#fail("day out of range");
    const date = { year: this.#year, month, day };
    const time = { hour: this.#hour, minute: this.#minute, second: this.#second, nanosecond: this.#nanosecond };
    if (this.#isUtc) return { unixNano: fromCalendar(date, time, utc), zone: utc };
    if (this.#offset === undefined && this.#abbreviation === "") {
      return { unixNano: fromCalendar(date, time, this.#place), zone: this.#place };
    }
    return this.#placed(fromCalendar(date, time, utc));
  }

  /** The moment at an offset or abbreviation, given as if it were in UTC. The place's own zone is used where it agrees. */
  #placed(local: bigint): ParsedTime {
    const abbreviation = this.#abbreviation;
    if (this.#offset !== undefined) {
      const unixNano = local - BigInt(this.#offset) * 1_000_000_000n;
      const there = this.#place.at(Number(floorDivide(unixNano, 1_000_000_000n)));
      const agrees = there.offset === this.#offset && (abbreviation === "" || there.abbreviation === abbreviation);
      return { unixNano, zone: agrees ? this.#place : fixedZone(abbreviation, this.#offset) };
    }
    const known = this.#place.offsetOf(abbreviation, Number(floorDivide(local, 1_000_000_000n)));
    if (known !== undefined) return { unixNano: local - BigInt(known) * 1_000_000_000n, zone: this.#place };
    // What "GMT+3" adds is shown and not counted, and other abbreviations mean nothing elsewhere.
    const shown = /^GMT[+-]/.test(abbreviation) ? Number(abbreviation.slice(3)) * 3600 : 0;
    return { unixNano: local, zone: fixedZone(abbreviation, shown) };
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
        `parsing time ${quoteTimeText(this.#text)} as ${quoteTimeText(this.#layout)}: ` +
          `cannot parse ${quoteTimeText(found)} as ${quoteTimeText(wanted)}`,
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
        this.#year = Number(this.#take(/^(?:\d\d|[+-]\d)/));
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
        this.#takeExactFraction(text.length);
        break;
      case "fraction9":
        this.#takeFraction(/^[.,]\d+/);
        break;
      case "zoneName":
        this.#readZoneName();
        break;
      case "zoneOrZ":
        if (!this.#rest.startsWith("Z")) return this.#readOffset(text);
        this.#rest = this.#rest.slice(1);
        this.#isUtc = true;
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

  /** A fraction of so many characters, its point or comma included. */
  #takeExactFraction(length: number): void {
    const found = this.#rest.slice(0, length);
    const value = /^[.,]/.test(found) && found.length === length ? wholeNumber(found.slice(1, 10)) : undefined;
    if (value === undefined) throw new Misfit();
    this.#rest = this.#rest.slice(length);
    if (value < 0) this.#fail("fractional second out of range");
    this.#nanosecond = value * Number(`1e${Math.max(10 - length, 0)}`);
  }

  #readOffset(piece: string): void {
    const { separator, minutes, seconds } = offsetShape(piece);
    const digits = minutes ? (seconds ? [1, 2, 3] : [1, 2]) : [1];
    const found = this.#rest.slice(0, 1 + digits.length * 2 + (digits.length - 1) * separator.length);
    const parts = digits.map((_, i) => found.slice(1 + i * (2 + separator.length)).slice(0, 2));
    const separators = parts
      .slice(1)
      .map((_, i) => found.slice(3 + i * (2 + separator.length)).slice(0, separator.length));
    if (parts.at(-1)!.length < 2 || separators.some((text) => text !== separator)) throw new Misfit();
    // The first part that is no number makes those after it 0, and ranges are looked at first.
    const bad = parts.findIndex((part) => !/^\d\d$/.test(part));
    const [hour = 0, minute = 0, second = 0] = (bad < 0 ? parts : parts.slice(0, bad)).map(Number);
    if (hour > 24) this.#fail("time zone offset hour out of range");
    if (minute > 60) this.#fail("time zone offset minute out of range");
    if (second > 60) this.#fail("time zone offset second out of range");
    if (bad >= 0 || !/^[+-]/.test(found)) throw new Misfit();
    this.#rest = this.#rest.slice(found.length);
    const offset = (hour * 60 + minute) * 60 + second;
    this.#offset = found.startsWith("-") ? 0 - offset : offset;
    // Go takes -00:00:01 for no offset.
    if (this.#offset === -1) this.#offset = undefined;
  }

  #readZoneName(): void {
    if (this.#rest.startsWith("UTC")) {
      this.#rest = this.#rest.slice(3);
      this.#isUtc = true;
      return;
    }
    this.#abbreviation = this.#take(zoneNamePattern);
    const offset = /[+-](\d+)$/.exec(this.#abbreviation);
    if (offset === null || Number(offset[1]) <= 23) return;
    if (!this.#abbreviation.startsWith("GMT")) throw new Misfit();
    this.#rest = this.#abbreviation.slice(3) + this.#rest;
    this.#abbreviation = "GMT";
  }

  #fail(message: string): never {
    throw new EvalError(`parsing time ${quoteTimeText(this.#text)}: ${message}`);
  }
}
