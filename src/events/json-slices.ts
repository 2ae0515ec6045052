/**
 * Where values stand inside JSON text, so that they can be taken out byte for byte: numbers, the order of keys and the spelling of
 * strings survive. Everything here expects bytes that JSON.parse has accepted, and positions at the first byte of a value.
 */

/** A half-open range of bytes. */
export interface Slice {
  start: number;
  end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const space = 0x20;

/** The first position at or after `at` that is not white space. */
export function skipSpace(json: Uint8Array, at: number): number {
  while (json[at]! <= space) at++;
  return at;
}

/** The members of the object at `at` with this name: the last one counts, as for JSON.parse. `end` is behind the object. */
export function sliceMember(json: Uint8Array, at: number, name: string): { member: Slice | undefined; end: number } {
  let member: Slice | undefined;
  let here = skipSpace(json, at + 1);
  while (json[here] !== closeBrace) {
    const keyEnd = skipString(json, here);
    const isWanted = isKey(json, here, keyEnd, name);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = skipValue(json, start);
    if (isWanted) member = { start, end };
    here = skipSpace(json, end);
    if (json[here] === comma) here = skipSpace(json, here + 1);
  }
  return { member, end: here + 1 };
}

function skipValue(json: Uint8Array, at: number): number {
  const first = json[at];
  if (first === quote) return skipString(json, at);
  if (first === openBrace || first === openBracket) return skipNested(json, at);
  while (at < json.length && !endsScalar(json[at]!)) at++;
  return at;
}

function skipNested(json: Uint8Array, at: number): number {
  let depth = 0;
  for (;;) {
    const byte = json[at]!;
    if (byte === quote) {
      at = skipString(json, at);
      continue;
    }
    at++;
    if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at;
  }
}

function skipString(json: Uint8Array, at: number): number {
  at++;
  for (;;) {
    const byte = json[at]!;
    if (byte === quote) return at + 1;
    at += byte === backslash ? 2 : 1;
  }
}

function endsScalar(byte: number): boolean {
  return byte <= space || byte === comma || byte === closeBrace || byte === closeBracket;
}

/** Whether the string from `start` to `end`, quotes included, says `name`, which is ASCII. */
function isKey(json: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start - 2 === name.length) {
    for (let i = 0; i < name.length; i++) if (json[start + 1 + i] !== name.charCodeAt(i)) return false;
    return true;
  }
  // Escapes make a key longer than what it says.
  const text = json.subarray(start, end);
  return text.includes(backslash) && JSON.parse(new TextDecoder().decode(text)) === name;
}
