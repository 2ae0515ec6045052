/** Moments to text: the directives of glibc's strftime, in the C locale and UTC, with its flags and widths. */
import type { BrokenDown } from "./civil.ts";
import { isLeapYear, modulo, secondsOf } from "./civil.ts";
import { compositeFormats, monthNames, weekdayNames } from "./names.ts";

/** How a directive is to be written: `%_10d` has the padding `_` and the width 10. */
interface Style {
  readonly padding: string;
  readonly width: number;
  readonly upper: boolean;
  readonly swapped: boolean;
  readonly modifier: string;
}

/** Nobody gets a text as long as this: wider fields only fail. */
const widest = 10_000;

const directive = /%([_0^#-]*)([0-9]*)([EO]?)([^]?)/gu;

/**
 * `moment` written as `format` says. Directives that do not exist stand for themselves; so do those after the first `room` characters
 * that directives gave, for the text is then too long to be used.
 */
export function formatMoment(moment: BrokenDown, format: string, room = Infinity): string {
  let left = room;
  const write = (whole: string, flags: string, width: string, modifier: string, letter: string): string => {
    if (left < 0) return whole;
    const style = {
      padding: /[_0-](?=[^_0-]*$)/.exec(flags)?.[0] ?? "",
      width: Math.min(Number(width), widest),
      upper: flags.includes("^"),
      swapped: flags.includes("#"),
      modifier,
    };
    const text = formatDirective(moment, letter, style) ?? word(whole, style);
    left -= text.length;
    return text;
  };
  return format.replace(directive, write);
}

function formatDirective(moment: BrokenDown, letter: string, style: Style): string | undefined {
  if (refusedModifiers(letter).includes(style.modifier) && style.modifier !== "") return undefined;
  const composite = compositeFormats.get(letter);
  if (composite !== undefined) return word(formatMoment(moment, composite), { ...style, swapped: false });
  return wordOf(moment, letter, style) ?? numberOf(moment, letter, style);
}

/** The modifiers that a directive does not take. */
function refusedModifiers(letter: string): string {
  if ("aADF".includes(letter)) return "EO";
  if ("bBhdeHIjklmMSUVgGWw".includes(letter)) return "E";
  return "cxXY".includes(letter) ? "O" : "";
}

/** Directives that give words, and other text. */
function wordOf(moment: BrokenDown, letter: string, style: Style): string | undefined {
  const shouted = { ...style, upper: style.upper || style.swapped };
  const lowered = { ...style, upper: style.upper && !style.swapped };
  switch (letter) {
    case "%":
    case "n":
    case "t":
      return pad(letter === "%" ? "%" : letter === "n" ? "\n" : "\t", style);
    case "a":
      return word(weekdayNames[moment.weekday]?.slice(0, 3) ?? "?", shouted);
    case "A":
      return word(weekdayNames[moment.weekday] ?? "?", shouted);
    case "b":
    case "h":
      return word(monthNames[moment.month]?.slice(0, 3) ?? "?", shouted);
    case "B":
      return word(monthNames[moment.month] ?? "?", shouted);
    case "p":
      return word(style.swapped ? halfOfDay(moment).toLowerCase() : halfOfDay(moment), lowered);
    case "P":
      return pad(halfOfDay(moment).toLowerCase(), style);
    case "Z":
      return word(style.swapped ? "utc" : "UTC", lowered);
    case "z":
      return pad("+", style) + number(0, 4, style);
    default:
      return undefined;
  }
}

function halfOfDay(moment: BrokenDown): string {
  return moment.hour > 11 ? "PM" : "AM";
}

/** Directives that give numbers. */
function numberOf(moment: BrokenDown, letter: string, style: Style): string | undefined {
  switch (letter) {
    case "C":
      return number(Math.floor((moment.year | 0) / 100), 1, style);
    case "d":
      return number(moment.day, 2, style);
    case "e":
      return spaced(moment.day, style);
    case "g":
      return number(modulo(isoWeek(moment).year, 100), 2, style);
    case "G":
      return number(isoWeek(moment).year, 1, style);
    case "H":
      return number(moment.hour, 2, style);
    case "I":
      return number(twelveHours(moment.hour), 2, style);
    case "j":
      return number(moment.yearday + 1, 3, style);
    case "k":
      return spaced(moment.hour, style);
    case "l":
      return spaced(twelveHours(moment.hour), style);
    case "m":
      return number(moment.month + 1, 2, style);
    case "M":
      return number(moment.minute, 2, style);
    case "s":
      return pad(String(secondsOf(moment)), style);
    case "S":
      return number(moment.second, 2, style);
    case "u":
      return number(((moment.weekday - 1 + 7) % 7) + 1, 1, style);
    case "U":
      return number(Math.trunc((moment.yearday - moment.weekday + 7) / 7), 2, style);
    case "V":
      return number(isoWeek(moment).week, 2, style);
    case "w":
      return number(moment.weekday, 1, style);
    case "W":
      return number(Math.trunc((moment.yearday - ((moment.weekday - 1 + 7) % 7) + 7) / 7), 2, style);
    case "y":
      return number(modulo(moment.year, 100), 2, style);
    case "Y":
      // As a C int, which may overflow.
      return number(moment.year | 0, 1, style);
    default:
      return undefined;
  }
}

function twelveHours(hour: number): number {
  if (hour > 12) return hour - 12;
  return hour === 0 ? 12 : hour;
}

function word(text: string, style: Style): string {
  return pad(style.upper ? text.toUpperCase() : text, style);
}

/** Fills up to the width, with zeros when the flag says so. */
function pad(text: string, style: Style): string {
  return text.padStart(style.width, style.padding === "0" ? "0" : " ");
}

function spaced(value: number, style: Style): string {
  return number(value, 2, style.padding === "" ? { ...style, padding: "_" } : style);
}

function number(value: number, digits: number, style: Style): string {
  const wanted = Math.max(digits, style.width);
  const text = String(value);
  if (style.padding === "-") return text.padStart(style.width, " ");
  if (style.padding === "_") return text.padStart(wanted, " ");
  return value < 0 ? `-${text.slice(1).padStart(wanted - 1, "0")}` : text.padStart(wanted, "0");
}

/** The week of ISO 8601 and the year it belongs to. */
function isoWeek(moment: BrokenDown): { year: number; week: number } {
  const { year, yearday, weekday } = moment;
  const days = isoDays(yearday, weekday);
  if (days < 0) {
    return { year: year - 1, week: weekOf(isoDays(yearday + daysIn(year - 1), weekday)) };
  }
  const next = isoDays(yearday - daysIn(year), weekday);
  return next >= 0 ? { year: year + 1, week: weekOf(next) } : { year, week: weekOf(days) };
}

function weekOf(days: number): number {
  return Math.trunc(days / 7) + 1;
}

function daysIn(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** Days since the Monday of the week that January 4 is in. */
function isoDays(yearday: number, weekday: number): number {
  const many = Math.trunc(366 / 7 + 2) * 7;
  return yearday - ((yearday - weekday + 4 + many) % 7) + 4 - 1;
}
