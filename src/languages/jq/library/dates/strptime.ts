/** Text to moments: glibc's strptime in the C locale and UTC, with all that it leaves unset. */
import type { BrokenDown } from "./civil.ts";
import { brokenDown, isLeapYear, modulo } from "./civil.ts";
import { compositeFormats, monthNames, weekdayNames } from "./names.ts";

/** What was read, and the text behind it. */
export interface Parsed {
  readonly moment: BrokenDown;
  readonly rest: string;
}

/** Reads `text` as `format` says. `undefined` when it does not fit. */
export function parseMoment(text: string, format: string): Parsed | undefined {
  const reader = new MomentReader(text);
  if (!reader.read(format)) return undefined;
  reader.finish();
  return { moment: reader.moment, rest: reader.rest };
}

/** Days before each month: of a common year and then, as behind each other in memory, of a leap year. */
const daysBefore = [
  0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365, 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335,
  366,
];

function rowOf(year: number): number {
  return isLeapYear(year) ? 13 : 0;
}

/** Directives that stand for a number: the least, the most, and how many digits are read at most. */
const ranges: ReadonlyMap<string, readonly [number, number, number]> = new Map([
  ["C", [0, 99, 2]],
  ["d", [1, 31, 2]],
  ["e", [1, 31, 2]],
  ["g", [0, 99, 2]],
  ["H", [0, 23, 2]],
  ["I", [1, 12, 2]],
  ["j", [1, 366, 3]],
  ["k", [0, 23, 2]],
  ["l", [1, 12, 2]],
  ["m", [1, 12, 2]],
  ["M", [0, 59, 2]],
  ["S", [0, 61, 2]],
  ["u", [1, 7, 1]],
  ["U", [0, 53, 2]],
  ["V", [0, 53, 2]],
  ["w", [0, 6, 1]],
  ["W", [0, 53, 2]],
  ["y", [0, 99, 2]],
  ["Y", [0, 9999, 4]],
]);

const space = /^[ \t\n\v\f\r]+/;

class MomentReader {
  /** jq's marks for "not known" are 8 and 367. */
  readonly moment: BrokenDown = {
    year: 1900,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    weekday: 8,
    yearday: 367,
  };
  rest: string;
  #wantsDays = false;
  #hasMonth = false;
  #hasDay = false;
  #hasYearday = false;
  #hasWeekday = false;
  #hasTwelveHours = false;
  #isAfternoon = false;
  #wantsCentury = false;
  #century: number | undefined;
  #week: { number: number; firstDay: 0 | 1 } | undefined;

  constructor(text: string) {
    this.rest = text;
  }

