/** From a module's code to a module that can run. */
import { ArgumentNames, type ModuleCode, PredeclaredName } from "../compile/code.ts";
import { HotCode, TierBudget } from "../jit/hot-code.ts";
import type { Value } from "../values/value.ts";
import type { ModuleInstance } from "./function.ts";

export interface LinkOptions {
  index: number;
  /** By the code's `loads`. */
  loads: readonly ModuleInstance[];
  builtin?: boolean;
  /** The value of a predeclared name. Throws when there is none: the code was compiled with other names. */
  lookup: (name: string) => Value;
  /** Shared by all modules of an image; absent for a module by itself. */
  budget?: TierBudget;
}

/** A module whose names are not bound yet. */
export function linkModule(
  code: ModuleCode,
  { index, loads, builtin = false, lookup, budget = new TierBudget() }: LinkOptions,
): ModuleInstance {
  const constants = code.constants.map((constant): Value => {
    if (constant instanceof PredeclaredName) return lookup(constant.name);
    return constant instanceof ArgumentNames ? null : constant;
  });
  const hot = code.functions.map(() => new HotCode(budget));
  return { code, index, globals: code.globals.map(() => undefined), constants, loads, builtin, hot };
}
