/** Reads an object's fields as real files write them: null is absent, one thing is a list of one, 1.0 is a text where a text is meant. */
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";
import { describe, entryOf, type DataNode, type MapNode, type ScalarNode } from "./tree.ts";

export class Fields {
  readonly node: MapNode;
  /** For messages: `state "Wait"`. */
  readonly what: string;
  readonly problems: Problems;
  readonly #known = new Set<string>();

  constructor(node: MapNode, what: string, problems: Problems) {
    this.node = node;
    this.what = what;
    this.problems = problems;
  }

  /** The fields of a node that has to be an object; told when it is something else. */
  static of(node: DataNode | undefined, what: string, problems: Problems): Fields | undefined {
    if (node === undefined) return undefined;
    if (node.kind === "map") return new Fields(node, what, problems);
    problems.error(`${what} has to be an object, got ${describe(node)}`, node);
    return undefined;
  }

  /** The field's node under the first of these spellings that is there; undefined for null. */
  get(...keys: string[]): DataNode | undefined {
    let found: DataNode | undefined;
    for (const key of keys) {
      this.#known.add(key);
      const value = entryOf(this.node, key)?.value;
      if (value === undefined || (value.kind === "scalar" && value.value === null)) continue;
      found ??= value;
    }
    return found;
  }

  has(key: string): boolean {
    this.#known.add(key);
    return entryOf(this.node, key) !== undefined;
  }

  /** A scalar as text: what the author wrote for a number or a boolean. */
  text(...keys: string[]): string | undefined {
    const node = this.scalar(...keys);
    return node === undefined ? undefined : textOf(node);
  }

  scalar(...keys: string[]): ScalarNode | undefined {
    const node = this.get(...keys);
    if (node === undefined || node.kind === "scalar") return node;
    this.problems.error(`${keys[0]} of ${this.what} has to be a text, got ${describe(node)}`, node);
    return undefined;
  }

  /** A text that has to be there, and not to be blank. */
  required(...keys: string[]): string | undefined {
    const node = this.get(...keys);
    if (node === undefined) {
      this.problems.error(`${this.what} has no ${keys[0]}`, this.node);
      return undefined;
    }
    const text = this.text(...keys);
    if (text === undefined || text.trim() !== "") return text;
    this.problems.error(`${keys[0]} of ${this.what} is empty`, node);
    return undefined;
  }

  /** true, false, or a text that says so. */
  boolean(otherwise: boolean, ...keys: string[]): boolean {
    const node = this.get(...keys);
    if (node === undefined) return otherwise;
    const value = node.kind === "scalar" ? node.value : undefined;
    if (typeof value === "boolean") return value;
    const text = typeof value === "string" ? value.trim().toLowerCase() : undefined;
    if (text === "true" || text === "false") return text === "true";
    this.problems.error(`${keys[0]} of ${this.what} has to be true or false, got ${describe(node)}`, node);
    return otherwise;
  }

  /** A number, or a text that is one, within these bounds. */
  number(bounds: { least: number; most?: number; integer?: boolean }, ...keys: string[]): number | undefined {
    const node = this.get(...keys);
    if (node === undefined) return undefined;
    const text = node.kind === "scalar" && typeof node.value !== "boolean" ? textOf(node).trim() : "";
    const value = text === "" ? Number.NaN : Number(text);
    const { least, most = Number.MAX_SAFE_INTEGER, integer = false } = bounds;
    if (value >= least && value <= most && (!integer || Number.isInteger(value))) return value;
    const kind = integer ? "a whole number" : "a number";
    const range = bounds.most === undefined ? `from ${least} on` : `from ${least} to ${most}`;
    this.problems.error(`${keys[0]} of ${this.what} has to be ${kind} ${range}, got ${describe(node)}`, node);
    return undefined;
  }

  /** One of some words, whatever their case. */
  oneOf<Word extends string>(words: readonly Word[], ...keys: string[]): Word | undefined {
    const node = this.get(...keys);
    if (node === undefined) return undefined;
    const text = node.kind === "scalar" ? textOf(node).trim() : undefined;
    const found = words.find((word) => word.toLowerCase() === text?.toLowerCase());
    if (found !== undefined) return found;
    const meant = text === undefined ? undefined : nearest(text, words);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    const message = `${keys[0]} of ${this.what} has to be ${listed(words)}, got ${describe(node)}${hint}`;
    this.problems.error(message, node);
    return undefined;
  }

  /** A list; one thing that is none stands for a list of it. */
  list(...keys: string[]): DataNode[] {
    const node = this.get(...keys);
    if (node === undefined) return [];
    return node.kind === "list" ? node.items : [node];
  }

  /** A list of texts. */
  texts(...keys: string[]): { text: string; node: DataNode }[] {
    const found: { text: string; node: DataNode }[] = [];
    for (const node of this.list(...keys)) {
      if (node.kind === "scalar" && node.value !== null) found.push({ text: textOf(node), node });
      else this.problems.error(`${keys[0]} of ${this.what} has to hold texts, got ${describe(node)}`, node);
    }
    return found;
  }

  object(...keys: string[]): Fields | undefined {
    return Fields.of(this.get(...keys), `${keys[0]} of ${this.what}`, this.problems);
  }

  /** Tells of the fields that nobody asked for. `also` are known, and mean nothing here. */
  end(...also: string[]): void {
    for (const key of also) this.#known.add(key);
    for (const { key, keyOffset } of this.node.entries) {
      if (this.#known.has(key) || key.startsWith("x-") || key === "$schema" || key === "//") continue;
      const meant = nearest(key, this.#known);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      const message = `${this.what} has no field ${key}: it means nothing${hint}`;
      this.problems.warn("unknown-field", message, this.node.source.location(keyOffset));
    }
  }
}

/** A scalar as the text that was meant. */
export function textOf({ value, written }: ScalarNode): string {
  if (typeof value === "string") return value;
  return value === null ? "" : written;
}

/** "a, b or c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
