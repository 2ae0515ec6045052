/** Programs that print much and cannot fail: numbers, code points, time zones. */
import type { Random } from "../../src/languages/starlark/testing/fuzz/random.ts";

/** A float of any size as source text. */
function floatText(random: Random): string {
  const size = random.below(4);
  const mantissa = random.bits() / 2 ** random.between(0, 40) - random.bits() / 2 ** 32;
  const value = size === 0 ? mantissa : mantissa * 10 ** random.between(size === 1 ? -300 : -8, size === 1 ? 290 : 12);
  const text = Math.abs(value).toExponential();
  return value < 0 ? `-${text}` : text;
}

/** Floats as text and back, and arithmetic with them. */
export function floatProgram(random: Random): string {
  const values = random.several(150, 150, () => floatText(random));
  return `for x in [${values.join(", ")}]:
    print(x, "%e %f %g" % (x, x, x), float(str(x)) == x, int(x) if x < 1e30 and x > -1e30 else 0)
    for y in [3, -7.5, 1e-3, 1 << 60]:
        print(x + y, x * y, x / y, x // y, x % y, x < y, x == y)
`;
}

const unary =
  "exp sqrt acos asin atan cos sin tan acosh asinh atanh cosh sinh tanh gamma log fabs round degrees radians";

/** The functions of math, digit by digit. */
export function mathProgram(random: Random): string {
  const values = random.several(60, 60, () => floatText(random)).concat(["0", "-0.0", "1", "2.5", "-0.5", "33.5"]);
  const calls = unary.split(" ").map((name) => `math.${name}(x)`);
  return `for x in [${values.join(", ")}]:
    print(x, ${calls.join(", ")})
    for y in [2, 0.5, -1.5, 1e5]:
        print([f(x, y) for f in [math.pow, math.atan2, math.hypot, math.mod, math.remainder, math.copysign]])
`;
}

/** What code points are, in a stretch of them. */
export function unicodeProgram(random: Random): string {
  const start = random.chance(0.5) ? random.below(0x3000) : random.below(0x110000 - 3000);
  return `for c in range(${start}, ${start + 3000}):
    if c >= 0xd800 and c < 0xe000:
        continue
    s = chr(c)
    print(c, s.upper(), s.lower(), s.title(), s.capitalize(), ("x" + s + "x").title(), repr(s), len(s), ord(s))
    print(s.isupper(), s.islower(), s.istitle(), s.isalpha(), s.isdigit(), s.isalnum(), s.isspace(), s.strip() == "")
`;
}

/** Zones whose clocks have been the same in all editions of the database of the last years. */
const zones = [
  "Europe/Berlin",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "Pacific/Auckland",
  "Etc/GMT+5",
];

/** Moments and dates in time zones, since 1970. */
export function zoneProgram(random: Random): string {
  const moments = random.several(40, 40, () => random.between(0, 4_200_000_000));
  const dates = random.several(40, 40, () => `(${random.between(1970, 2100)}, ${random.between(1, 366)})`);
  return `zone = "${random.pick(zones)}"
for unix in [${moments.join(", ")}]:
    t = time.from_timestamp(unix).in_location(zone)
    print(t, t.unix, t.format("Mon Jan _2 3:04PM Z07:00 MST 2006 002"), time.parse_time(str(t), "2006-01-02 15:04:05 -0700 MST", zone))
for year, day in [${dates.join(", ")}]:
    for hour in [0, 1, 2, 3, 12]:
        t = time.time(year=year, month=1, day=day, hour=hour, minute=30, location=zone)
        print(t, t.unix, t + 12 * time.hour)
`;
}
