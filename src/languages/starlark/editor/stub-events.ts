/** Events as Python classes: one for each shape of data. */
import type { DataShape, EventType } from "../analysis/event-types.ts";
import { documented } from "./stub-functions.ts";

export interface EventClass {
  /** "IssueEvent". */
  name: string;
  /** The types it is for, as Python's Literal. */
  literal: string;
  text: string;
}

const base = `class Event(Record):
    """An event, which a handler receives second."""

    id: builtins.str
    source: builtins.str
    type: builtins.str
    subject: builtins.str | None
    time: builtins.str | None
    data: Any`;

/** The base class of all events, then one class for each kind of object that GitLab tells of; the first text holds what is shared. */
export function eventClasses(events: readonly EventType[]): EventClass[] {
  const objects = new Map<string, { shape: DataShape; types: EventType[] }>();
  for (const event of events) {
    if (event.data === undefined) continue;
    const object = objectOf(event, events);
    const entry = objects.get(object) ?? { shape: event.data, types: [] };
    entry.types.push(event);
    objects.set(object, entry);
  }
  const shared = new SharedClasses([...objects.values()].map(({ shape }) => shape));
  const classes = [...objects].map(([object, { shape, types }]) => eventClass(object, shape, types, shared));
  return classes.map((one, i) => (i === 0 ? { ...one, text: [base, ...shared.texts, one.text].join("\n\n") } : one));
}

/** Classes of the objects that are in more than one place, such as projects and users. */
class SharedClasses {
  readonly texts: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #names = new Map<string, string>();
  readonly #taken = new Set([
    "Event",
    "Record",
    "Struct",
    "Secret",
    "Time",
    "Duration",
    "Future",
    "Channel",
    "Response",
    "W",
    "T",
  ]);

  constructor(shapes: readonly DataShape[]) {
    for (const shape of shapes) this.#count(shape);
  }

  /** The class of an object that is in several places; undefined for one that is in a single place. */
  nameOf(field: string, shape: DataShape): string | undefined {
    const key = keyOf(shape);
    if ((this.#counts.get(key) ?? 0) < 2) return undefined;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = this.#free(camel(field));
    this.#names.set(key, name);
    this.texts.push(dataClass(name, shape, 0, this).join("\n"));
    return name;
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#taken.has(name); n++) name = `${wanted}${n}`;
    this.#taken.add(name);
    return name;
  }

  /** What is inside an object that was counted before is shared with it. */
  #count(shape: DataShape): void {
    if (typeof shape === "string") return;
    if ("list" in shape) return this.#count(shape.list);
    const key = keyOf(shape);
    const before = this.#counts.get(key) ?? 0;
    this.#counts.set(key, before + 1);
    if (before === 0) for (const inner of Object.values(shape.fields)) this.#count(inner);
  }
}

/** Equal for objects with the same fields, whether or not they may be null. */
function keyOf(shape: DataShape): string {
  return typeof shape === "string" || "list" in shape ? "" : JSON.stringify(shape.fields);
}

/** "issue" of "com.gitlab.events.issue_created": what all types of one shape begin with. */
function objectOf(event: EventType, events: readonly EventType[]): string {
  const text = JSON.stringify(event.data);
  const names = events.filter(({ data }) => JSON.stringify(data) === text).map(({ type }) => type.split(".").at(-1)!);
  let common = names[0]!;
  for (const name of names)
    while (!`${name}_`.startsWith(`${common}_`)) common = common.slice(0, common.lastIndexOf("_"));
  return names.length === 1 ? common.slice(0, common.lastIndexOf("_")) : common;
}

function eventClass(object: string, shape: DataShape, types: readonly EventType[], shared: SharedClasses): EventClass {
  const name = camel(object);
  const literal = `Literal[${types.map(({ type }) => `"${type}"`).join(", ")}]`;
  const doc = documented(`An event about ${object.replaceAll("_", " ")}: ${types.map(({ type }) => type).join(", ")}.`);
  const text = [
    ...dataClass(`${name}Data`, shape, 0, shared),
    "",
    `class ${name}Event(Event):`,
    `    ${doc}`,
    "",
    `    data: ${name}Data`,
  ].join("\n");
  return { name: `${name}Event`, literal, text };
}

/** Names that a Record has itself, or that Python does not allow. */
const unusable = new Set(
  "get items keys values from import in is not or and if else class def global with as pass".split(" "),
);

/** A class with a field for each key, and classes inside it for what is deeper. */
function dataClass(name: string, shape: DataShape, depth: number, shared: SharedClasses): string[] {
  const indent = "    ".repeat(depth);
  const lines = [`${indent}class ${name}(Record):`];
  const fields = typeof shape === "string" || "list" in shape ? [] : Object.entries(shape.fields);
  const shown = fields.filter(([field]) => !unusable.has(field) && /^[a-z_][a-z0-9_]*$/i.test(field));
  if (shown.length === 0) lines.push(`${indent}    ...`);
  for (const [field, inner] of shown) {
    const nested = objectIn(inner);
    if (nested === undefined || shared.nameOf(field, nested) !== undefined) continue;
    lines.push(...dataClass(`${camel(field)}_`, nested, depth + 1, shared));
  }
  for (const [field, inner] of shown) {
    const nested = objectIn(inner);
    const name = (nested === undefined ? undefined : shared.nameOf(field, nested)) ?? `${camel(field)}_`;
    lines.push(`${indent}    ${field}: ${typeOf(inner, name)}`);
  }
  return lines;
}

/** The object that a shape is, or a list of. */
function objectIn(shape: DataShape): DataShape | undefined {
  if (typeof shape === "string") return undefined;
  if ("list" in shape) return objectIn(shape.list);
  return shape;
}

const scalars: Readonly<Record<string, string>> = {
  string: "builtins.str",
  int: "builtins.int",
  float: "builtins.float",
  bool: "builtins.bool",
};

function typeOf(shape: DataShape, name: string): string {
  if (typeof shape === "string") {
    const type = scalars[shape.replace("?", "")] ?? "Any";
    return shape.endsWith("?") && type !== "Any" ? `${type} | None` : type;
  }
  const type = "list" in shape ? `builtins.list[${typeOf(shape.list, name)}]` : name;
  return shape.nullable === true ? `${type} | None` : type;
}

function camel(text: string): string {
  return text
    .split("_")
    .map((word) => (word === "" ? "" : word[0]!.toUpperCase() + word.slice(1)))
    .join("");
}
