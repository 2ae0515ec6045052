/** Protobuf messages to JSON values, by the JSON mapping of protobuf ("ProtoJSON"): 64-bit integers are texts, defaults are left out. */
import type { WireValue } from "../../core/wire.ts";
import {
  deepest,
  type EnumType,
  type Field,
  type MessageType,
  ProtobufProblem,
  scalarTypes,
  type Types,
} from "./protobuf-types.ts";
import { decodeWellKnown, isWellKnown } from "./protobuf-well-known.ts";
import { ProtobufReader, ProtobufWriter, wireTypes } from "./protobuf-writer.ts";

/** The value of a message's bytes. Fields that are not known are left out. Throws ProtobufProblem. */
export function decodeMessage(types: Types, type: string, bytes: Uint8Array, depth = 0): WireValue {
  if (depth > deepest) throw new ProtobufProblem(`a message of type ${type} is nested more than ${deepest} deep`);
  if (isWellKnown(type))
    return decodeWellKnown(type, bytes, (inner, innerType) => decodeMessage(types, innerType, inner, depth + 1), depth);
  return new Decoder(types, depth).message(type, new ProtobufReader(bytes));
}

type Message = { [key: string]: WireValue };

class Decoder {
  readonly #types: Types;
  readonly #depth: number;

  constructor(types: Types, depth: number) {
    this.#types = types;
    this.#depth = depth;
  }

  /** Up to the end, or the end of the group. */
  message(type: string, reader: ProtobufReader, group?: number): Message {
    const declared = this.#types.get(type);
    if (declared?.kind !== "message") throw new ProtobufProblem(`there is no message type ${type}`);
    const result = Object.create(null) as Message;
    while (!reader.isAtEnd) {
      const { number, wireType } = reader.tag();
      if (wireType === wireTypes.groupEnd && number === group) break;
      const field = declared.byNumber.get(number);
      if (field === undefined) reader.skip(wireType);
      else this.#field(declared, field, wireType, reader, result);
    }
    return inOrder(declared, result);
  }

  #field(message: MessageType, field: Field, wireType: number, reader: ProtobufReader, result: Message): void {
    if (field.key !== undefined) return this.#entry(field, reader, result);
    if (field.oneof !== undefined)
      for (const other of message.fields) if (other.oneof === field.oneof) delete result[other.json];
    const isScalar = scalarTypes.has(field.type) || this.#enum(field.type) !== undefined;
    const isPacked =
      field.repeated && isScalar && wireType === wireTypes.bytes && this.#wireType(field.type) !== wireTypes.bytes;
    if (isPacked) {
      const inner = new ProtobufReader(reader.sized());
      while (!inner.isAtEnd) push(result, field, this.#value(field, this.#wireType(field.type), inner));
      return;
    }
    const value = this.#value(field, wireType, reader);
    if (field.repeated) push(result, field, value);
    else if (!field.presence && isScalar && isDefault(value, this.#enum(field.type))) delete result[field.json];
    else result[field.json] = value;
  }

  #entry(field: Field, reader: ProtobufReader, result: Message): void {
    const inner = new ProtobufReader(reader.sized());
    const valueField = { ...field, key: undefined, repeated: false, presence: true };
    let key = shownKey(defaultOf(field.key!));
    let value: WireValue | undefined;
    while (!inner.isAtEnd) {
      const { number, wireType } = inner.tag();
      if (number === 1) key = shownKey(json(field.key!, inner.scalar(field.key!)));
      else if (number === 2) value = this.#value(valueField, wireType, inner);
      else inner.skip(wireType);
    }
    const map = (result[field.json] ??= Object.create(null) as Message) as Message;
    map[key] = value ?? this.#default(field.type);
  }

  #value(field: Field, wireType: number, reader: ProtobufReader): WireValue {
    const { type } = field;
    if (wireType === wireTypes.groupStart)
      return new Decoder(this.#types, this.#next()).message(type, reader, field.number);
    if (wireType !== this.#wireType(type))
      throw new ProtobufProblem(`field ${field.name} is of another type than ${type}`);
    const declared = this.#enum(type);
    if (declared !== undefined) return enumName(declared, reader.varint());
    if (scalarTypes.has(type)) return json(type, reader.scalar(type));
    return decodeMessage(this.#types, type, reader.sized(), this.#next());
  }

  #next(): number {
    if (this.#depth >= deepest) throw new ProtobufProblem(`messages are nested more than ${deepest} deep`);
    return this.#depth + 1;
  }

  #enum(type: string): EnumType | undefined {
    if (type === "google.protobuf.NullValue") return nullValue;
    const declared = this.#types.get(type);
    return declared?.kind === "enum" ? declared : undefined;
  }

  #wireType(type: string): number {
    if (scalarTypes.has(type)) return ProtobufWriter.wireTypeOf(type);
    return this.#enum(type) === undefined ? wireTypes.bytes : wireTypes.varint;
  }

  #default(type: string): WireValue {
    const declared = this.#enum(type);
    if (declared !== undefined) return enumName(declared, 0n);
    return scalarTypes.has(type) ? defaultOf(type) : decodeMessage(this.#types, type, new Uint8Array(), this.#next());
  }
}

const nullValue: EnumType = {
  kind: "enum",
  numbers: new Map([["NULL_VALUE", 0]]),
  names: new Map([[0, "NULL_VALUE"]]),
};

function push(result: Message, field: Field, value: WireValue): void {
  const list = (result[field.json] ??= []) as WireValue[];
  list.push(value);
}

/** As the .proto file has them, not as they were sent. */
function inOrder({ fields }: MessageType, result: Message): Message {
  const ordered = Object.create(null) as Message;
  for (const { json: name } of fields) if (name in result) ordered[name] = result[name]!;
  return ordered;
}

function enumName({ names }: EnumType, raw: bigint): WireValue {
  const number = Number(BigInt.asIntN(32, raw));
  return names.get(number) ?? number;
}

function isDefault(value: WireValue, declared: EnumType | undefined): boolean {
  if (declared !== undefined) return value === 0 || value === declared.names.get(0);
  return value === 0 || value === "0" || value === "" || value === false;
}

/** Keys are texts in JSON. */
function shownKey(key: WireValue): string {
  return typeof key === "string" ? key : JSON.stringify(key);
}

function defaultOf(type: string): WireValue {
  if (type === "bool") return false;
  if (type === "string" || type === "bytes") return "";
  return type.endsWith("64") ? "0" : 0;
}

/** A scalar as JSON has it. */
function json(type: string, value: string | boolean | number | bigint | Buffer): WireValue {
  if (typeof value === "bigint") return type.endsWith("64") ? value.toString() : Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "number" && !Number.isFinite(value))
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  return value;
}
