/** String literals: quoting as starlark-go does. */
import { decodeRune, runeError } from "./text.ts";
import { isPrintable } from "./unicode.ts";

const plain = /^[ !#-[\]-~]*$/;

const escapes: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, "\\\\"],
  [0x07, "\\a"],
  [0x08, "\\b"],
  [0x0c, "\\f"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x0b, "\\v"],
]);

/** A byte string as a literal in double quotes. Bytes that cannot be decoded are written \xXX. */
export function quoteText(data: string): string {
  if (plain.test(data)) return `"${data}"`;
  let text = '"';
  let copied = 0;
  for (let i = 0; i < data.length;) {
    const { rune, width } = decodeRune(data, i);
    const escape = escapeOf(data, i, rune, width);
    if (escape !== undefined) {
      text += data.slice(copied, i) + escape;
      copied = i + width;
    }
    i += width;
  }
  return `${text}${data.slice(copied)}"`;
}

/** How one code point must be written; undefined when it may stand as it is. */
function escapeOf(data: string, offset: number, rune: number, width: number): string | undefined {
  if (rune === runeError && width === 1) return `\\x${hex(data.charCodeAt(offset), 2)}`;
  const escape = escapes.get(rune);
  if (escape !== undefined) return escape;
  if (isPrintable(rune)) return undefined;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
