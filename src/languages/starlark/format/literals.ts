/** How literals are written: strings in double quotes, unless that would need escapes. */
import { toText } from "../values/text.ts";

const letters: Readonly<Record<string, string>> = {
  "\x07": "a",
  "\b": "b",
  "\f": "f",
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\v": "v",
  "\\": "\\",
  '"': '"',
};

/**
 * A literal in the style's spelling. One in double quotes, or with a double quote in it, stays as it is written. What has to be
 * quoted anew is spelled with the shortest escapes, unless it is more than ASCII: then its characters stay as they are written.
 */
export function styledString(token: string, value: string): string {
  const [, prefix, quotes] = /^([rb]*)("""|'''|["'])/.exec(token)!;
  if (quotes!.startsWith('"') || value.includes('"')) return token;
  const inner = token.slice(prefix!.length + quotes!.length, -quotes!.length);
  const double = '"'.repeat(quotes!.length);
  const isSpelled = prefix === "" && /^[\0-\x7f]*$/.test(value);
  if (prefix!.startsWith("r")) return prefix + double + inner + double;
  return prefix + double + (isSpelled ? spell(value, quotes!.length === 3) : withoutEscapedQuotes(inner)) + double;
}

/** A string of any text that is not written anywhere yet. `text` is a byte string. */
export function quotedString(text: string): string {
  return `"${toText(text).replaceAll(/["\\]/g, "\\$&")}"`;
}

function withoutEscapedQuotes(inner: string): string {
  return inner.replaceAll(/\\[^]/g, (escape) => (escape === "\\'" ? "'" : escape));
}

function spell(value: string, isTriple: boolean): string {
  let spelled = "";
  for (const character of value) {
    const letter = letters[character];
    const code = character.charCodeAt(0);
    if (character === "\n" && isTriple) spelled += character;
    else if (letter !== undefined) spelled += `\\${letter}`;
    else if (code < 0x20) spelled += `\\${code.toString(8).padStart(3, "0")}`;
    else spelled += character;
  }
  return spelled;
}

/**
 * A docstring's literal with its lines moved from one indentation to another, and without spaces at their ends. Lines that
 * are indented less than the first lose what they have.
 */
export function reindented(token: string, from: number, to: number): string {
  const [first, ...lines] = token.split("\n");
  const moved = lines.map((line, i) => {
    const shifted = to >= from ? " ".repeat(to - from) + line : outdented(line, from - to);
    return i === lines.length - 1 ? shifted : shifted.replace(/ +$/, "");
  });
  return [first, ...moved].join("\n");
}

/** A line of spaces alone that is too short stays; its spaces are at its end. */
function outdented(line: string, count: number): string {
  const spaces = /^ */.exec(line)![0].length;
  return spaces === line.length && spaces <= count ? line : line.slice(Math.min(spaces, count));
}

/** A float has a digit before its dot, and the shortest exponent. */
export function styledNumber(text: string): string {
  if (/^0\d/.test(text) && !text.includes(".")) return `0o${text.slice(1)}`;
  const float = /^(\d*)(\.\d*)(?:[eE]([+-]?)(\d+))?$/.exec(text);
  if (float === null) return text;
  const [, whole, fraction, direction, exponent] = float;
  const mantissa = `${whole || "0"}${fraction}`;
  if (exponent === undefined) return mantissa;
  return `${mantissa}e${direction === "-" ? `-${exponent}` : exponent.replace(/^0+(?=.)/, "")}`;
}
