/**
 * Texts in which secrets have a place: U+FDD0, the secret's name, U+FDD1. Where such a text becomes part of a larger one (JSON, a
 * URL), the secret's value has to be written as that needs it; the value is known to the action only, so the place says how: U+FDD2
 * and the name of an encoding stand behind the secret's name.
 */
import type { SecretEncoding } from "../../../core/wire.ts";

const place = /\ufdd0([^\ufdd1\ufdd2]*)(?:\ufdd2[^\ufdd1]*)?\ufdd1/g;

/** Whether the value of a secret goes into this text. */
export function hasSecret(text: string): boolean {
  return text.includes("\ufdd0");
}

/** `text` with what is plain in it encoded by `encode`, and the secrets in it to be encoded as `as` says. */
export function encodeAround(text: string, as: SecretEncoding, encode: (plain: string) => string): string {
  if (!hasSecret(text)) return encode(text);
  let encoded = "";
  let from = 0;
  for (const match of text.matchAll(place)) {
    encoded += encode(text.slice(from, match.index)) + `\ufdd0${match[1]}\ufdd2${as}\ufdd1`;
    from = match.index + match[0].length;
  }
  return encoded + encode(text.slice(from));
}

/** For messages: secrets are `***`. */
export function shownText(text: string): string {
  return hasSecret(text) ? text.replace(place, "***") : text;
}

/** Percent-encodes everything but letters, digits and "-._~" (RFC 3986, unreserved). */
export function percentEncoded(text: string): string {
  return encodeAround(text, "percent", encodeUnreserved);
}

/**
 * Percent-encodes as `allowReserved` of OpenAPI asks: reserved characters and percent-encoded triples stay. "#", "[", "]", "&" and
 * "+" are encoded all the same, as they would end or change the query.
 */
export function reservedKept(text: string): string {
  return encodeAround(text, "percent", (plain) =>
    plain.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?@!$'()*,;=]/gu, (match) =>
      match.length === 3 && match.startsWith("%") ? match : encodeUnreserved(match),
    ),
  );
}

function encodeUnreserved(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
