/** Literals as source text, in all the ways they can be written. */
import type { Random } from "./random.ts";

const interestingInts = [
  "0",
  "1",
  "2",
  "3",
  "7",
  "10",
  "63",
  "64",
  "255",
  "256",
  "1000",
  "65535",
  "2147483647",
  "2147483648",
  "4294967296",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "18446744073709551616",
  "123456789012345678901234567890",
];

/** An integer, not negative. */
export function intLiteral(random: Random): string {
  const form = random.below(20);
  if (form < 12) return `${random.between(0, 12)}`;
  if (form < 16) return random.pick(interestingInts);
  if (form === 16) return `0${random.pick(["x", "X"])}${random.bits().toString(16)}`;
  if (form === 17) return `0${random.pick(["o", "O"])}${random.below(5000).toString(8)}`;
  if (form === 18) return `0${random.pick(["b", "B"])}${random.below(300).toString(2)}`;
  return String(BigInt(random.bits()) ** BigInt(random.between(1, 5)));
}

/** A small integer, for shifts, repetitions, indexes. */
export function smallLiteral(random: Random): string {
  return `${random.between(0, 4)}`;
}

const floats = [
  "0.0",
  "1.0",
  ".5",
  "2.",
  "1.5",
  "2.25",
  "3.0",
  "1e10",
  "1E-5",
  "1.5e+3",
  "1e21",
  "1e22",
  "1e100",
  "1e-100",
  "123456789.125",
  "0.1",
  "1e308",
  "5e-324",
  "2.2250738585072014e-308",
  "9007199254740993.0",
  "1e15",
  "123456.0",
  "1234567.0",
  "0.0001",
  "0.00001",
];

/** A float, not negative. */
export function floatLiteral(random: Random): string {
  if (random.chance(0.7)) return random.pick(floats);
  return `${random.below(1000)}.${random.below(1000)}${random.chance(0.3) ? `e${random.between(-30, 30)}` : ""}`;
}

const letters = Array.from("abcxyzABZ019 _-.,:;/=+%{}()[]<>'é€ß😀ǅ\u0130\u03a3");

/** Plain characters without quotes, backslashes and line ends. */
function plainText(random: Random, longest = 6): string {
  const length = random.below(longest + 1);
  let text = "";
  for (let i = 0; i < length; i++) {
    const character = random.pick(letters);
    if (character !== "'") text += random.chance(0.75) ? random.pick(Array.from("abcABC1 ")) : character;
  }
  return text;
}

const words = [
  "",
  "a",
  "b",
  "ab",
  "abc",
  "hello world",
  "Hello, World",
  "a,b,c",
  " a b ",
  "one two  three",
  "key=value",
  "aXbXc",
  "42",
  "-17",
  "3.25",
  "0x1F",
  "naïve",
  "élan",
  "日本語",
  "😀!",
  "ǅungla",
  "STRASSE",
  "İi",
  "%s",
  "{}",
  "x\\ty\\n",
  "line1\\nline2\\r\\nline3",
  "\\x00",
  "[1, 2]",
  '{\\"a\\": 1}',
  "null",
  "true",
  "2011-04-22",
  "1h30m",
];

const stringEscapes = [
  "\\n",
  "\\t",
  "\\r",
  "\\\\",
  "\\0",
  "\\a",
  "\\b",
  "\\f",
  "\\v",
  "\\x41",
  "\\x7f",
  "\\101",
  "\\7",
  "\\12",
  "\\u00e9",
  "\\u20AC",
  "\\U0001F600",
  '\\"',
  "\\'",
];
const byteEscapes = [...stringEscapes, "\\xff", "\\x80", "\\377", "\\xc3\\xa9"];

/** A string: quoted once or three times, with either quote, raw or with escapes. */
export function stringLiteral(random: Random): string {
  if (random.chance(0.55)) return `"${random.pick(words)}"`;
  return quoted(random, "", stringEscapes);
}

/** A bytes literal. */
export function bytesLiteral(random: Random): string {
  if (random.chance(0.4)) return `b"${random.pick(["", "a", "abc", "hello", "\\xff\\x00", "é", "日本"])}"`;
  return quoted(random, "b", byteEscapes);
}

function quoted(random: Random, prefix: string, escapes: readonly string[]): string {
  const raw = random.chance(0.12);
  const triple = random.chance(0.15);
  const quote = random.pick(['"', "'"]).repeat(triple ? 3 : 1);
  const parts = random.several(0, 4, () => {
    if (raw) return random.chance(0.2) ? random.pick(["\\n", "\\d", '\\"', "\\'", "\\\\"]) : plainText(random);
    if (triple && random.chance(0.2)) return random.pick(["\n", "\\\n", "\r\n", "\t"]);
    return random.chance(0.35) ? random.pick(escapes) : plainText(random);
  });
  return `${raw ? random.pick(["r", "R"]).toLowerCase() : ""}${prefix}${quote}${parts.join("")}${quote}`;
}
