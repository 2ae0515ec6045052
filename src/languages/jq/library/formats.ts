/** Formats: `@csv`, `@base64` and the others, which are calls of `format/1`. */
import type { Value } from "../value.ts";
import { base32Decode, base32Encode } from "./base32.ts";
import { base64Decode, base64Encode } from "./base64.ts";
import type { Level, NativeContext, NativeFunction } from "./contract.ts";
import { textBytes, stepsOfWriting } from "./contract.ts";
import { fail, failOn } from "./fail.ts";
import { printJson, textOf } from "./json-print.ts";
import { numberText } from "./number-text.ts";
import { refuseSecret } from "./secrets.ts";
import { utf8Bytes } from "./utf8.ts";

/** `format/1`. */
export const formatFunctions: readonly NativeFunction[] = [
  { name: "format", arity: 1, call: (context, input, name) => format(context, input, name) },
];

type Formatter = (context: NativeContext, input: Value) => string;

const formatters: ReadonlyMap<string, Formatter> = new Map<string, Formatter>([
  ["text", textOf],
  ["json", printJson],
  ["html", (context, input) => encode(context, input, (text) => htmlText(text, context.level))],
  ["uri", (context, input) => encode(context, input, (text) => uriText(text, context.level))],
  ["csv", (context, input) => formatRow(context, input, "csv")],
  ["tsv", (context, input) => formatRow(context, input, "tsv")],
  ["sh", shellText],
  ["base64", (context, input) => encode(context, input, base64Encode)],
  ["base64d", (context, input) => encode(context, input, base64Decode)],
  ["base32", (context, input) => encode(context, input, base32Encode)],
  ["base32d", (context, input) => encode(context, input, base32Decode)],
]);

function format(context: NativeContext, input: Value, name: Value): string {
  if (typeof name !== "string") failOn(name, "is not a valid format");
  const known = name.split("\0", 1)[0]!;
  const formatter = formatters.get(known);
  if (formatter === undefined) fail(`${known} is not a valid format`);
  return formatter(context, input);
}

function encode(context: NativeContext, input: Value, encoder: (text: string) => string): string {
  const text = textOf(context, input);
  refuseSecret(text);
  context.charge(1 + stepsOfWriting * (text.length >>> 2));
  context.allocate(textBytes(3 * text.length));
  return encoder(text);
}

/** In every format that escapes at all, U+0000 becomes a backslash and a zero. */
const nul = String.raw`\0`;

const htmlEscapes: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["\0", nul],
]);

function htmlText(text: string, level: Level): string {
  const apostrophe = level === "1.6" ? "&apos;" : "&#39;";
  return text.replace(/[&<>'"\0]/g, (character) => htmlEscapes.get(character) ?? apostrophe);
}

function uriText(text: string, level: Level): string {
  const unreserved = level === "1.6" ? /[A-Za-z0-9_.~!*'()-]/ : /[A-Za-z0-9_.~-]/;
  let encoded = "";
  for (const byte of utf8Bytes(text)) {
    const character = String.fromCharCode(byte);
    encoded += unreserved.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

function formatRow(context: NativeContext, input: Value, kind: "csv" | "tsv"): string {
  if (!Array.isArray(input)) failOn(input, `cannot be ${kind}-formatted, only array`);
  context.charge(stepsOfWriting * input.length);
  context.allocate(textBytes(4 * input.length));
  return input.map((cell) => cellText(context, cell, kind)).join(kind === "csv" ? "," : "\t");
}

function cellText(context: NativeContext, cell: Value, kind: "csv" | "tsv"): string {
  if (cell === null || Number.isNaN(cell)) return "";
  switch (typeof cell) {
    case "boolean":
      return String(cell);
    case "number":
      return numberText(cell);
    case "string":
      refuseSecret(cell);
      context.charge(cell.length >>> 1);
      context.allocate(textBytes(cell.length));
      return kind === "csv" ? `"${withoutNul(cell).replaceAll('"', '""')}"` : tabbedText(cell);
    default:
      return failOn(cell, "is not valid in a csv row");
  }
}

const tabEscapes: ReadonlyMap<string, string> = new Map([
  ["\t", String.raw`\t`],
  ["\r", String.raw`\r`],
  ["\n", String.raw`\n`],
  ["\\", String.raw`\\`],
  ["\0", nul],
]);

function tabbedText(text: string): string {
  return text.replace(/[\t\r\n\\\0]/g, (character) => tabEscapes.get(character)!);
}

function withoutNul(text: string): string {
  return text.replaceAll("\0", nul);
}

/** Words for a shell: strings in single quotes, everything else as JSON. */
function shellText(context: NativeContext, input: Value): string {
  const words = Array.isArray(input) ? input : [input];
  context.charge(stepsOfWriting * words.length);
  return words.map((word) => shellWord(context, word)).join(" ");
}

function shellWord(context: NativeContext, word: Value): string {
  if (word !== null && typeof word === "object") failOn(word, "can not be escaped for shell");
  if (typeof word !== "string") return textOf(context, word);
  refuseSecret(word);
  context.charge(word.length >>> 1);
  context.allocate(textBytes(word.length));
  return `'${withoutNul(word).replaceAll("'", String.raw`'\''`)}'`;
}
