/** Short ways to write down parameters. */
import type { BuiltinSpec, ParameterSpec } from "./builtin.ts";

/** A parameter that is passed by position only; required unless it has a default. */
export function positional(name: string, type: string, byDefault?: string): ParameterSpec {
  const parameter: ParameterSpec = { name, type, passing: "positional" };
  return byDefault === undefined ? parameter : { ...parameter, default: byDefault };
}

/** A parameter that is passed by position or by name. */
export function parameter(name: string, type: string, byDefault?: string): ParameterSpec {
  return byDefault === undefined ? { name, type } : { name, type, default: byDefault };
}

/** Specifications by name. */
export function tableOf(specs: readonly BuiltinSpec[]): ReadonlyMap<string, BuiltinSpec> {
  return new Map(specs.map((spec) => [spec.name, spec]));
}
