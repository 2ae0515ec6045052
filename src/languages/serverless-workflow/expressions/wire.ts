/** Values at the border to engines and actions: as wire text, in which the marker of a secret is a wire secret. */
import {
  decodeWire,
  type SecretEncoding,
  type SecretPart,
  SecretText,
  toBase64,
  type WireText,
  type WireValue,
} from "../../../core/wire.ts";
import type { Value } from "../../jq/value.ts";
import { numberJson, readJson, withoutMarkers, writeJson } from "../data/json.ts";

/** Wire text of a value. */
export function toWire(value: Value): WireText {
  return write(value) as WireText;
}

function write(value: Value): string {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number") return numberJson(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  let text = "{";
  for (const [name, member] of value) {
    // A user's object is never taken for a marker of wire text.
    const escape = value.size === 1 && name.startsWith("$") ? "$" : "";
    text += `${text.length > 1 ? "," : ""}${JSON.stringify(escape + withoutMarkers(name))}:${write(member)}`;
  }
  return `${text}}`;
}

function writeText(text: string): string {
  return text.includes("\uFDD0") ? `{"$secret":${JSON.stringify(secretParts(text))}}` : JSON.stringify(text);
}

/** A text with markers as literal strings and names of secrets, with how their values are to be written there. */
function secretParts(text: string): SecretPart[] {
  const parts: SecretPart[] = [];
  for (const [i, piece] of text.split(/\ufdd0([^\ufdd0\ufdd1]*)\ufdd1/).entries()) {
    if (i % 2 === 0) {
      if (piece !== "") parts.push(piece);
      continue;
    }
    const [name, as] = piece.split("\uFDD2") as [string, SecretEncoding?];
    parts.push(as === undefined ? { name } : { name, as });
  }
  return parts;
}

/** A text in which the secret of this name goes. */
export function secretText(name: string): string {
  return `\uFDD0${name}\uFDD1`;
}

const wireMarker = /"\$/;

/** The value of a wire text that an action or a child run answered with. Bytes become their base64. Throws SyntaxError. */
export function fromWire(text: WireText): Value {
  return wireMarker.test(text) ? fromWireValue(decodeWire(text)) : readJson(text);
}

function fromWireValue(value: WireValue): Value {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string") return withoutMarkers(value);
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return toBase64(value);
  if (value instanceof SecretText) {
    return value.parts
      .map((part) => (typeof part === "string" ? withoutMarkers(part) : secretText(part.name)))
      .join("");
  }
  if (Array.isArray(value)) return value.map(fromWireValue);
  return new Map(Object.keys(value).map((name) => [withoutMarkers(name), fromWireValue(value[name]!)] as const));
}

/** The value of plain JSON text from outside: an input, an event, a command. Throws SyntaxError. */
export function fromJson(text: string): Value {
  return readJson(text);
}

/** Plain JSON of a value, for events and inputs of other runs, which cannot hold secrets: undefined when it holds one. */
export function toPlainJson(value: Value): string | undefined {
  const text = writeJson(value);
  return text.includes("\uFDD0") ? undefined : text;
}
