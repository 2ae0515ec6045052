/**
 * A YAML or JSON document as a tree that knows where everything stands. Objects are lists of entries: their order and keys such as
 * "__proto__" survive.
 */
import type { Location } from "../../../core/errors.ts";
import type { Json, JsonText } from "../model.ts";
import type { SourceText } from "./source-text.ts";

export type DataNode = ScalarNode | ListNode | MapNode;

interface NodeBase {
  source: SourceText;
  offset: number;
}

export interface ScalarNode extends NodeBase {
  kind: "scalar";
  value: null | boolean | number | string;
  /** The characters that stand for it, quotes included: what the author wrote for 1.0. */
  written: string;
}

export interface ListNode extends NodeBase {
  kind: "list";
  items: DataNode[];
}

export interface MapNode extends NodeBase {
  kind: "map";
  entries: MapEntry[];
}

export interface MapEntry {
  key: string;
  keyOffset: number;
  value: DataNode;
}

/** Where a node stands. */
export function placeOf(node: DataNode): Location {
  return node.source.location(node.offset);
}

/** The value of a key; of several the last one, as YAML and JSON readers have it. */
export function entryOf(node: DataNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === "map" ? node.entries.findLast((entry) => entry.key === key) : undefined;
}

/** The value under keys and indices, one after the other. */
export function nodeAt(node: DataNode | undefined, path: readonly (string | number)[]): DataNode | undefined {
  let at = node;
  for (const step of path) {
    at = typeof step === "number" ? (at?.kind === "list" ? at.items[step] : undefined) : entryOf(at, step)?.value;
    if (at === undefined) return undefined;
  }
  return at;
}

/** JSON text of a node, keys in their order. A key that is there twice has its last value, in its first place. */
export function jsonTextOf(node: DataNode): JsonText {
  if (node.kind === "scalar") return scalarText(node);
  if (node.kind === "list") return `[${node.items.map(jsonTextOf).join(",")}]`;
  const entries = new Map(node.entries.map(({ key, value }) => [key, value]));
  return `{${[...entries].map(([key, value]) => `${JSON.stringify(key)}:${jsonTextOf(value)}`).join(",")}}`;
}

/** JSON knows no NaN; integers past 2^53 keep their digits. */
function scalarText({ value, written }: ScalarNode): string {
  if (typeof value !== "number") return JSON.stringify(value);
  if (!Number.isFinite(value)) return "null";
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?(?:0|[1-9]\d*)$/.test(written)) return written;
  return String(value);
}

/** The node as a value. */
export function jsonOf(node: DataNode): Json {
  return JSON.parse(jsonTextOf(node)) as Json;
}

/** What a reader calls it, with a short value: `the text "abc"`, `a list`. */
export function describe(node: DataNode): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "an object";
  if (node.value === null) return "nothing";
  const shown = JSON.stringify(node.value);
  const cut = shown.length > 60 ? `${shown.slice(0, 57)}…"` : shown;
  return typeof node.value === "string" ? `the text ${cut}` : `${typeof node.value} ${cut}`;
}
