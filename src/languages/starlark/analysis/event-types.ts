/** The event types that tools know: handed in by the caller, since the language itself knows none. */
import { any, bool, float, instance, int, none, string, union, type Field, type Type } from "./static-type.ts";

/** The shape of a JSON value; a name with a question mark may also be null. */
export type DataShape =
  | "string"
  | "int"
  | "float"
  | "bool"
  | "any"
  | "any?"
  | "string?"
  | "int?"
  | "float?"
  | "bool?"
  | { readonly list: DataShape; readonly nullable?: boolean }
  | { readonly fields: Readonly<Record<string, DataShape>>; readonly nullable?: boolean };

/** A type of event. */
export interface EventType {
  type: string;
  /** For people: what makes it happen. */
  doc: string;
  /** What its data holds, as far as it is known; it may hold more. */
  data?: DataShape;
}

const attributes: readonly (readonly [name: string, type: Type, doc: string])[] = [
  ["id", string, "The event's id; with `source` it is unique."],
  ["source", string, "Where the event comes from, as a URI."],
  ["type", string, "The event's type."],
  ["subject", union([string, none]), 'What the event is about: "issues/12".'],
  ["time", union([string, none]), "When it happened, in RFC 3339."],
  ["datacontenttype", string, "The media type of `data`."],
  ["specversion", string, "The version of CloudEvents: 1.0."],
];

/** The type of `ev` for events of some types; without any, of an event of unknown type. */
export function eventInstance(types: readonly EventType[]): Type {
  const data = types.map((type) => (type.data === undefined ? any : shapeType(type.data)));
  const fields = new Map<string, Field>(attributes.map(([name, type, doc]) => [name, { type, doc }]));
  const shown = types.length === 1 ? ` ${types[0]!.doc}` : "";
  fields.set("data", { type: dataType(data), doc: `What the event says.${shown}` });
  return instance("dict", { fields, record: true });
}

function dataType(types: readonly Type[]): Type {
  const found = types.length === 0 ? any : union(types);
  return found.kind === "any" ? instance("dict", { record: true }) : found;
}

/** The type of JSON data of a shape, whose objects can be read by index and as attributes. */
function shapeType(shape: DataShape): Type {
  if (typeof shape !== "string") {
    const type = "list" in shape ? instance("list", { element: shapeType(shape.list) }) : recordType(shape.fields);
    return shape.nullable === true ? union([type, none]) : type;
  }
  const type = scalars[shape.replace("?", "")] ?? any;
  return shape.endsWith("?") ? union([type, none]) : type;
}

const scalars: Readonly<Record<string, Type>> = { string, int, float, bool };

function recordType(fields: Readonly<Record<string, DataShape>>): Type {
  const entries = Object.entries(fields).map(([name, shape]) => [name, { type: shapeType(shape) }] as const);
  return instance("dict", { fields: new Map(entries), record: true });
}

/** The known types that a type in a script stands for: itself, or with a last "*" all that begin so. */
export function typesMatching(types: readonly EventType[], pattern: string): EventType[] {
  if (!pattern.endsWith("*")) return types.filter(({ type }) => type === pattern);
  const beginning = pattern.slice(0, -1);
  return types.filter(({ type }) => type.startsWith(beginning));
}
