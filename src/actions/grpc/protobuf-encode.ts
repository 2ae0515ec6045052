/** JSON values to protobuf messages, by the JSON mapping of protobuf ("ProtoJSON"). */
import type { WireValue } from "../../core/wire.ts";
import { isObject, shown } from "../input-texts.ts";
import {
  deepest,
  type EnumType,
  type Field,
  type MessageType,
  ProtobufProblem,
  scalarTypes,
  type Types,
} from "./protobuf-types.ts";
import { type Place, scalarOf } from "./protobuf-scalars.ts";
import { encodeWellKnown, isWellKnown } from "./protobuf-well-known.ts";
import { ProtobufWriter, wireTypes } from "./protobuf-writer.ts";

/** The bytes of a message. Throws ProtobufProblem, which names the field. */
export function encodeMessage(types: Types, type: string, value: WireValue): Uint8Array {
  return encode(types, type, value, { path: type, depth: 0 });
}

function encode(types: Types, type: string, value: WireValue, place: Place): Uint8Array {
  if (place.depth > deepest) throw new ProtobufProblem(`${place.path} is nested more than ${deepest} deep`);
  if (isWellKnown(type))
    return encodeWellKnown(type, value, place, (inner, innerType) => encode(types, innerType, inner, place));
  const message = types.get(type);
  if (message?.kind !== "message") throw new ProtobufProblem(`${place.path}: there is no message type ${type}`);
  if (!isObject(value)) throw new ProtobufProblem(`${place.path} must be an object, got ${shown(value)}`);
  const writer = new ProtobufWriter();
  const oneofs = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    const field = fieldOf(message, name, place);
    if (member === null && field.type !== "google.protobuf.Value") continue;
    requireOnly(field, oneofs, place);
    encodeField(types, writer, field, member, { path: `${place.path}.${name}`, depth: place.depth + 1 });
  }
  return writer.finish();
}

function fieldOf(message: MessageType, name: string, place: Place): Field {
  const field = message.byName.get(name);
  if (field !== undefined) return field;
  const known = message.fields.map((each) => each.json);
  throw new ProtobufProblem(
    `${place.path} has no field ${JSON.stringify(name)}; it has ${known.slice(0, 12).join(", ") || "none"}`,
  );
}

function requireOnly({ name, oneof }: Field, oneofs: Map<string, string>, place: Place): void {
  if (oneof === undefined) return;
  const other = oneofs.get(oneof);
  if (other !== undefined) throw new ProtobufProblem(`${place.path}: only one of ${other} and ${name} may be set`);
  oneofs.set(oneof, name);
}

function encodeField(types: Types, writer: ProtobufWriter, field: Field, value: WireValue, place: Place): void {
  if (field.key !== undefined) return encodeMap(types, writer, field, value, place);
  if (!field.repeated) {
    if (field.presence || !isDefault(types, field.type, value)) encodeSingle(types, writer, field, value, place);
    return;
  }
  if (!Array.isArray(value)) throw new ProtobufProblem(`${place.path} must be a list, got ${shown(value)}`);
  if (!field.packed) {
    for (const item of value) encodeSingle(types, writer, field, item, place);
    return;
  }
  if (value.length === 0) return;
  const inner = new ProtobufWriter();
  for (const item of value) encodeScalar(types, inner, field.type, item, place);
  writer.tag(field.number, wireTypes.bytes);
  writer.sized(inner.finish());
}

/** A scalar that is its type's default is not sent, where nobody could tell that it was set. */
function isDefault(types: Types, type: string, value: WireValue): boolean {
  const declared = types.get(type);
  if (declared?.kind === "enum") return value === 0 || (typeof value === "string" && declared.numbers.get(value) === 0);
  return (
    scalarTypes.has(type) &&
    (value === 0 || value === "" || value === false || (value === "0" && type !== "string" && type !== "bytes"))
  );
}

function encodeSingle(types: Types, writer: ProtobufWriter, field: Field, value: WireValue, place: Place): void {
  const { number, type } = field;
  if (scalarTypes.has(type)) {
    writer.tag(number, ProtobufWriter.wireTypeOf(type));
    return encodeScalar(types, writer, type, value, place);
  }
  if (types.get(type)?.kind === "enum" || type === "google.protobuf.NullValue") {
    writer.tag(number, wireTypes.varint);
    return encodeScalar(types, writer, type, value, place);
  }
  const bytes = encode(types, type, value, place);
  if (!field.group) {
    writer.tag(number, wireTypes.bytes);
    return writer.sized(bytes);
  }
  writer.tag(number, wireTypes.groupStart);
  writer.raw(bytes);
  writer.tag(number, wireTypes.groupEnd);
}

/** A map is a list of messages of a key and a value. */
function encodeMap(types: Types, writer: ProtobufWriter, field: Field, value: WireValue, place: Place): void {
  if (!isObject(value)) throw new ProtobufProblem(`${place.path} must be an object, got ${shown(value)}`);
  const valueField: Field = {
    ...field,
    name: "value",
    number: 2,
    key: undefined,
    repeated: false,
    presence: true,
    oneof: undefined,
  };
  for (const [name, member] of Object.entries(value)) {
    const at = { path: `${place.path}[${JSON.stringify(name)}]`, depth: place.depth };
    const entry = new ProtobufWriter();
    const key = field.key === "bool" ? name === "true" : name;
    entry.tag(1, ProtobufWriter.wireTypeOf(field.key!));
    encodeScalar(types, entry, field.key!, key, at);
    encodeSingle(types, entry, valueField, member, at);
    writer.tag(field.number, wireTypes.bytes);
    writer.sized(entry.finish());
  }
}

function encodeScalar(types: Types, writer: ProtobufWriter, type: string, value: WireValue, place: Place): void {
  const declared = types.get(type);
  if (declared?.kind === "enum") return writer.varint(enumNumber(declared, value, place));
  if (type === "google.protobuf.NullValue") return writer.varint(0n);
  writer.scalar(type, scalarOf(type, value, place));
}

function enumNumber({ numbers }: EnumType, value: WireValue, place: Place): bigint {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  const number = typeof value === "string" ? numbers.get(value) : undefined;
  if (number !== undefined) return BigInt(number);
  throw new ProtobufProblem(
    `${place.path} must be one of ${[...numbers.keys()].slice(0, 12).join(", ")}, got ${shown(value)}`,
  );
}
