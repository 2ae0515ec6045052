/** Prints a configuration without its secrets. */
import { stringify } from "yaml";
import type { RawConfig } from "./schema.ts";
import { isPlainObject, isSecret, memberSchema, rootSchema, type SchemaNode } from "./schema-walk.ts";

const hidden = "***";

/** The configuration as YAML; every secret that is written out is `***`, and where the others are kept stays. */
export function printConfig(raw: RawConfig): string {
  return stringify(redact(rootSchema, raw), { lineWidth: 0 });
}

function redact(schema: SchemaNode | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(schema?.items, item));
  if (schema !== undefined && isSecret(schema) && !isPlainObject(value)) return hidden;
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    orderedKeys(schema, value).map((key) => [key, redact(schema && memberSchema(schema, key), value[key])]),
  );
}

/** Those that are known, as the schema orders them; all where names are free. */
function orderedKeys(schema: SchemaNode | undefined, value: object): string[] {
  if (schema?.properties === undefined) return Object.keys(value);
  return Object.keys(schema.properties).filter((key) => Object.hasOwn(value, key));
}
