/** The module time. Of time zones it knows UTC only; times keep the offset they were written with. */
import { fromCalendar } from "../values/calendar.ts";
import { EvalError } from "../values/errors.ts";
import { ModuleValue } from "../values/struct.ts";
import { Duration, Time, type TimeSupport } from "../values/time.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { bindArguments, defineBuiltin, signatureOf } from "./arguments.ts";
import { Builtin, type BuiltinSpec } from "./builtin.ts";
import { parameter, positional, tableOf } from "./parameters.ts";
import { defaultLayout, formatTime } from "./time-format.ts";
import { parseDuration, parseTime, rfc3339 } from "./time-parse.ts";

const format = defineBuiltin(
  {
    name: "format",
    doc: "The time as text, after a layout such as 2006-01-02 15:04:05.",
    parameters: [positional("layout", "string")],
    returns: "string",
  },
  (thread, self, layout) => {
    requireShort("layout", layout as string);
    const text = formatTime(self as Time, layout as string);
    thread.charge(24 + text.length);
    thread.spend(text.length >> 1);
    return text;
  },
);

const inLocation = defineBuiltin(
  {
    name: "in_location",
    doc: "The same moment in a time zone: UTC.",
    parameters: [positional("name", "string")],
    returns: "time.time",
  },
  (thread, self, name) => {
    requireUtc(name as string);
    thread.charge(64);
    return makeTime((self as Time).unixNano, 0);
  },
);

/** Throws EvalError for a text that is far longer than any layout. */
function requireShort(what: string, text: string): void {
  if (text.length > 1000) throw new EvalError(`${what} is too long: ${text.length} bytes, the limit is 1000`);
}

/** Methods of times. */
export const timeMethods: ReadonlyMap<string, BuiltinSpec> = tableOf([format, inLocation]);

const support: TimeSupport = {
  describe: (time) => formatTime(time, defaultLayout),
  methods: timeMethods,
};

/** A time value: ns since 1970 (UTC), seen `offset` seconds east of Greenwich. */
export function makeTime(unixNano: bigint, offset = 0): Time {
  return new Time(unixNano, offset, support);
}

/** Throws EvalError for a time zone that is not UTC. */
function requireUtc(name: string): void {
  if (!isUtc(name)) throw new EvalError(`time zone ${name} is not supported: use UTC, or times with an offset`);
}

function isUtc(name: string): boolean {
  return name === "UTC" || name === "";
}

const fromTimestamp = defineBuiltin(
  {
    name: "from_timestamp",
    doc: "The time so many seconds (and nanoseconds) after 1970.",
    parameters: [positional("sec", "int"), positional("nsec", "int", "0")],
    returns: "time.time",
  },
  (thread, _self, seconds, nanoseconds = 0) => {
    thread.charge(64);
    return makeTime(BigInt(seconds as number) * 1_000_000_000n + BigInt(nanoseconds as number));
  },
);

const isValidTimezone = defineBuiltin(
  {
    name: "is_valid_timezone",
    doc: "Whether a time zone of that name can be used: UTC can.",
    parameters: [positional("name", "string")],
    returns: "bool",
  },
  (_thread, _self, name) => isUtc(name as string),
);

const now = defineBuiltin(
  {
    name: "now",
    doc: "The time of the turn: it does not advance until the script waits.",
    parameters: [],
    returns: "time.time",
  },
  (thread) => {
    thread.charge(64);
    return makeTime(BigInt(Math.floor(thread.now())) * 1_000_000n);
  },
);

const parseDurationBuiltin = defineBuiltin(
  {
    name: "parse_duration",
    doc: 'The duration that a text such as "1h30m" denotes.',
    parameters: [positional("d", "any")],
    returns: "time.duration",
  },
  (thread, _self, d) => {
    thread.charge(48);
    try {
      return toDuration(d!);
    } catch (error) {
      throw new EvalError(`parse_duration: for parameter 1: ${(error as EvalError).message}`);
    }
  },
);

/** A duration from itself or from text. Throws EvalError for other values. */
function toDuration(value: Value): Duration {
  if (value instanceof Duration) return value;
  if (typeof value === "string") return new Duration(parseDuration(value));
  throw new EvalError(`got ${typeName(value)}, want a duration, string, or int`);
}

const parseTimeBuiltin = defineBuiltin(
  {
    name: "parse_time",
    doc: "The time that a text denotes, by default in RFC 3339.",
    parameters: [
      parameter("x", "string"),
      parameter("format", "string", `"${rfc3339}"`),
      parameter("location", "string", '"UTC"'),
    ],
    returns: "time.time",
  },
  (thread, _self, text, layout, location) => {
    requireUtc((location as string | undefined) ?? "UTC");
    thread.charge(64);
    requireShort("time", text as string);
    requireShort("format", (layout as string | undefined) ?? "");
    thread.spend(100);
    const { unixNano, offset } = parseTime(text as string, (layout as string | undefined) ?? rfc3339);
    return makeTime(unixNano, offset);
  },
);

const timeSignature = signatureOf("time", [
  parameter("year", "int", "0"),
  parameter("month", "int", "0"),
  parameter("day", "int", "0"),
  parameter("hour", "int", "0"),
  parameter("minute", "int", "0"),
  parameter("second", "int", "0"),
  parameter("nanosecond", "int", "0"),
  parameter("location", "string", '"UTC"'),
]);

/** Years, months and days beyond this are refused: the calendar would not be exact. */
const greatestDate = 1e9;

const time: BuiltinSpec = {
  name: "time",
  doc: "The time with these parts; parts out of range carry over.",
  parameters: timeSignature.parameters.map((spec) => ({ ...spec, passing: "keyword" })),
  returns: "time.time",
  call(thread, _self, args, named) {
    const values = bindArguments(timeSignature, args, named);
    if (args.length > 0) throw new EvalError("time: unexpected positional arguments");
    requireUtc((values[7] as string | undefined) ?? "UTC");
    thread.charge(64);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanosecond = 0] = values as number[];
    for (const part of [year, month, day]) {
      if (Math.abs(part) > greatestDate) throw new EvalError(`time: ${part} out of range`);
    }
    return makeTime(fromCalendar({ year, month, day }, { hour, minute, second, nanosecond }, 0));
  },
};

export const timeBuiltins: ReadonlyMap<string, BuiltinSpec> = tableOf([
  fromTimestamp,
  isValidTimezone,
  now,
  parseDurationBuiltin,
  parseTimeBuiltin,
  time,
]);

/** The module as a value. */
export const timeModule = new ModuleValue(
  "time",
  new Map<string, Value>([
    ...[...timeBuiltins].map(([name, spec]) => [name, new Builtin(spec)] as const),
    ["nanosecond", new Duration(1n)],
    ["microsecond", new Duration(1000n)],
    ["millisecond", new Duration(1_000_000n)],
    ["second", new Duration(1_000_000_000n)],
    ["minute", new Duration(60_000_000_000n)],
    ["hour", new Duration(3_600_000_000_000n)],
  ]),
);
