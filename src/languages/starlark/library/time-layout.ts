/** Layouts of times, after Go's: the parts of the reference time "Mon Jan 2 15:04:05 MST 2006" stand for themselves. */

/** What a piece of a layout stands for; `text` is the piece. */
export interface LayoutPiece {
  kind: LayoutKind;
  text: string;
}

export type LayoutKind =
  | "literal"
  | "year"
  | "year2"
  | "monthName"
  | "monthShort"
  | "month"
  | "month2"
  | "weekdayName"
  | "weekdayShort"
  | "day"
  | "day2"
  | "dayPadded"
  | "yearDay3"
  | "yearDayPadded"
  | "hour24"
  | "hour12"
  | "hour12of2"
  | "minute"
  | "minute2"
  | "second"
  | "second2"
  | "PM"
  | "pm"
  | "zoneName"
  | "zone"
  | "zoneOrZ"
  | "fraction0"
  | "fraction9";

/** Longer pieces before shorter ones that they begin with. A fraction must not be followed by another digit. */
const piecePattern = new RegExp(
  [
    "January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST",
    "2006|_2006|__2|_2|002|01|02|03|04|05|06|15|[1-5]",
    "PM|pm",
    "[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07",
    "[.,](?:0+|9+)(?![0-9])",
  ].join("|"),
  "g",
);

const kinds: ReadonlyMap<string, LayoutKind> = new Map<string, LayoutKind>([
  ["January", "monthName"],
  ["Jan", "monthShort"],
  ["Monday", "weekdayName"],
  ["Mon", "weekdayShort"],
  ["MST", "zoneName"],
  ["2006", "year"],
  ["06", "year2"],
  ["1", "month"],
  ["01", "month2"],
  ["2", "day"],
  ["02", "day2"],
  ["_2", "dayPadded"],
  ["002", "yearDay3"],
  ["__2", "yearDayPadded"],
  ["15", "hour24"],
  ["3", "hour12"],
  ["03", "hour12of2"],
  ["4", "minute"],
  ["04", "minute2"],
  ["5", "second"],
  ["05", "second2"],
  ["PM", "PM"],
  ["pm", "pm"],
]);

function kindOf(text: string): LayoutKind {
  const kind = kinds.get(text);
  if (kind !== undefined) return kind;
  if (text.startsWith("Z")) return "zoneOrZ";
  if (text.startsWith("-")) return "zone";
  return text.charAt(1) === "0" ? "fraction0" : "fraction9";
}

/** A layout taken apart. */
export function parseLayout(layout: string): LayoutPiece[] {
  const pieces: LayoutPiece[] = [];
  let rest = 0;
  for (const match of layout.matchAll(piecePattern)) {
    let [text] = match;
    let at = match.index;
    // "_2006" is an underscore before a year.
    if (text === "_2006") [text, at] = ["2006", at + 1];
    if (at > rest) pieces.push({ kind: "literal", text: layout.slice(rest, at) });
    pieces.push({ kind: kindOf(text), text });
    rest = at + text.length;
  }
  if (rest < layout.length) pieces.push({ kind: "literal", text: layout.slice(rest) });
  return pieces;
}

export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** How text of an offset is made: ":" between parts or nothing, and whether seconds are shown. */
export function offsetShape(text: string): { separator: string; minutes: boolean; seconds: boolean } {
  const digits = text.replaceAll(/[^0-9]/g, "").length;
  return { separator: text.includes(":") ? ":" : "", minutes: digits >= 4, seconds: digits === 6 };
}

/** A text (byte string) in quotes, as Go's package time writes it in errors: only ASCII as it is. */
export function quoteTimeText(text: string): string {
  const escaped = text.replaceAll(/["\\]|[^ -\x7f]/g, (char) =>
    char === '"' || char === "\\" ? `\\${char}` : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}
