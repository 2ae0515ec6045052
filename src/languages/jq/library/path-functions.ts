/** `setpath` and `delpaths`; the compiler knows `path` and `getpath` itself, for they follow paths. */
import type { NativeFunction } from "./contract.ts";
import { deletePaths, setPath } from "./paths.ts";

/** Builtins that change what is at paths. */
export const pathFunctions: readonly NativeFunction[] = [
  { name: "setpath", arity: 2, call: (context, input, path, value) => setPath(context, input, path, value) },
  { name: "delpaths", arity: 1, call: (context, input, paths) => deletePaths(context, input, paths) },
];
