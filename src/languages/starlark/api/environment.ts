/** The names that scripts find, and the names by which images and states refer to the library. */
import type { EntryMode } from "../../../core/program.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import { preludePath, preludeSource } from "../library/prelude.ts";
import { builtinNamed, internals, modules, qualifiedNameOf, universals } from "../library/registry.ts";
import type { KnownNames } from "../syntax/scopes.ts";
import { ModuleValue } from "../values/struct.ts";
import { HeapValue, type Value } from "../values/value.ts";
import { unboundMethod } from "../vm/operators.ts";
import { apiPreludePath, apiPreludeSource } from "./prelude.ts";
import { apiInternals, apiMethods, apiNames, contextMembers } from "./table.ts";

/** Names whose values belong to the run, by the mode of the entry file. */
const hostNames: Readonly<Record<EntryMode, ReadonlySet<string>>> = {
  handlers: new Set(["vars"]),
  driver: new Set(["vars", "input", "w"]),
};

export function hostNamesOf(mode: EntryMode): ReadonlySet<string> {
  return hostNames[mode];
}

/** Predeclared names and universals by name. */
const scriptNames: ReadonlyMap<string, Value> = new Map([...universals, ...modules, ...apiNames]);

const preludeNames: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...internals,
  ...apiInternals.map((spec) => [spec.name, new Builtin(spec)] as const),
]);

/** The value of a name that scripts or the prelude may use. */
export function suppliedValue(name: string): Value | undefined {
  return scriptNames.get(name) ?? (universals.has(name) ? universals.get(name) : preludeNames.get(name));
}

/** The names that the scripts of an entry file in this mode know. */
export function knownNames(mode: EntryMode): KnownNames {
  const host = hostNames[mode];
  return {
    isUniversal: (name) => universals.has(name),
    isPredeclared: (name) => host.has(name) || (scriptNames.has(name) && !universals.has(name)),
    names: [...scriptNames.keys(), ...host],
  };
}

/** The names that the prelude knows. */
export const preludeKnownNames: KnownNames = {
  isUniversal: (name) => universals.has(name),
  isPredeclared: (name) => preludeNames.has(name),
};

/** Files of the library that are written in Starlark; their functions are called by builtins of the same name. */
export const preludeFiles: readonly { path: string; source: string }[] = [
  { path: preludePath, source: preludeSource },
  { path: apiPreludePath, source: apiPreludeSource },
];

const valuesByName: ReadonlyMap<string, Value> = collectNames();
const namesByValue: ReadonlyMap<HeapValue, string> = new Map(
  [...valuesByName].flatMap(([name, value]) => (value instanceof HeapValue ? [[value, name] as const] : [])),
);

/** Builtins and modules, the builtins in modules as "module.member", and what only `w` has as "w.member". */
function collectNames(): Map<string, Value> {
  const names = new Map<string, Value>();
  for (const [name, value] of [...scriptNames, ...preludeNames]) {
    if (!(value instanceof HeapValue)) continue;
    names.set(name, value);
    if (!(value instanceof ModuleValue)) continue;
    for (const [member, inner] of value.members) {
      if (inner instanceof Builtin) names.set(`${name}.${member}`, inner);
    }
  }
  for (const [name, value] of contextMembers) if (names.get(name) !== value) names.set(`w.${name}`, value);
  return names;
}

/** The name of a builtin or module; undefined for everything else. */
export function libraryNameOf(value: HeapValue): string | undefined {
  return namesByValue.get(value);
}

/** The value that `libraryNameOf` names. */
export function libraryValue(name: string): Value | undefined {
  return valuesByName.get(name);
}

const apiMethodsByName: ReadonlyMap<string, BuiltinSpec> = new Map(
  apiMethods.flatMap(([type, table]) => [...table].map(([name, spec]) => [`${type}.${name}`, spec] as const)),
);
const apiMethodNames: ReadonlyMap<BuiltinSpec, string> = new Map(
  [...apiMethodsByName].map(([name, spec]) => [spec, name]),
);

/** "list.append", "future.get", … */
export function methodNameOf(method: Builtin): string {
  const name = qualifiedNameOf(method.spec) ?? apiMethodNames.get(method.spec);
  if (name === undefined) throw new Error(`method ${method.spec.name} is not in the registry`);
  return name;
}

/** The method that `methodNameOf` names, without a receiver. */
export function methodNamed(name: string): Builtin | undefined {
  const spec = builtinNamed(name) ?? apiMethodsByName.get(name);
  return spec === undefined ? undefined : unboundMethod(spec);
}
