/** Types as far as a text shows them, for tools. Nothing here is ever needed to run a program. */
import type { BuiltinSpec } from "../library/builtin.ts";
import type { FunctionNode } from "../syntax/tree.ts";

/** What a dict with known keys, a struct or an event has. */
export interface Field {
  type: Type;
  doc?: string;
}

/** A value of a built-in type. */
export interface Instance {
  kind: "instance";
  /** What `type()` answers: "string", "int", "NoneType", "context", "time.time", … */
  name: string;
  /** Of a list, tuple, set or dict: what all elements (of a dict: values) have in common. */
  element?: Type;
  /** Of a tuple: each element. */
  elements?: readonly Type[];
  /** Of a dict or struct: what is known of it. */
  fields?: ReadonlyMap<string, Field>;
  /** Whether the fields are all there are. */
  closed?: boolean;
  /** Whether the keys of a dict can be read as attributes. */
  record?: boolean;
  /** Of a string literal: its value, a byte string. */
  literal?: string;
}

export type Type =
  | { kind: "any" }
  | Instance
  | { kind: "union"; types: readonly Type[] }
  /** A function or method of the library or the API. `shown` is how scripts write it: "w.sleep", "list.append". */
  | { kind: "builtin"; spec: BuiltinSpec; shown: string }
  | { kind: "module"; name: string }
  /** A function of a script; `file` is the path of the file it is in. */
  | { kind: "function"; node: FunctionNode; file: string };

export const any: Type = { kind: "any" };

/** A value of a type about which nothing else is known. */
export function instance(name: string, details: Omit<Instance, "kind" | "name"> = {}): Instance {
  return { kind: "instance", name, ...details };
}

export const none = instance("NoneType");
export const string = instance("string");
export const int = instance("int");
export const float = instance("float");
export const bool = instance("bool");

const maximalUnion = 8;

/** What can be one of several types. */
export function union(types: readonly Type[]): Type {
  const found: Type[] = [];
  for (const type of types.flatMap(members)) {
    if (type.kind === "any") return any;
    const same = found.findIndex((other) => sameKind(other, type));
    if (same < 0) found.push(type);
    else found[same] = merge(found[same]!, type);
  }
  if (found.length === 0 || found.length > maximalUnion) return any;
  return found.length === 1 ? found[0]! : { kind: "union", types: found };
}

/** The types that a value of a type can have. */
export function members(type: Type): readonly Type[] {
  return type.kind === "union" ? type.types : [type];
}

/** A type without None. */
export function withoutNone(type: Type): Type {
  return union(members(type).filter((member) => !(member.kind === "instance" && member.name === "NoneType")));
}

/** What a loop over a value sees. */
export function elementOf(type: Type): Type {
  return union(
    members(type).map((member) => {
      if (member.kind !== "instance") return any;
      if (member.name === "range") return int;
      if (member.name === "dict") return member.fields === undefined ? any : string;
      return member.element ?? any;
    }),
  );
}

function sameKind(a: Type, b: Type): boolean {
  if (a.kind === "instance" && b.kind === "instance") return a.name === b.name;
  if (a.kind === "builtin" && b.kind === "builtin") return a.spec === b.spec;
  if (a.kind === "function" && b.kind === "function") return a.node === b.node;
  return a.kind === "module" && b.kind === "module" && a.name === b.name;
}

/** Two types of one kind as one: what only one of them knows is forgotten, but for fields. */
function merge(a: Type, b: Type): Type {
  if (a.kind !== "instance" || b.kind !== "instance" || a === b) return a;
  const merged: Instance = { kind: "instance", name: a.name };
  if (a.element !== undefined && b.element !== undefined) merged.element = union([a.element, b.element]);
  if (a.record === true && b.record === true) merged.record = true;
  if (a.fields !== undefined || b.fields !== undefined) {
    merged.fields = new Map([...(a.fields ?? []), ...(b.fields ?? [])]);
  }
  return merged;
}

/** A type as people read it: "string | None", "list of int". */
export function showType(type: Type): string {
  switch (type.kind) {
    case "any":
      return "any";
    case "instance":
      return showInstance(type);
    case "union":
      return type.types.map(showType).join(" | ");
    case "builtin":
    case "function":
      return "function";
    case "module":
      return `module ${type.name}`;
  }
}

function showInstance({ name, element }: Instance): string {
  if (name === "NoneType") return "None";
  if (element === undefined || element.kind === "any") return name;
  return name === "dict" ? `dict of ${showType(element)}` : `${name} of ${showType(element)}`;
}
