/** Reads the keys of an object of a policy file. What is unknown is told, and passed over as gitlab-triage does. */
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import type { Problems } from "../../serverless-workflow/document/problems.ts";
import {
  describe,
  entryOf,
  type DataNode,
  type MapNode,
  type ScalarNode,
} from "../../serverless-workflow/document/tree.ts";
import type { SourceCode } from "../model.ts";
import { codeOf, textOf } from "./scalar-text.ts";

export class PolicyFields {
  readonly node: MapNode;
  /** For messages: `rule "Stale"`. */
  readonly what: string;
  readonly problems: Problems;
  readonly #known = new Set<string>();

  constructor(node: MapNode, what: string, problems: Problems) {
    this.node = node;
    this.what = what;
    this.problems = problems;
  }

  /** The fields of a node that has to be an object; told when it is something else. Nothing is an object without fields. */
  static of(node: DataNode | undefined, what: string, problems: Problems): PolicyFields | undefined {
    if (node === undefined || isNothing(node)) return undefined;
    if (node.kind === "map") return new PolicyFields(node, what, problems);
    problems.error(`${what} has to be an object, got ${describe(node)}`, node, "POLICY_INVALID");
    return undefined;
  }

  /** The value of a key; undefined for null. */
  get(key: string): DataNode | undefined {
    this.#known.add(key);
    const value = entryOf(this.node, key)?.value;
    return value === undefined || isNothing(value) ? undefined : value;
  }

  /** Whether the key is there, be it without a value. */
  has(key: string): boolean {
    this.#known.add(key);
    return entryOf(this.node, key) !== undefined;
  }

  object(key: string): PolicyFields | undefined {
    return PolicyFields.of(this.get(key), `${key} of ${this.what}`, this.problems);
  }

  /** A text or a number that is not blank. */
  text(key: string): string | undefined {
    const node = this.scalar(key);
    if (node === undefined) return undefined;
    const text = textOf(node).trim();
    if (text !== "") return text;
    this.tell(key, "a text", node);
    return undefined;
  }

  /** The same, and it has to be there. */
  required(key: string): string | undefined {
    if (this.get(key) !== undefined) return this.text(key);
    this.lacks(key);
    return undefined;
  }

  /** A text as code or template. */
  code(key: string): SourceCode | undefined {
    const node = this.scalar(key);
    return node === undefined ? undefined : codeOf(node);
  }

  scalar(key: string): ScalarNode | undefined {
    const node = this.#single(key);
    if (node === undefined || node.kind === "scalar") return node;
    this.tell(key, "a text", node);
    return undefined;
  }

  /** The value of a key; a list of one stands for what is in it. */
  #single(key: string): DataNode | undefined {
    const node = this.get(key);
    return node?.kind === "list" && node.items.length === 1 ? node.items[0] : node;
  }

  boolean(key: string): boolean | undefined {
    const node = this.get(key);
    if (node === undefined) return undefined;
    if (node.kind === "scalar") {
      if (typeof node.value === "boolean") return node.value;
      // YAML 1.1, which Ruby reads, has these words for it.
      const word = typeof node.value === "string" ? node.value.toLowerCase() : "";
      if (["true", "yes", "on"].includes(word)) return true;
      if (["false", "no", "off"].includes(word)) return false;
    }
    this.tell(key, "true or false", node);
    return undefined;
  }

  /** A whole number from `least` on that has to be there. */
  whole(key: string, least: number): number | undefined {
    const node = this.get(key);
    if (node === undefined) {
      this.lacks(key);
      return undefined;
    }
    const text = node.kind === "scalar" && typeof node.value !== "boolean" ? textOf(node).trim() : "";
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && Number.isSafeInteger(value)) return value;
    this.tell(key, `a whole number from ${least} on`, node);
    return undefined;
  }

  /** One of some words. */
  oneOf<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const node = this.#single(key);
    if (node === undefined) return undefined;
    const text = node.kind === "scalar" ? textOf(node).trim() : "";
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const meant = nearest(text, words);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    this.problems.error(
      `${key} of ${this.what} has to be ${listed(words)}, got ${describe(node)}${hint}`,
      node,
      "POLICY_INVALID",
    );
    return undefined;
  }

  /** The same, and it has to be there. */
  requiredOneOf<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    if (this.get(key) !== undefined) return this.oneOf(key, words);
    this.lacks(key);
    return undefined;
  }

  /** A list of texts; one text stands for a list of it. */
  texts(key: string): { text: string; node: ScalarNode }[] {
    return this.list(key).flatMap((node) => {
      if (node.kind === "scalar" && !isNothing(node)) return [{ text: textOf(node), node }];
      this.tell(key, "a list of texts", node);
      return [];
    });
  }

  /** The first of a list, or what is there instead of one. */
  first(key: string): ScalarNode | undefined {
    const [first] = this.list(key);
    if (first === undefined || isNothing(first)) return undefined;
    if (first.kind === "scalar") return first;
    this.tell(key, "a text", first);
    return undefined;
  }

  list(key: string): DataNode[] {
    const node = this.get(key);
    if (node === undefined) return [];
    return node.kind === "list" ? node.items : [node];
  }

  lacks(key: string): void {
    this.problems.error(`${this.what} has no ${key}`, this.node, "POLICY_INVALID");
  }

  tell(key: string, wanted: string, node: DataNode): void {
    this.problems.error(`${key} of ${this.what} has to be ${wanted}, got ${describe(node)}`, node, "POLICY_INVALID");
  }

  /**
   * Tells of the keys that nobody asked for. `elsewhere` says of some what they are not known for. `refuses` which of them cannot be
   * passed over: those that look like another key, or all.
   */
  end({
    elsewhere,
    refuses = "none",
  }: { elsewhere?: ReadonlyMap<string, string>; refuses?: "none" | "misspelt" | "all" } = {}): void {
    for (const { key, keyOffset } of this.node.entries) {
      if (this.#known.has(key)) continue;
      const meant = elsewhere?.has(key) === true ? undefined : nearest(key, this.#known);
      const hint = elsewhere?.get(key) ?? (meant === undefined ? "" : `; did you mean ${meant}?`);
      const where = this.node.source.location(keyOffset);
      const message = `${this.what} has no key ${key}${hint}`;
      if (refuses === "all" || (refuses === "misspelt" && meant !== undefined))
        this.problems.error(message, where, "POLICY_INVALID");
      else this.problems.warn("unknown-key", hint === "" ? `${message}; it means nothing` : message, where);
    }
  }
}

function isNothing(node: DataNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** "a, b or c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
