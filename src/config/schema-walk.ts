/** Walking the configuration's JSON Schema, which is plain data: only the keywords that `schema.ts` uses. */
import { configSchema } from "./schema.ts";
import { fileOnlyMark, secretMark } from "./schema-parts.ts";

export interface SchemaNode {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, SchemaNode>;
  patternProperties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  required?: string[];
  maxProperties?: number;
  [secretMark]?: true;
  [fileOnlyMark]?: true;
}

/** The whole configuration's schema. */
export const rootSchema = configSchema as unknown as SchemaNode;

export interface SchemaLeaf {
  path: string[];
  schema: SchemaNode;
}

/** The settings that have a fixed path and a value that fits into one text: what the environment can set. */
export function fixedLeaves(schema: SchemaNode, path: string[] = []): SchemaLeaf[] {
  if (schema[fileOnlyMark] === true) return [];
  if (isSecret(schema)) return [{ path, schema }];
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, child]) => fixedLeaves(child, [...path, name]));
  }
  const isText = schema.patternProperties === undefined && schema.items?.properties === undefined;
  return isText ? [{ path, schema }] : [];
}

/** The schema of a member of an object or list, or undefined when it has none. */
export function memberSchema(schema: SchemaNode, key: string | number): SchemaNode | undefined {
  if (typeof key === "number") return schema.items;
  const named = schema.properties;
  if (named !== undefined && Object.hasOwn(named, key)) return named[key];
  return Object.values(schema.patternProperties ?? {})[0];
}

export function isSecret(schema: SchemaNode): boolean {
  return schema[secretMark] === true;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
