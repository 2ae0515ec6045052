/** Google's well-known types, which JSON writes in ways of their own: times as texts, wrappers as their values. */
import type { WireValue } from "../../core/wire.ts";
import { isObject, shown } from "../input-texts.ts";
import { type Place, scalarOf } from "./protobuf-scalars.ts";
import { deepest, ProtobufProblem } from "./protobuf-types.ts";
import { ProtobufReader, ProtobufWriter, wireTypes } from "./protobuf-writer.ts";

const wrappers: Record<string, string> = {
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "float",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.UInt64Value": "uint64",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "bytes",
};

const others = new Set(
  ["Timestamp", "Duration", "Struct", "Value", "ListValue", "FieldMask", "Empty", "Any"].map(
    (name) => `google.protobuf.${name}`,
  ),
);

/** Whether JSON has a way of its own for a type. */
export function isWellKnown(type: string): boolean {
  return Object.hasOwn(wrappers, type) || others.has(type);
}

type EncodeMessage = (value: WireValue, type: string) => Uint8Array;
type DecodeMessage = (bytes: Uint8Array, type: string) => WireValue;

/** Throws ProtobufProblem. */
export function encodeWellKnown(type: string, value: WireValue, place: Place, encode: EncodeMessage): Uint8Array {
  const scalar = wrappers[type];
  if (scalar !== undefined) return single(1, scalar, scalarOf(scalar, value, place));
  switch (type) {
    case "google.protobuf.Timestamp":
      return secondsAndNanos(timestampParts(value, place));
    case "google.protobuf.Duration":
      return secondsAndNanos(durationParts(value, place));
    case "google.protobuf.FieldMask":
      return fieldMask(value, place);
    case "google.protobuf.Empty":
      return new Uint8Array();
    case "google.protobuf.Any":
      return encodeAny(value, place, encode);
    case "google.protobuf.Struct":
      return encodeStruct(value, place);
    case "google.protobuf.ListValue":
      return encodeList(value, place);
    default:
      return encodeValue(value, place);
  }
}

/** Throws ProtobufProblem. */
export function decodeWellKnown(type: string, bytes: Uint8Array, decode: DecodeMessage, depth: number): WireValue {
  const scalar = wrappers[type];
  if (scalar !== undefined) return decodeWrapper(scalar, bytes);
  switch (type) {
    case "google.protobuf.Timestamp":
      return timestampText(readParts(bytes));
    case "google.protobuf.Duration":
      return durationText(readParts(bytes));
    case "google.protobuf.FieldMask":
      return readAll(bytes, "string").map(lowerCamelPath).join(",");
    case "google.protobuf.Empty":
      return {};
    case "google.protobuf.Any":
      return decodeAny(bytes, decode);
    default:
      return decodeStructural(type, bytes, depth);
  }
}

interface Parts {
  seconds: bigint;
  nanos: bigint;
}

function single(number: number, type: string, value: string | boolean | number | bigint | Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  writer.tag(number, ProtobufWriter.wireTypeOf(type));
  writer.scalar(type, value);
  return writer.finish();
}

function secondsAndNanos({ seconds, nanos }: Parts): Uint8Array {
  const writer = new ProtobufWriter();
  if (seconds !== 0n) writer.raw(single(1, "int64", seconds));
  if (nanos !== 0n) writer.raw(single(2, "int32", nanos));
  return writer.finish();
}

