/** The types that messages are made of, as the input of a gRPC call describes them. */
import type { WireValue } from "../../core/wire.ts";
import { isObject } from "../input-texts.ts";

export interface MessageType {
  kind: "message";
  fields: Field[];
  byNumber: ReadonlyMap<number, Field>;
  /** By the name in the .proto file and by that in JSON. */
  byName: ReadonlyMap<string, Field>;
}

export interface EnumType {
  kind: "enum";
  numbers: ReadonlyMap<string, number>;
  names: ReadonlyMap<number, string>;
}

export interface Field {
  name: string;
  json: string;
  number: number;
  type: string;
  repeated: boolean;
  packed: boolean;
  /** The key's type of a map. */
  key: string | undefined;
  presence: boolean;
  oneof: string | undefined;
  group: boolean;
}

export type Types = ReadonlyMap<string, MessageType | EnumType>;

/** A message cannot be written or read; `message` names the field. */
export class ProtobufProblem extends Error {}

export const scalarTypes: ReadonlySet<string> = new Set([
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
]);

/** Lists, maps and messages in each other. */
export const deepest = 100;

/**
 * The types of `{"<full name>": {"kind": "message", "fields": [{"name", "json", "number", "type", "repeated", "packed", "key",
 * "presence", "oneof", "group"}]} | {"kind": "enum", "values": {"<name>": number}}}`. Throws ProtobufProblem.
 */
export function readTypes(value: WireValue | undefined): Types {
  if (!isObject(value ?? null)) throw new ProtobufProblem("types must be an object");
  const types = new Map<string, MessageType | EnumType>();
  for (const [name, type] of Object.entries(value as { [key: string]: WireValue })) {
    if (!isObject(type)) throw new ProtobufProblem(`type ${name} must be an object`);
    types.set(name, type["kind"] === "enum" ? readEnum(type["values"]) : readMessage(name, type["fields"]));
  }
  return types;
}

function readEnum(values: WireValue | undefined): EnumType {
  const numbers = new Map<string, number>();
  for (const [name, number] of Object.entries(
    isObject(values ?? null) ? (values as { [key: string]: WireValue }) : {},
  )) {
    if (typeof number === "number") numbers.set(name, number);
  }
  // Of several names for a number the first counts.
  const names = new Map([...numbers].toReversed().map(([name, number]) => [number, name]));
  return { kind: "enum", numbers, names };
}

function readMessage(name: string, list: WireValue | undefined): MessageType {
  if (!Array.isArray(list)) throw new ProtobufProblem(`type ${name} has no fields`);
  const fields = list.map((field) => readField(name, field));
  const byName = new Map(fields.map((field) => [field.name, field]));
  for (const field of fields) if (!byName.has(field.json)) byName.set(field.json, field);
  return { kind: "message", fields, byName, byNumber: new Map(fields.map((field) => [field.number, field])) };
}

function readField(message: string, value: WireValue): Field {
  const { name, json, number, type, key, oneof, ...flags } = isObject(value) ? value : {};
  const isNumber = typeof number === "number" && Number.isInteger(number) && number > 0 && number < 2 ** 29;
  if (typeof name !== "string" || typeof type !== "string" || !isNumber) {
    throw new ProtobufProblem(`type ${message} has a field without name, type or number`);
  }
  return {
    name,
    json: typeof json === "string" ? json : name,
    number,
    type,
    repeated: flags["repeated"] === true,
    packed: flags["packed"] === true,
    key: typeof key === "string" ? key : undefined,
    presence: flags["presence"] === true,
    oneof: typeof oneof === "string" ? oneof : undefined,
    group: flags["group"] === true,
  };
}
