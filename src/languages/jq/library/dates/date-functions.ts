/** Builtins on dates. The local time is UTC, everywhere. */
import type { Value } from "../../value.ts";
import type { NativeContext, NativeFunction } from "../contract.ts";
import { textBytes, stepsOfWriting } from "../contract.ts";
import { utf8Length } from "../dump.ts";
import { fail } from "../fail.ts";
import { toInt32 } from "../integers.ts";
import { withoutMarkers } from "../secrets.ts";
import type { BrokenDown } from "./civil.ts";
import { brokenDown, secondsOf } from "./civil.ts";
import { formatMoment } from "./strftime.ts";
import { parseMoment } from "./strptime.ts";

/** Builtins on dates. */
export const dateFunctions: readonly NativeFunction[] = [
  { name: "now", arity: 0, call: (context) => context.now() },
  { name: "gmtime", arity: 0, call: (_, input) => partsOf(input, "gmtime") },
  { name: "localtime", arity: 0, call: (_, input) => partsOf(input, "localtime") },
  { name: "mktime", arity: 0, call: (_, input) => makeTime(input) },
  { name: "strftime", arity: 1, call: (context, input, format) => toText(context, input, format, "strftime") },
  {
    name: "strflocaltime",
    arity: 1,
    call: (context, input, format) => toText(context, input, format, "strflocaltime"),
  },
  { name: "strptime", arity: 1, call: (context, input, format) => fromText(context, input, format) },
];

/** A moment as the array of numbers that jq uses. */
function partsOf(input: Value, name: "gmtime" | "localtime"): Value[] {
  if (typeof input !== "number") fail(`${name}() requires numeric inputs`);
  const moment = momentAt(input);
  return asArray(moment).with(5, moment.second + (input - Math.floor(input)));
}

function momentAt(seconds: number): BrokenDown {
  const moment = Math.abs(seconds) < 2 ** 62 ? brokenDown(Math.trunc(seconds) + 0) : undefined;
  if (moment === undefined || !isInt32(moment.year - 1900)) {
    fail("errror converting number of seconds since epoch to datetime");
  }
  return moment;
}

function isInt32(value: number): boolean {
  return value >= -(2 ** 31) && value < 2 ** 31;
}

function asArray(moment: BrokenDown): number[] {
  const { year, month, day, hour, minute, second, weekday, yearday } = moment;
  return [year, month, day, hour, minute, second, weekday, yearday];
}

/** The moment that jq's array of numbers means, `undefined` for anything else. Its year wraps around as a C int does. */
function momentOf(input: Value): BrokenDown | undefined {
  if (!Array.isArray(input) || input.length < 8) return undefined;
  const numbers: number[] = [];
  for (const part of input.slice(0, 8)) {
    if (typeof part !== "number") return undefined;
    numbers.push(toInt32(part));
  }
  const [year, month, day, hour, minute, second, weekday, yearday] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { year: ((year - 1900) | 0) + 1900, month, day, hour, minute, second, weekday, yearday };
}

function makeTime(input: Value): number {
  if (!Array.isArray(input)) fail("mktime requires array inputs");
  const moment = momentOf(input);
  if (moment === undefined) fail("mktime requires parsed datetime inputs");
  const seconds = secondsOf(moment);
  // What C returns for "cannot be done" is -1, and -2 for "not here": jq cannot tell them from the last seconds of 1969.
  if (seconds === -1 || !isInt32(brokenDown(seconds).year - 1900)) fail("invalid gmtime representation");
  if (seconds === -2) fail("mktime not supported on this platform");
  return seconds;
}

function toText(context: NativeContext, input: Value, format: Value, name: "strftime" | "strflocaltime"): string {
  const moment = momentOf(typeof input === "number" ? partsOf(input, "gmtime") : input);
  if (moment === undefined) fail(`${name}/1 requires parsed datetime inputs`);
  if (typeof format !== "string") fail(`${name}/1 requires a string format`);
  const known = format.split("\0", 1)[0]!;
  const room = utf8Length(known) + 100;
  context.charge(stepsOfWriting * (1 + known.length));
  context.allocate(textBytes(5 * known.length));
  const text = formatMoment(moment, known, room);
  if (text === "" || utf8Length(text) >= room) fail(`${name}/1: unknown system failure`);
  return text;
}

function fromText(context: NativeContext, input: Value, format: Value): Value {
  if (typeof input !== "string" || typeof format !== "string") {
    fail("strptime/1 requires string inputs and arguments");
  }
  const text = input.split("\0", 1)[0]!;
  const known = format.split("\0", 1)[0]!;
  context.charge(stepsOfWriting * (1 + text.length + known.length));
  const parsed = parseMoment(text, known);
  if (parsed === undefined || /^[^ \t\n\v\f\r]/.test(parsed.rest)) {
    fail(`date "${text}" does not match format "${known}"`);
  }
  const parts: Value[] = asArray(parsed.moment);
  return parsed.rest === "" ? parts : [...parts, withoutMarkers(parsed.rest)];
}
