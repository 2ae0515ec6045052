/** The configuration's layers, each over the one before: file, environment, command line. */
import type { EnvironmentSetting } from "./environment.ts";
import type { ConfigPath, Origin } from "./problem.ts";
import { isPlainObject, isSecret, memberSchema, type SchemaNode } from "./schema-walk.ts";
import type { YamlFile } from "./yaml-file.ts";

export interface Layers {
  file: YamlFile | undefined;
  environment: readonly EnvironmentSetting[];
  flags: unknown;
}

/** All layers in one value, before defaults; shares nothing with them. */
export function mergeLayers(schema: SchemaNode, { file, environment, flags }: Layers): unknown {
  let merged: unknown = structuredClone(file?.value ?? {});
  // A file that is no group of settings is left for validation to refuse.
  if (!isPlainObject(merged)) return merged;
  for (const { path, value } of environment) merged = merge(schema, merged, nest(path, value));
  return merge(schema, merged, structuredClone(flags ?? {}));
}

/** Objects are merged; a text, a number, a list, a secret and a choice of one replace what was there. */
function merge(schema: SchemaNode | undefined, base: unknown, over: unknown): unknown {
  const replaces = schema === undefined || isSecret(schema) || schema.maxProperties === 1;
  if (replaces || !isPlainObject(base) || !isPlainObject(over)) return over;
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    result[key] = Object.hasOwn(base, key) ? merge(memberSchema(schema, key), base[key], value) : value;
  }
  return result;
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

/** Which layer a value comes from; what is in none (because it is missing) is asked of the file, where it belongs. */
export function originOf(path: ConfigPath, { file, environment, flags }: Layers): Origin {
  if (has(flags, path)) return { flag: true };
  const setting = environment.find((each) => each.path.every((key, index) => key === path[index]));
  if (setting !== undefined) return { env: setting.variable };
  return file === undefined ? { byDefault: true } : { file: file.locate(path) };
}

/** Whether the file itself gives this value, so that a relative path in it is relative to the file. */
export function isFromFile(path: ConfigPath, layers: Layers): boolean {
  return "file" in originOf(path, layers) && has(layers.file?.value, path);
}

/** Whether file, environment or command line give this value. */
export function isGiven(path: ConfigPath, { file, environment, flags }: Layers): boolean {
  if (has(flags, path) || has(file?.value, path)) return true;
  return environment.some((setting) => path.every((key, index) => key === setting.path[index]));
}

function has(value: unknown, path: ConfigPath): boolean {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return false;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current !== undefined && path.length > 0;
}
