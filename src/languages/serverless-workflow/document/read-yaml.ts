/** YAML 1.2 (core schema, with merge keys) to located trees. */
import { type CST, Composer, type Document, isAlias, isMap, isScalar, isSeq, Parser, type YAMLMap } from "yaml";
import { duplicateKey } from "./read-json.ts";
import type { ReadDocument, ReadLimits, ReadProblem } from "./read-document.ts";
import type { SourceText } from "./source-text.ts";
import type { DataNode, MapEntry, ScalarNode } from "./tree.ts";

const options = {
  version: "1.2",
  schema: "core",
  // The package compares each key with each other one; it is done here.
  uniqueKeys: false,
  merge: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/** Of several documents all that are not empty. Keys that are there twice and tags are told; they do no harm. */
export function readYaml(source: SourceText, limits: ReadLimits): ReadDocument {
  const problems: ReadProblem[] = [];
  const roots: DataNode[] = [];
  try {
    const tokens = [...new Parser().parse(source.text)];
    checkDepth(tokens, limits.depth);
    for (const document of new Composer(options).compose(tokens, false, source.text.length)) {
      const failed = document.errors.map((error) => yamlProblem("error", error.message, error.pos[0], source));
      const warned = document.warnings.map((warning) =>
        yamlProblem("warning", warning.message, warning.pos[0], source),
      );
      // What follows the first error is mostly of its making.
      const [first] = failed.toSorted((a, b) => a.offset - b.offset);
      problems.push(...(first === undefined ? [] : [first]), ...warned.slice(0, 20));
      if (failed.length > 0 || isEmpty(document)) continue;
      roots.push(new Reader(source, limits, problems).read(document.contents).node);
    }
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    problems.push({ severity: "error", message: error.message, offset: error.offset });
  }
  const isBad = problems.some(({ severity }) => severity === "error");
  return { source, roots: isBad ? [] : roots, problems };
}

class YamlProblem extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function isEmpty({ contents }: Document.Parsed | Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === "");
}

function yamlProblem(
  severity: "error" | "warning",
  message: string,
  offset: number,
  { text }: SourceText,
): ReadProblem {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const indentation = /^[ ]*\t/.test(text.slice(lineStart));
  const shown = severity === "error" && indentation ? "a tab indents this line: YAML takes spaces only" : message;
  return {
    severity,
    message: shown,
    offset: Math.min(offset, text.length),
    ...(severity === "warning" && { rule: "yaml" }),
  };
}

/** The package goes down into collections by calling itself, so the depth is looked at before. */
function checkDepth(tokens: readonly CST.Token[], most: number): void {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > most) throw new YamlProblem(`nested more than ${most} deep`, "offset" in token ? token.offset : 0);
    if (token.type === "document" && token.value !== undefined) pending.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null) pending.push({ token: key, depth: depth + 1 });
      if (value !== undefined) pending.push({ token: value, depth: depth + 1 });
    }
  }
}

/** A node, and how many values a program meets that walks through it. */
interface Read {
  node: DataNode;
  size: number;
}

class Reader {
  readonly #source: SourceText;
  readonly #limits: ReadLimits;
  readonly #problems: ReadProblem[];
  /** What anchors stand for; undefined while their value is being read. */
  readonly #anchors = new Map<string, Read | undefined>();

  constructor(source: SourceText, limits: ReadLimits, problems: ReadProblem[]) {
    this.#source = source;
    this.#limits = limits;
    this.#problems = problems;
  }

  read(node: unknown, within = 0): Read {
    if (node === null || node === undefined) return { node: this.#scalar(null, "", within), size: 1 };
    if (isAlias(node)) return this.#alias(node.source, startOf(node, within));
    if (!isScalar(node) && !isSeq(node) && !isMap(node)) throw new YamlProblem("not a value", startOf(node, within));
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const offset = startOf(node, within);
    const read = isScalar(node)
      ? { node: this.#scalar(node.value, writtenOf(node, this.#source.text), offset), size: 1 }
      : isSeq(node)
        ? this.#list(node.items, offset)
        : this.#map(node, offset);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #alias(name: string, at: number): Read {
    const read = this.#anchors.get(name);
    if (read !== undefined) return read;
    if (this.#anchors.has(name)) throw new YamlProblem(`the alias *${name} is part of what it stands for`, at);
    throw new YamlProblem(`there is no anchor &${name} before this alias`, at);
  }

  #scalar(value: unknown, written: string, offset: number): ScalarNode {
    return { kind: "scalar", value: isPlain(value) ? value : written, written, source: this.#source, offset };
  }

  #list(items: readonly unknown[], offset: number): Read {
    const nodes: DataNode[] = [];
    let size = 1;
    for (const item of items) {
      const read = this.read(item, offset);
      nodes.push(read.node);
      size = this.#add(size, read.size, offset);
    }
    return { node: { kind: "list", items: nodes, source: this.#source, offset }, size };
  }

  #map(node: YAMLMap, offset: number): Read {
    const entries: MapEntry[] = [];
    const merged: DataNode[] = [];
    const seen = new Set<string>();
    let size = 1;
    for (const pair of node.items) {
      const keyOffset = startOf(pair.key, offset);
      const key = this.#key(pair.key, keyOffset);
      const read = this.read(pair.value, keyOffset + key.length + 1);
      size = this.#add(size, read.size + 1, keyOffset);
      if (key === "<<" && isPlainKey(pair.key)) {
        merged.push(...(read.node.kind === "list" ? read.node.items : [read.node]));
        continue;
      }
      if (seen.has(key)) this.#problems.push(duplicateKey(key, keyOffset));
      seen.add(key);
      entries.push({ key, keyOffset, value: read.node });
    }
    for (const one of merged) this.#merge(one, entries, seen);
    return { node: { kind: "map", entries, source: this.#source, offset }, size };
  }

  /** A merge key: what the map has itself, and what was merged before, stays. */
  #merge(from: DataNode, into: MapEntry[], seen: Set<string>): void {
    if (from.kind !== "map") throw new YamlProblem("<< merges an object, or a list of objects", from.offset);
    for (const entry of from.entries) {
      if (seen.has(entry.key)) continue;
      seen.add(entry.key);
      into.push(entry);
    }
  }

  #key(key: unknown, at: number): string {
    const { node } = this.read(key, at);
    if (node.kind !== "scalar") throw new YamlProblem("a list or an object cannot be a key", at);
    if (typeof node.value === "string") return node.value;
    return node.written === "" ? "null" : node.written;
  }

  #add(size: number, more: number, at: number): number {
    const most = this.#limits.values;
    if (size + more > most) throw new YamlProblem(`aliases make more than ${most} values of this`, at);
    return size + more;
  }
}

function isPlain(value: unknown): value is ScalarNode["value"] {
  return value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number";
}

function isPlainKey(key: unknown): boolean {
  return isScalar(key) && (key.type === undefined || key.type === "PLAIN");
}

/** The characters of a scalar: without the indicator line of block scalars' properties such as anchors. */
function writtenOf(node: { range?: [number, number, number] | null }, text: string): string {
  return node.range === undefined || node.range === null ? "" : text.slice(node.range[0], node.range[1]);
}

function startOf(node: unknown, otherwise: number): number {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0] ?? otherwise;
}
