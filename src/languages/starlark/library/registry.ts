/** Everything the library holds, by name: what scripts can name, and what snapshots and docs refer to. */
import type { Value } from "../values/value.ts";
import { Builtin, type BuiltinSpec } from "./builtin.ts";
import { bytesMethods } from "./bytes-methods.ts";
import { collections } from "./collections.ts";
import { conversions } from "./conversions.ts";
import { dictMethods } from "./dict-methods.ts";
import { jsonBuiltins, jsonModule } from "./json-module.ts";
import { listMethods } from "./list-methods.ts";
import { mathBuiltins, mathModule } from "./math/math-module.ts";
import { internalBuiltins, ordering } from "./ordering.ts";
import { setMethods } from "./set-methods.ts";
import { stringMethods } from "./string-methods.ts";
import { struct } from "./struct-function.ts";
import { timeBuiltins, timeMethods, timeModule } from "./time-module.ts";

export { methodsOf } from "./attributes.ts";

const universalBuiltins: readonly BuiltinSpec[] = [...collections, ...conversions, ...ordering];

/** Names that every script knows. */
export const universals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["None", null],
  ["True", true],
  ["False", false],
  ...universalBuiltins.map((spec) => [spec.name, new Builtin(spec)] as const),
]);

/** Names that only the prelude knows, besides the universals. */
export const internals: ReadonlyMap<string, Value> = new Map(
  internalBuiltins.map((spec) => [spec.name, new Builtin(spec)]),
);

/** Predeclared modules and the function struct, by name. */
export const modules: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["json", jsonModule],
  ["math", mathModule],
  ["time", timeModule],
  ["struct", new Builtin(struct)],
]);

/** Groups whose members are named "group.member"; universals have no group. */
const groups: readonly (readonly [string, ReadonlyMap<string, BuiltinSpec>])[] = [
  ["", new Map([...universalBuiltins, ...internalBuiltins, struct].map((spec) => [spec.name, spec]))],
  ["string", stringMethods],
  ["bytes", bytesMethods],
  ["list", listMethods],
  ["dict", dictMethods],
  ["set", setMethods],
  ["time.time", timeMethods],
  ["json", jsonBuiltins],
  ["math", mathBuiltins],
  ["time", timeBuiltins],
];

const byName: ReadonlyMap<string, BuiltinSpec> = new Map(
  groups.flatMap(([group, specs]) =>
    [...specs].map(([name, spec]) => [group === "" ? name : `${group}.${name}`, spec] as const),
  ),
);

const names: ReadonlyMap<BuiltinSpec, string> = new Map([...byName].map(([name, spec]) => [spec, name]));

/** The builtin of a qualified name such as "len", "list.append", "json.encode", "time.time.format". */
export function builtinNamed(qualifiedName: string): BuiltinSpec | undefined {
  return byName.get(qualifiedName);
}

/** The qualified name of a builtin of the library. */
export function qualifiedNameOf(spec: BuiltinSpec): string | undefined {
  return names.get(spec);
}

/** All builtins of the library by qualified name, for docs and stubs. */
export function allBuiltins(): ReadonlyMap<string, BuiltinSpec> {
  return byName;
}
