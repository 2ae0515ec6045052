/**
 * How parameters are written: "Style Values" and "Style Examples" of OpenAPI 3, which follow RFC 6570. Null is left out, also inside
 * arrays and objects; what is nested deeper than the styles know is written as JSON.
 */
import type { JqObject, Value } from "../../../jq/value.ts";
import { printJson } from "../json-text.ts";
import { percentEncoded, reservedKept } from "../secret-text.ts";
import type { ParameterStyle } from "./rest-plan.ts";

/** How one parameter is written. */
export interface Writing {
  name: string;
  style: ParameterStyle;
  explode: boolean;
  allowReserved?: true;
}

/** A text of its own: numbers and booleans as in JSON, what is nested as JSON. */
export function plainText(value: Value): string {
  if (typeof value === "string") return value;
  return printJson(value);
}

/** A path parameter in place of its braces. */
export function writePath(value: Value, writing: Writing): string {
  const { name, style, explode } = writing;
  const key = percentEncoded(name);
  if (style === "json") return percentEncoded(printJson(value));
  if (style === "label") return `.${joined(value, explode, explode ? "." : ",", percentEncoded)}`;
  if (style !== "matrix") return joined(value, explode, separatorOf(style), percentEncoded);
  if (explode && Array.isArray(value))
    return elements(value)
      .map((item) => `;${key}=${percentEncoded(item)}`)
      .join("");
  if (explode && value instanceof Map) return `;${joined(value, true, ";", percentEncoded)}`;
  const text = joined(value, false, ",", percentEncoded);
  return text === "" ? `;${key}` : `;${key}=${text}`;
}

/** A header's value; headers are not percent-encoded. */
export function writeHeader(value: Value, { style, explode }: Writing): string {
  if (style === "json") return printJson(value);
  return joined(value, explode, separatorOf(style), (text) => text);
}

/** The `name=value` pieces of a query or a form; none for what is left out. */
export function writeQuery(value: Value, writing: Writing): string[] {
  const { name, style, explode, allowReserved } = writing;
  const encode = allowReserved === true ? reservedKept : percentEncoded;
  const key = percentEncoded(name);
  if (value === null) return [];
  if (style === "json") return [`${key}=${encode(printJson(value))}`];
  if (value instanceof Map) return writeQueryObject(value, writing, encode);
  if (!Array.isArray(value)) return [`${key}=${encode(plainText(value))}`];
  const items = elements(value);
  if (items.length === 0) return [];
  if (explode || style === "deepObject") return items.map((item) => `${key}=${encode(item)}`);
  return [`${key}=${items.map(encode).join(encodedSeparator(style))}`];
}

function writeQueryObject(object: JqObject, writing: Writing, encode: (text: string) => string): string[] {
  const { name, style, explode } = writing;
  if (style === "deepObject") return deepPieces(percentEncoded(name), object, encode);
  const pairs = members(object);
  if (pairs.length === 0) return [];
  if (explode) return pairs.map(([member, text]) => `${percentEncoded(member)}=${encode(text)}`);
  return [`${percentEncoded(name)}=${pairs.flat().map(encode).join(encodedSeparator(style))}`];
}

/** `color[R]=100`; objects in objects go on in further brackets, arrays repeat the name. */
function deepPieces(prefix: string, value: Value, encode: (text: string) => string): string[] {
  if (value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((item) => deepPieces(prefix, item instanceof Map ? printJson(item) : item, encode));
  if (!(value instanceof Map)) return [`${prefix}=${encode(plainText(value))}`];
  return [...value].flatMap(([member, inner]) => deepPieces(`${prefix}%5B${percentEncoded(member)}%5D`, inner, encode));
}

/** A value as one text: elements, or names and values, with `separator` between them. */
function joined(value: Value, explode: boolean, separator: string, encode: (text: string) => string): string {
  if (Array.isArray(value)) return elements(value).map(encode).join(separator);
  if (!(value instanceof Map)) return encode(plainText(value));
  const pairs = members(value).map(([name, text]) => [encode(name), encode(text)]);
  return explode ? pairs.map((pair) => pair.join("=")).join(separator) : pairs.flat().join(separator);
}

function elements(array: readonly Value[]): string[] {
  return array.filter((item) => item !== null).map(plainText);
}

function members(object: JqObject): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [name, value] of object) if (value !== null) pairs.push([name, plainText(value)]);
  return pairs;
}

/** Between the elements in a path or a header, where OpenAPI 2 also allows blanks, tabs and pipes. */
function separatorOf(style: ParameterStyle): string {
  return style === "form" || style === "simple" ? "," : encodedSeparator(style);
}

function encodedSeparator(style: ParameterStyle): string {
  if (style === "spaceDelimited") return "%20";
  if (style === "pipeDelimited") return "%7C";
  return style === "tabDelimited" ? "%09" : ",";
}
