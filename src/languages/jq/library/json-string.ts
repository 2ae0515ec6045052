/** What stands between the quotes of a JSON string. */
import { utf8Length } from "./dump.ts";
import { withoutMarkers } from "./secrets.ts";

/** What is wrong with a JSON text; becomes the text of a `JqError`. */
export class JsonProblem extends Error {}

// oxlint-disable-next-line no-control-regex
const needsDecoding = /[\\\u0001-\u001e]/u;

const escapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ['"', '"'],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** The string that `raw`, with escapes, stands for; or what is wrong with it. U+0000 and U+001F may stand as they are. */
export function decodeString(raw: string): string | JsonProblem {
  if (!needsDecoding.test(raw)) return raw;
  let text = "";
  let position = 0;
  while (position < raw.length) {
    const character = raw[position]!;
    if (character !== "\\") {
      if (character < "\u001f" && character > "\0") {
        return new JsonProblem("Invalid string: control characters from U+0000 through U+001F must be escaped");
      }
      text += character;
      position++;
      continue;
    }
    const escape = raw[position + 1]!;
    const short = escapes.get(escape);
    if (short !== undefined) {
      text += short;
      position += 2;
      continue;
    }
    if (escape !== "u") return new JsonProblem("Invalid escape");
    const codePoint = decodeUnicode(raw, position);
    if (typeof codePoint === "string") return new JsonProblem(codePoint);
    text += codePoint >= 0xdc00 && codePoint < 0xe000 ? "\uFFFD" : String.fromCodePoint(codePoint);
    position += codePoint > 0xffff ? 12 : 6;
  }
  return withoutMarkers(text);
}

/** The code point of `\uXXXX`, or of a pair of them, at `position`; or what is wrong with it. */
function decodeUnicode(raw: string, position: number): number | string {
  const digits = raw.slice(position + 2, position + 6);
  if (utf8Length(raw.slice(position + 2, position + 6)) < 4) return String.raw`Invalid \uXXXX escape`;
  if (!hexDigits.test(digits)) return String.raw`Invalid characters in \uXXXX escape`;
  const first = Number.parseInt(digits, 16);
  if (first < 0xd800 || first > 0xdbff) return first;
  const second = pairEscape.exec(raw.slice(position + 6, position + 12));
  if (second === null) return String.raw`Invalid \uXXXX\uXXXX surrogate pair escape`;
  return 0x10000 + ((first - 0xd800) << 10) + (Number.parseInt(second[1]!, 16) - 0xdc00);
}

const hexDigits = /^[0-9a-fA-F]{4}$/;
const pairEscape = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})$/;
