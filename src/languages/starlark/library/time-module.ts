/** The module time. The place of a run, and that of times without another one, is UTC. */
import { fromCalendar } from "../values/calendar.ts";
import { EvalError } from "../values/errors.ts";
import { ModuleValue } from "../values/struct.ts";
import { Duration, Time, type TimeSupport } from "../values/time.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { utc, type Zone, zoneNamed } from "../values/zones.ts";
import { bindArguments, defineBuiltin, signatureOf } from "./arguments.ts";
import { Builtin, type BuiltinSpec, type Thread } from "./builtin.ts";
import { parseDuration } from "./duration-parse.ts";
import { parameter, positional, tableOf } from "./parameters.ts";
import { defaultLayout, formatTime } from "./time-format.ts";
import { parseTime, rfc3339 } from "./time-parse.ts";

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
    doc: 'The same moment in a time zone such as "Europe/Berlin".',
    parameters: [positional("name", "string")],
    returns: "time.time",
  },
  (thread, self, name) => {
    thread.charge(64);
    return makeTime((self as Time).unixNano, requireZone(thread, name as string));
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

/** A time value: ns since 1970 (UTC), seen at a place. */
export function makeTime(unixNano: bigint, zone: Zone = utc): Time {
  return new Time(unixNano, zone, support);
}

/** A time zone by name. Throws EvalError when there is none. */
function requireZone(thread: Thread, name: string): Zone {
  thread.spend(50);
  if (name.includes("..") || /^[/\\]/.test(name)) throw new EvalError("time: invalid location name");
  const zone = zoneNamed(name);
  if (zone === undefined) throw new EvalError(`unknown time zone ${name}`);
  return zone;
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
    doc: "Whether there is a time zone of that name in the IANA database.",
    parameters: [positional("name", "string")],
    returns: "bool",
  },
  (_thread, _self, name) => zoneNamed(name as string) !== undefined,
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
    if (typeof d === "string") thread.spend(d.length >> 1);
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
    const place = (location as string | undefined) ?? "UTC";
    const zone = requireZone(thread, place);
    thread.charge(64);
    requireShort("time", text as string);
    requireShort("format", (layout as string | undefined) ?? "");
    thread.spend(100);
    const parsed = parseTime(text as string, (layout as string | undefined) ?? rfc3339, zone);
    return makeTime(parsed.unixNano, parsed.zone);
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
    const zone = requireZone(thread, (values[7] as string | undefined) ?? "UTC");
    thread.charge(64);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanosecond = 0] = values as number[];
    for (const part of [year, month, day]) {
      if (Math.abs(part) > greatestDate) throw new EvalError(`time: ${part} out of range`);
    }
    return makeTime(fromCalendar({ year, month, day }, { hour, minute, second, nanosecond }, zone), zone);
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
