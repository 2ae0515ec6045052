/** The documents of a schema: read, measured, and made ready for compilation. */
import type { JsonSchema } from "../core/program.ts";
import { type Draft, draftOf } from "./drafts.ts";

/** What is wrong with a schema, where: `path#/pointer: …`. */
export class SchemaError extends Error {
  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.name = "SchemaError";
  }
}

const maxTextLength = 1 << 20;
const maxDepth = 200;
const maxNodes = 50_000;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Documents {
  draft: Draft;
  /** By path, without `$schema`. */
  byPath: ReadonlyMap<string, object | boolean>;
}

/** Stands beside every reference, so that going round and round is counted. */
export const stepKeyword = "x-autoflow-step";

/** Reads the documents of a schema. Throws `SchemaError` when one is no JSON, or too large. */
export function readDocuments({ path, documents }: JsonSchema): Documents {
  const byPath = new Map<string, object | boolean>();
  const keywords = new Set<string>();
  const budget = { nodes: maxNodes };
  const texts = Object.entries(documents);
  if (texts.reduce((sum, [, text]) => sum + text.length, 0) > maxTextLength) {
    throw new SchemaError(path, `the schema is larger than ${maxTextLength} characters`);
  }
  let root: Json | undefined;
  for (const [name, text] of texts) {
    const json = parse(name, text);
    if (name === path) root = json;
    prepare(name, json, { keywords, budget, depth: 0 });
    byPath.set(name, json as object | boolean);
  }
  if (root === undefined) throw new SchemaError(path, "the schema's own document is missing");
  const draft = draftOf(root, keywords);
  for (const json of byPath.values()) if (typeof json === "object") delete (json as Record<string, Json>)["$schema"];
  return { draft, byPath };
}

function parse(path: string, text: string): Json {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw new SchemaError(path, `is not JSON: ${(error as Error).message}`);
  }
  if (typeof json === "boolean" || (typeof json === "object" && json !== null && !Array.isArray(json))) return json;
  throw new SchemaError(path, "a schema is an object, or true or false");
}

interface Walk {
  keywords: Set<string>;
  budget: { nodes: number };
  depth: number;
}

function prepare(path: string, json: Json, walk: Walk): void {
  if (typeof json !== "object" || json === null) return;
  if (--walk.budget.nodes < 0) throw new SchemaError(path, `the schema has more than ${maxNodes} parts`);
  if (walk.depth > maxDepth) throw new SchemaError(path, `the schema is nested more than ${maxDepth} deep`);
  const deeper = { ...walk, depth: walk.depth + 1 };
  if (Array.isArray(json)) {
    for (const item of json) prepare(path, item, deeper);
    return;
  }
  for (const [name, inner] of Object.entries(json)) {
    walk.keywords.add(name);
    prepare(path, inner, deeper);
  }
  // Nothing of a schema is awaited.
  if (json["$async"] === true) delete json["$async"];
  const refers = ["$ref", "$recursiveRef", "$dynamicRef"].some((name) => typeof json[name] === "string");
  if (refers) json[stepKeyword] = true;
}

/** Where a pattern stands that is not valid, as `path#/pointer`, and the pattern. */
export function findPattern(
  byPath: Documents["byPath"],
  isValid: (pattern: string) => boolean,
): { place: string; pattern: string } | undefined {
  const open = [...byPath].map(([path, json]) => ({ place: `${path}#`, json: json as Json }));
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { place, json } = entry;
    if (typeof json !== "object" || json === null) continue;
    for (const [name, inner] of Object.entries(json)) {
      const at = `${place}/${name}`;
      open.push({ place: at, json: inner });
      const patterns = name === "patternProperties" && typeof inner === "object" ? Object.keys(inner ?? {}) : [];
      if (name === "pattern" && typeof inner === "string") patterns.push(inner);
      const bad = patterns.find((pattern) => !isValid(pattern));
      if (bad !== undefined) return { place: at, pattern: bad };
    }
  }
  return undefined;
}