/** RFC 3339. */
function timestampParts(value: WireValue, { path }: Place): Parts {
  const match =
    typeof value === "string"
      ? /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(value)
      : null;
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`.toUpperCase());
  if (match === null || Number.isNaN(ms))
    throw new ProtobufProblem(`${path} must be a time such as "2026-01-02T03:04:05Z", got ${shown(value)}`);
  return { seconds: BigInt(ms / 1000), nanos: BigInt((match[2] ?? "").padEnd(9, "0")) };
}

function timestampText({ seconds, nanos }: Parts): string {
  const ms = Number(seconds) * 1000;
  if (Math.abs(ms) > 8.64e15) throw new ProtobufProblem("a time is out of range");
  return `${new Date(ms).toISOString().slice(0, -5)}${fraction(nanos)}Z`;
}

function durationParts(value: WireValue, { path }: Place): Parts {
  const match = typeof value === "string" ? /^(-)?(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(value) : null;
  if (match === null) throw new ProtobufProblem(`${path} must be seconds such as "1.5s", got ${shown(value)}`);
  const sign = match[1] === undefined ? 1n : -1n;
  return { seconds: sign * BigInt(match[2]!), nanos: sign * BigInt((match[3] ?? "").padEnd(9, "0")) };
}

function durationText({ seconds, nanos }: Parts): string {
  const isNegative = seconds < 0n || nanos < 0n;
  return `${isNegative ? "-" : ""}${seconds < 0n ? -seconds : seconds}${fraction(nanos < 0n ? -nanos : nanos)}s`;
}

/** None, three, six or nine digits. */
function fraction(nanos: bigint): string {
  if (nanos === 0n) return "";
  const digits = nanos.toString().padStart(9, "0");
  return `.${digits.replace(/(?:000){1,2}$/, "")}`;
}

function readParts(bytes: Uint8Array): Parts {
  const parts = { seconds: 0n, nanos: 0n };
  each(bytes, (number, wireType, reader) => {
    if (number === 1) parts.seconds = reader.scalar("int64") as bigint;
    else if (number === 2) parts.nanos = reader.scalar("int32") as bigint;
    else reader.skip(wireType);
  });
  return parts;
}

function each(bytes: Uint8Array, read: (number: number, wireType: number, reader: ProtobufReader) => void): void {
  const reader = new ProtobufReader(bytes);
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.tag();
    read(number, wireType, reader);
  }
}

/** All values of field 1. */
function readAll(bytes: Uint8Array, type: "string" | "bytes"): string[] {
  const found: string[] = [];
  each(bytes, (number, wireType, reader) => {
    if (number === 1) found.push(String(reader.scalar(type)));
    else reader.skip(wireType);
  });
  return found;
}

function decodeWrapper(type: string, bytes: Uint8Array): WireValue {
  let value: WireValue =
    type === "bool" ? false : type === "string" || type === "bytes" ? "" : type.endsWith("64") ? "0" : 0;
  each(bytes, (number, wireType, reader) => {
    if (number !== 1) return reader.skip(wireType);
    const read = reader.scalar(type);
    if (typeof read === "bigint") value = type.endsWith("64") ? read.toString() : Number(read);
    else value = read instanceof Uint8Array ? Buffer.from(read).toString("base64") : read;
  });
  return value;
}

/** "a.fooBar,c" */
function fieldMask(value: WireValue, { path }: Place): Uint8Array {
  if (typeof value !== "string")
    throw new ProtobufProblem(`${path} must be names with commas between them, got ${shown(value)}`);
  const writer = new ProtobufWriter();
  for (const name of value.split(",").filter((each) => each !== "")) {
    writer.raw(
      single(
        1,
        "string",
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      ),
    );
  }
  return writer.finish();
}

function lowerCamelPath(path: string): string {
  return path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The message's own fields beside "@type"; for types with a way of their own it is under "value". */
function encodeAny(value: WireValue, { path }: Place, encode: EncodeMessage): Uint8Array {
  const url = isObject(value) ? value["@type"] : undefined;
  if (!isObject(value) || typeof url !== "string")
    throw new ProtobufProblem(`${path} must be an object with "@type", got ${shown(value)}`);
  const type = url.split("/").at(-1)!;
  const { "@type": _, ...fields } = value;
  const content = encode(isWellKnown(type) ? (fields["value"] ?? null) : fields, type);
  const writer = new ProtobufWriter();
  writer.raw(single(1, "string", url));
  if (content.length > 0) writer.raw(single(2, "bytes", content));
  return writer.finish();
}

function decodeAny(bytes: Uint8Array, decode: DecodeMessage): WireValue {
  let url = "";
  let content = new Uint8Array();
  each(bytes, (number, wireType, reader) => {
    if (number === 1) url = reader.scalar("string") as string;
    else if (number === 2) content = new Uint8Array(reader.scalar("bytes") as Buffer);
    else reader.skip(wireType);
  });
  const type = url.split("/").at(-1)!;
  const result = Object.create(null) as { [key: string]: WireValue };
  result["@type"] = url;
  const value = decode(content, type);
  if (isWellKnown(type)) result["value"] = value;
  else Object.assign(result, value);
  return result;
}

function encodeStruct(value: WireValue, place: Place): Uint8Array {
  if (!isObject(value)) throw new ProtobufProblem(`${place.path} must be an object, got ${shown(value)}`);
  const writer = new ProtobufWriter();
  for (const [name, member] of Object.entries(value)) {
    const entry = new ProtobufWriter();
    entry.raw(single(1, "string", name));
    entry.raw(single(2, "bytes", encodeValue(member, deeper(place))));
    writer.raw(single(1, "bytes", entry.finish()));
  }
  return writer.finish();
}

function encodeList(value: WireValue, place: Place): Uint8Array {
  if (!Array.isArray(value)) throw new ProtobufProblem(`${place.path} must be a list, got ${shown(value)}`);
  const writer = new ProtobufWriter();
  for (const item of value) writer.raw(single(1, "bytes", encodeValue(item, deeper(place))));
  return writer.finish();
}

function deeper({ path, depth }: Place): Place {
  if (depth > deepest) throw new ProtobufProblem(`${path} is nested more than ${deepest} deep`);
  return { path, depth: depth + 1 };
}

function encodeValue(value: WireValue, place: Place): Uint8Array {
  if (value === null) return single(1, "int32", 0n);
  if (typeof value === "number" || typeof value === "bigint") return single(2, "double", Number(value));
  if (typeof value === "string") return single(3, "string", value);
  if (typeof value === "boolean") return single(4, "bool", value);
  if (Array.isArray(value)) return single(6, "bytes", encodeList(value, place));
  if (isObject(value)) return single(5, "bytes", encodeStruct(value, place));
  throw new ProtobufProblem(`${place.path} must be plain JSON, got ${shown(value)}`);
}

/** Struct, ListValue, Value. */
function decodeStructural(type: string, bytes: Uint8Array, depth: number): WireValue {
  if (depth > deepest) throw new ProtobufProblem(`a value is nested more than ${deepest} deep`);
  if (type === "google.protobuf.Value") return decodeValue(bytes, depth);
  const list: WireValue[] = [];
  const struct = Object.create(null) as { [key: string]: WireValue };
  each(bytes, (number, wireType, reader) => {
    if (number !== 1 || wireType !== wireTypes.bytes) return reader.skip(wireType);
    const item = reader.sized();
    if (type === "google.protobuf.ListValue") list.push(decodeValue(item, depth + 1));
    else decodeEntry(item, struct, depth);
  });
  return type === "google.protobuf.ListValue" ? list : struct;
}

function decodeEntry(bytes: Uint8Array, struct: { [key: string]: WireValue }, depth: number): void {
  let name = "";
  let value: WireValue = null;
  each(bytes, (number, wireType, reader) => {
    if (number === 1) name = reader.scalar("string") as string;
    else if (number === 2) value = decodeValue(reader.sized(), depth + 1);
    else reader.skip(wireType);
  });
  struct[name] = value;
}

function decodeValue(bytes: Uint8Array, depth: number): WireValue {
  let value: WireValue = null;
  each(bytes, (number, wireType, reader) => {
    switch (number) {
      case 1:
        reader.skip(wireType);
        value = null;
        return;
      case 2:
        value = reader.scalar("double") as number;
        return;
      case 3:
        value = reader.scalar("string") as string;
        return;
      case 4:
        value = reader.scalar("bool") as boolean;
        return;
      case 5:
        value = decodeStructural("google.protobuf.Struct", reader.sized(), depth + 1);
        return;
      case 6:
        value = decodeStructural("google.protobuf.ListValue", reader.sized(), depth + 1);
        return;
      default:
        reader.skip(wireType);
    }
  });
  return value;
}