  /** Reads along `format`; `false` where the text does not fit. */
  read(format: string): boolean {
    let at = 0;
    while (at < format.length) {
      const character = format[at]!;
      if (space.test(character)) {
        this.#skipSpace();
        at++;
      } else if (character !== "%") {
        if (!this.#take(character)) return false;
        at++;
      } else {
        const match = /^%[-_0^#]*[0-9]*([EO]?)([^]?)/.exec(format.slice(at))!;
        at += match[0].length;
        if (!allowsModifier(match[1]!, match[2]!) || !this.#readDirective(match[2]!)) return false;
      }
    }
    return true;
  }

  /** Computes what follows from what was read. */
  finish(): void {
    const { moment } = this;
    if (this.#hasTwelveHours && this.#isAfternoon) moment.hour += 12;
    if (this.#century !== undefined) {
      const yearOfCentury = this.#wantsCentury ? (moment.year - 1900) % 100 : 0;
      moment.year = 1900 + yearOfCentury + (this.#century - 19) * 100;
    }
    if (this.#wantsDays && !this.#hasWeekday) {
      if (!(this.#hasMonth && this.#hasDay) && this.#hasYearday) this.#setDateFromYearday();
      moment.weekday = weekdayOf(moment.year, moment.month, moment.day);
    }
    if (this.#wantsDays && !this.#hasYearday) {
      moment.yearday = daysBefore[rowOf(moment.year) + moment.month]! + moment.day - 1;
    }
    if (this.#week !== undefined && this.#hasWeekday) this.#setDateFromWeek(this.#week);
  }

  #take(character: string): boolean {
    if (!this.rest.startsWith(character)) return false;
    this.rest = this.rest.slice(character.length);
    return true;
  }

  #skipSpace(): void {
    this.rest = this.rest.replace(space, "");
  }

  #takeMatch(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.rest)?.[0];
    if (match !== undefined) this.rest = this.rest.slice(match.length);
    return match;
  }

  #readDirective(letter: string): boolean {
    const composite = compositeFormats.get(letter);
    if (composite !== undefined) {
      if (!this.read(composite)) return false;
      if ("cDFx".includes(letter)) this.#wantsDays = true;
      return true;
    }
    const range = ranges.get(letter);
    if (range !== undefined) {
      const value = this.#readNumber(range);
      if (value === undefined) return false;
      this.#setNumber(letter, value);
      return true;
    }
    return this.#readWord(letter);
  }

  #readNumber([least, most, digits]: readonly [number, number, number]): number | undefined {
    this.#skipSpace();
    let value = 0;
    let count = 0;
    while (count < digits && (count === 0 || value * 10 <= most) && /^[0-9]/.test(this.rest)) {
      value = value * 10 + Number(this.rest[0]);
      this.rest = this.rest.slice(1);
      count++;
    }
    return count === 0 || value < least || value > most ? undefined : value;
  }

  #setNumber(letter: string, value: number): void {
    const { moment } = this;
    switch (letter) {
      case "C":
        this.#century = value;
        this.#wantsDays = true;
        break;
      case "d":
      case "e":
        moment.day = value;
        this.#hasDay = true;
        this.#wantsDays = true;
        break;
      case "H":
      case "k":
        moment.hour = value;
        this.#hasTwelveHours = false;
        break;
      case "I":
      case "l":
        moment.hour = value % 12;
        this.#hasTwelveHours = true;
        break;
      case "j":
        moment.yearday = value - 1;
        this.#hasYearday = true;
        break;
      case "m":
        this.#setMonth(value - 1);
        break;
      case "M":
        moment.minute = value;
        break;
      case "S":
        moment.second = value;
        break;
      default:
        this.#setWeekOrYear(letter, value);
    }
  }

  #setWeekOrYear(letter: string, value: number): void {
    switch (letter) {
      case "u":
      case "w":
        this.moment.weekday = value % 7;
        this.#hasWeekday = true;
        break;
      case "U":
        this.#week = { number: value, firstDay: 0 };
        break;
      case "W":
        if (this.#week?.firstDay !== 0) this.#week = { number: value, firstDay: 1 };
        else this.#week = { number: value, firstDay: 0 };
        break;
      case "y":
        this.moment.year = value >= 69 ? 1900 + value : 2000 + value;
        this.#wantsCentury = true;
        this.#wantsDays = true;
        break;
      case "Y":
        this.moment.year = value;
        this.#wantsCentury = false;
        this.#wantsDays = true;
        break;
      default:
    }
  }

  #setMonth(month: number): void {
    this.moment.month = month;
    this.#hasMonth = true;
    this.#wantsDays = true;
  }

  #readWord(letter: string): boolean {
    switch (letter) {
      case "%":
        return this.#take("%");
      case "a":
      case "A":
        return this.#readName(weekdayNames, (weekday) => {
          this.moment.weekday = weekday;
          this.#hasWeekday = true;
        });
      case "b":
      case "B":
      case "h":
        return this.#readName(monthNames, (month) => this.#setMonth(month));
      case "n":
      case "t":
        this.#skipSpace();
        return true;
      case "p": {
        const half = this.#takeMatch(/^[ap]m/i);
        this.#isAfternoon = half?.toLowerCase() === "pm";
        return half !== undefined;
      }
      case "s":
        return this.#readSeconds();
      case "G":
        return this.#takeMatch(/^[0-9]+/) !== undefined;
      case "z":
        return this.#readOffset();
      case "Z":
        this.#takeMatch(/^[ \t\n\v\f\r]*[^ \t\n\v\f\r]*/);
        return true;
      default:
        return false;
    }
  }

  /** A name or its first three letters, whichever fits better. */
  #readName(names: readonly string[], found: (position: number) => void): boolean {
    const text = this.rest.slice(0, 9).toLowerCase();
    for (const [position, name] of names.entries()) {
      const isWhole = text.startsWith(name.toLowerCase());
      if (!isWhole && !text.startsWith(name.slice(0, 3).toLowerCase())) continue;
      this.rest = this.rest.slice(isWhole ? name.length : 3);
      found(position);
      return true;
    }
    return false;
  }

  #readSeconds(): boolean {
    const seconds = Number(this.#takeMatch(/^[0-9]+/));
    if (!(seconds < 67768036191676800)) return false;
    Object.assign(this.moment, brokenDown(seconds));
    return true;
  }

  /** The offset is read and forgotten: times are taken as UTC. */
  #readOffset(): boolean {
    this.#skipSpace();
    if (this.#take("Z")) return true;
    const match = /^[+-]([0-9]{2})(?::?([0-9]{1,2}))?/.exec(this.rest);
    if (match === null) return false;
    const minutes = match[2];
    if (minutes !== undefined && (minutes.length === 1 || Number(minutes) >= 60)) return false;
    this.rest = this.rest.slice(match[0].length);
    return true;
  }

  /** The month and day of the month that the day of the year means. */
  #setDateFromYearday(): void {
    const { moment } = this;
    const row = rowOf(moment.year);
    let month = 0;
    while ((daysBefore[row + month] ?? Infinity) <= moment.yearday) month++;
    if (!this.#hasMonth) moment.month = month - 1;
    if (!this.#hasDay) moment.day = moment.yearday - (daysBefore[row + month - 1] ?? 0) + 1;
    this.#hasMonth = true;
    this.#hasDay = true;
  }

  #setDateFromWeek(week: { number: number; firstDay: 0 | 1 }): void {
    const { moment } = this;
    const firstWeekday = weekdayOf(moment.year, 0, 1);
    if (!this.#hasYearday) {
      moment.yearday =
        ((7 - (firstWeekday - week.firstDay)) % 7) + (week.number - 1) * 7 + ((moment.weekday - week.firstDay + 7) % 7);
    }
    if (!this.#hasDay || !this.#hasMonth) this.#setDateFromYearday();
  }
}

function allowsModifier(modifier: string, letter: string): boolean {
  if (modifier === "") return true;
  return modifier === "E" ? "cCYxX".includes(letter) : "bBdeHImMqSUVwWy".includes(letter);
}

function weekdayOf(year: number, month: number, day: number): number {
  const corrected = year - (month < 2 ? 1 : 0);
  const quarters = Math.trunc(corrected / 4);
  const centuries = Math.trunc(quarters / 25);
  const days =
    -473 +
    365 * (year - 1970) +
    quarters -
    centuries +
    (quarters % 25 < 0 ? 1 : 0) +
    Math.trunc(centuries / 4) +
    (daysBefore[month] ?? 0) +
    day -
    1;
  return modulo(days, 7);
}
