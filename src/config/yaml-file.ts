/** Reads a YAML file and remembers where each value stands. */
import { readFileSync } from "node:fs";
import {
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from "yaml";
import { AutoFlowError, type Location } from "../core/errors.ts";
import type { ConfigPath } from "./problem.ts";

export interface YamlFile {
  file: string;
  /** Plain data; `{}` for an empty file. */
  value: unknown;
  /** Where the key of a path stands, or the nearest thing around it that is in the file. */
  locate(path: ConfigPath): Location;
}

/** Throws CONFIG_INVALID when the file cannot be read or is not YAML. */
export function readYamlFile(file: string): YamlFile {
  return parseYaml(file, readText(file));
}

/** As readYamlFile, for a text that is already there; `file` names it. */
export function parseYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const error = document.errors[0];
  if (error !== undefined) {
    throw new AutoFlowError("CONFIG_INVALID", `not valid YAML: ${error.message}`, { where: place(error.pos[0]) });
  }
  const value = (document.toJS({ maxAliasCount: 100 }) as unknown) ?? {};
  return { file, value, locate: (path) => place(offsetOf(document, path)) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new AutoFlowError("CONFIG_INVALID", `cannot read the configuration file ${file}: ${why}`, { cause });
  }
}

function offsetOf(document: Document, path: ConfigPath): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? startOf(node) : 0;
  for (const part of path) {
    const next = isMap(node)
      ? node.items.find((pair) => keyOf(pair) === String(part))
      : isCollection(node)
        ? node.items[Number(part)]
        : undefined;
    if (next === undefined) return offset;
    const target = isPair(next) ? next.key : next;
    if (isNode(target)) offset = startOf(target);
    node = isPair(next) ? next.value : next;
  }
  return offset;
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
