/**
 * What scripts can name, from the tables that also check arguments at run time: names, modules, methods and attributes,
 * with their documentation. Names are byte strings, all of ASCII.
 */
import type { EntryMode } from "../../../core/program.ts";
import { apiAttributes, type AttributeSpec } from "../api/attributes.ts";
import { hostNamesOf } from "../api/environment.ts";
import { apiMethods, apiNames, contextMembers, runValues } from "../api/table.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import { allBuiltins, modules, universals } from "../library/registry.ts";
import { ModuleValue } from "../values/struct.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { any, bool, instance, none, type Field, type Type } from "./static-type.ts";
import { parseType } from "./type-text.ts";

/** A name with what is known of it. */
export interface Entry extends Field {
  name: string;
}

/** Predeclared names and universals, by name; of a verb with the name of a universal, plain scripts have the universal. */
const scriptNames: ReadonlyMap<string, Entry> = entriesOf(new Map([...apiNames, ...modules, ...universals]), "");

/** Names whose values belong to the run. */
const hostEntries: ReadonlyMap<string, Entry> = new Map(
  runValues.map(({ name, type, doc }) => [name, { name, type: parseType(type), doc }]),
);

const moduleMembers: ReadonlyMap<string, ReadonlyMap<string, Entry>> = new Map(
  [...modules, ...apiNames].flatMap(([name, value]) =>
    value instanceof ModuleValue ? [[name, entriesOf(value.members, `${name}.`)] as const] : [],
  ),
);

const methodTables: ReadonlyMap<string, ReadonlyMap<string, Entry>> = collectMethods();

/** The name's meaning in a script of this mode; undefined for what is not supplied. */
export function knownName(name: string, mode: EntryMode): Entry | undefined {
  return scriptNames.get(name) ?? (hostNamesOf(mode).has(name) ? hostEntries.get(name) : undefined);
}

/** All supplied names of a script of this mode. */
export function knownNames(mode: EntryMode): Entry[] {
  return [...scriptNames.values(), ...[...hostEntries.values()].filter(({ name }) => hostNamesOf(mode).has(name))];
}

/** Whether a name is of the language itself or a module of it, not a verb of the API. */
export function isOfLanguage(name: string): boolean {
  return universals.has(name) || modules.has(name);
}

/** The members of a module by name. */
export function membersOfModule(name: string): ReadonlyMap<string, Entry> | undefined {
  return moduleMembers.get(name);
}

/** Methods and attributes of a built-in type by name; undefined for a type that has none. */
export function membersOfType(name: string): ReadonlyMap<string, Entry> | undefined {
  return methodTables.get(name);
}

function entriesOf(values: ReadonlyMap<string, Value>, prefix: string): ReadonlyMap<string, Entry> {
  return new Map([...values].map(([name, value]) => [name, entryOf(name, value, prefix)]));
}

function entryOf(name: string, value: Value, prefix: string): Entry {
  if (value instanceof Builtin) return builtinEntry(name, value.spec, prefix);
  if (value instanceof ModuleValue) return { name, type: { kind: "module", name: value.name } };
  if (value === null) return { name, type: none };
  return { name, type: typeof value === "boolean" ? bool : instance(typeName(value)) };
}

function builtinEntry(name: string, spec: BuiltinSpec, prefix: string): Entry {
  return { name, type: { kind: "builtin", spec, shown: `${prefix}${name}` }, doc: spec.doc };
}

/** Every type's methods and attributes. */
function collectMethods(): Map<string, Map<string, Entry>> {
  const tables = new Map<string, Map<string, Entry>>();
  const add = (type: string, entry: Entry) => {
    const table = tables.get(type) ?? new Map<string, Entry>();
    tables.set(type, table.set(entry.name, entry));
  };
  for (const [qualified, spec] of allBuiltins()) {
    const cut = qualified.lastIndexOf(".");
    const owner = qualified.slice(0, Math.max(0, cut));
    if (owner !== "" && !modules.has(owner)) add(owner, builtinEntry(qualified.slice(cut + 1), spec, `${owner}.`));
  }
  for (const [type, table] of apiMethods) {
    for (const [name, spec] of table) add(type, builtinEntry(name, spec, `${type}.`));
  }
  for (const entry of entriesOf(contextMembers, "w.").values()) add("context", entry);
  for (const [type, attributes] of apiAttributes) {
    for (const attribute of attributes) add(type, attributeEntry(attribute));
  }
  for (const type of ["int", "float", "bool", "NoneType", "tuple", "range"]) {
    if (!tables.has(type)) tables.set(type, new Map());
  }
  return tables;
}

function attributeEntry({ name, type, doc }: AttributeSpec): Entry {
  return { name, type: parseType(type), doc };
}

/** What a call of a builtin answers. */
export function resultOf(spec: BuiltinSpec): Type {
  return spec.returns === "" ? any : parseType(spec.returns);
}
