/** Checks a configuration against the schema, fills defaults in, and says what is wrong in words. */
import { BlockList, isIP } from "node:net";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { parseDuration } from "../core/duration.ts";
import { splitHostPort } from "./host-port.ts";
import type { ConfigPath } from "./problem.ts";
import { fileOnlyMark, secretMark } from "./schema-parts.ts";
import { isPlainObject, isSecret, type SchemaNode } from "./schema-walk.ts";
import { mostSimilar } from "./similar.ts";

export interface Finding {
  path: ConfigPath;
  message: string;
  hint?: string;
  /** It is a name that is not known, and none that is known is like it. */
  isStrange?: true;
}

interface Format {
  accepts: (text: string) => boolean;
  expected: string;
}

const formats: Record<string, Format> = {
  duration: { accepts: isDuration, expected: 'a duration such as "30s", "1h30m" or "7d"' },
  "duration-or-forever": {
    accepts: (text) => text === "forever" || isDuration(text),
    expected: 'a duration such as "12h" or "30d", or "forever"',
  },
  cidr: { accepts: isCidr, expected: 'an IP address or CIDR range such as "10.0.0.0/8"' },
  "host-port": {
    accepts: (text) => splitHostPort(text)?.host !== undefined,
    expected: 'a host and a port such as "localhost:7233"',
  },
  "listen-address": {
    accepts: (text) => splitHostPort(text) !== undefined,
    expected: 'a host and a port such as "127.0.0.1:8142", or ":8142"',
  },
  email: { accepts: (text) => /^[^\s@]+@[^\s@]+$/.test(text), expected: 'an e-mail address such as "ada@example.com"' },
  "http-url": { accepts: isHttpUrl, expected: 'an address such as "https://gitlab.example.com"' },
};

/** Fills defaults into `value` and returns what is wrong with it, in the order of the schema; nothing when all is well. */
export function validate(schema: SchemaNode, value: unknown): Finding[] {
  const check = checkOf(schema);
  if (check(value)) return [];
  return (check.errors ?? []).map((error) => describeError(error, value));
}

/** What schemas were compiled to, which takes a thousand times as long as a check. */
const checks = new WeakMap<SchemaNode, ValidateFunction>();

function checkOf(schema: SchemaNode): ValidateFunction {
  const known = checks.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, strictTypes: false });
  ajv.addVocabulary([secretMark, fileOnlyMark]);
  for (const [name, { accepts }] of Object.entries(formats)) ajv.addFormat(name, accepts);
  const check = ajv.compile(schema);
  checks.set(schema, check);
  return check;
}

function describeError(error: ErrorObject, root: unknown): Finding {
  const path = pathOf(error.instancePath, root);
  const params = error.params as Record<string, unknown>;
  const parent = error.parentSchema as SchemaNode;
  switch (error.keyword) {
    case "additionalProperties":
      return describeUnknownKey([...path, String(params["additionalProperty"])], parent);
    case "required":
      return { path: [...path, String(params["missingProperty"])], message: "is missing" };
    case "minProperties":
    case "maxProperties":
      return { path, message: `needs exactly one of ${Object.keys(parent.properties ?? {}).join(", ")}` };
    case "type":
      return describeType(path, parent, error.data);
    case "enum":
      return describeChoice(path, parent, error.data);
    case "format":
      return { path, message: `must be ${expected(parent)}, got ${shown(error.data, parent)}` };
    case "minimum":
      return { path, message: `must be at least ${parent.minimum}, got ${shown(error.data, parent)}` };
    case "maximum":
      return { path, message: `must be at most ${parent.maximum}, got ${shown(error.data, parent)}` };
    case "minLength":
    case "minItems":
      return { path, message: "must not be empty" };
    default:
      return { path, message: `${error.message ?? "is not valid"}, got ${shown(error.data, parent)}` };
  }
}

function describeUnknownKey(path: ConfigPath, parent: SchemaNode): Finding {
  const key = String(path.at(-1));
  const [pattern] = Object.keys(parent.patternProperties ?? {});
  if (pattern !== undefined) return { path, message: `is not a valid name: names match ${pattern}` };
  const names = Object.keys(parent.properties ?? {});
  const similar = mostSimilar(key, names);
  const hint = `Known here: ${names.join(", ")}.`;
  if (similar === undefined) return { path, message: "is not known", hint, isStrange: true };
  return { path, message: `is not known; did you mean ${similar}?`, hint };
}

const typeNames: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  boolean: "true or false",
  object: "a group of settings",
  array: "a list",
};

function describeType(path: ConfigPath, schema: SchemaNode, data: unknown): Finding {
  const message = `must be ${expected(schema)}, got ${shown(data, schema)}`;
  const isScalar = typeof data === "number" || typeof data === "boolean";
  const wantsText = schema.type === "string" && schema.format === undefined && isScalar;
  return wantsText ? { path, message, hint: "Put it in quotes." } : { path, message };
}

function expected(schema: SchemaNode): string {
  if (isSecret(schema)) return "text, or a group with one of env, file, value";
  const format = formats[schema.format ?? ""];
  if (format !== undefined) return format.expected;
  return [schema.type ?? []]
    .flat()
    .map((type) => typeNames[type] ?? type)
    .join(" or ");
}

function describeChoice(path: ConfigPath, schema: SchemaNode, data: unknown): Finding {
  const choices = (schema.enum ?? []).map(String);
  const similar = typeof data === "string" ? mostSimilar(data, choices) : undefined;
  const question = similar === undefined ? "" : `; did you mean ${similar}?`;
  return { path, message: `must be one of ${choices.join(", ")}, got ${shown(data, schema)}${question}` };
}

/** What was got; never the value of a secret. */
function shown(data: unknown, schema: SchemaNode): string {
  if (data === null) return "nothing";
  if (Array.isArray(data)) return "a list";
  if (isPlainObject(data)) return "a group of settings";
  if (isSecret(schema)) return `a ${typeof data}`;
  return JSON.stringify(data);
}

/** Keys and indices of a JSON pointer. */
function pathOf(pointer: string, root: unknown): ConfigPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split("/").slice(1)) {
    const key = Array.isArray(value) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(key);
    value = (value as Record<string | number, unknown> | undefined)?.[key];
  }
  return path;
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

function isCidr(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || more.length > 0 || (prefix !== undefined && !/^\d+$/.test(prefix)))
    return false;
  try {
    if (prefix !== undefined) new BlockList().addSubnet(address, Number(prefix), version === 4 ? "ipv4" : "ipv6");
    return true;
  } catch {
    return false;
  }
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "" && url.search === ""
  );
}
