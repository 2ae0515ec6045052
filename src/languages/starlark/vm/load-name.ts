/** Names of loaded modules. */
import { nearest } from "../syntax/spelling.ts";
import { EvalError } from "../values/errors.ts";
import type { Value } from "../values/value.ts";
import type { ModuleInstance } from "./function.ts";

/** The value that a module binds to a name. Throws EvalError when it binds none, or keeps it to itself. */
export function loadName(module: ModuleInstance, name: string): Value {
  const { globals, exported, path } = module.code;
  const index = globals.indexOf(name);
  const value = index >= 0 && index < exported ? module.globals[index] : undefined;
  if (value !== undefined) return value;
  const names = globals
    .slice(0, exported)
    .filter((global, i) => !global.startsWith("_") && module.globals[i] !== undefined);
  const near = nearest(name, names);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new EvalError(`load: name ${name} not found in module ${path}${hint}`);
}
