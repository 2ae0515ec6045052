/** YAML text to values: the core schema of YAML 1.2.2, one document. */
import {
  type CST,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Parser,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Thread } from "../library/builtin.ts";
import { canonicalInt, chargeInt } from "../values/integers.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { fromText } from "../values/text.ts";
import { Float, HeapValue, List, type Value } from "../values/value.ts";

/** A text is not YAML, or more of it than is read. */
export class YamlProblem extends Error {
  /** Where in the text. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = "YamlProblem";
    this.offset = offset;
  }
}

/** Collections in one another. */
const maxDepth = 100;
/** Values, each as often as aliases repeat it: what a program meets that walks through the whole. */
const maxValues = 1_000_000;

const options = {
  version: "1.2",
  schema: "core",
  intAsBigInt: true,
  // Checked here: the package compares each key with each other one, and does not know that 1 is 1.0.
  uniqueKeys: false,
  merge: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/**
 * Ints have any size; there are no dates and no merge keys. A key that is there twice is an error, and so are unknown tags.
 * An alias is the value itself, not a copy. Throws YamlProblem. `thread` pays for time and memory.
 */
export function decodeYaml(thread: Thread, text: string): Value {
  thread.spend(text.length);
  const document = parse(text);
  if (document === undefined || document.contents === null) return null;
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw new YamlProblem(problem.message, Math.min(problem.pos[0], text.length));
  return new Reader(thread).read(document.contents).value;
}

function parse(text: string): Document.Parsed | undefined {
  const tokens = [...new Parser().parse(text)];
  checkDepth(tokens);
  const documents = [...new Composer(options).compose(tokens, true, text.length)];
  const second = documents[1];
  if (second !== undefined) {
    throw new YamlProblem("there is more than one document", second.contents?.range?.[0] ?? second.range?.[0] ?? 0);
  }
  return documents[0];
}

/** The package goes down into collections by calling itself, so the depth is looked at before. */
function checkDepth(tokens: readonly CST.Token[]): void {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth)
      throw new YamlProblem(`nested more than ${maxDepth} deep`, "offset" in token ? token.offset : 0);
    if (token.type === "document" && token.value !== undefined) pending.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null) pending.push({ token: key, depth: depth + 1 });
      if (value !== undefined) pending.push({ token: value, depth: depth + 1 });
    }
  }
}

/** A value, and how many values a program meets that walks through it. */
interface Read {
  value: Value;
  size: number;
}

class Reader {
  readonly #thread: Thread;
  /** What anchors stand for; undefined while their value is being read. */
  readonly #anchors = new Map<string, Read | undefined>();

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  read(node: unknown): Read {
    if (node === null || node === undefined) return { value: null, size: 1 };
    if (isAlias(node)) return this.#alias(node.source, startOf(node));
    if (!isScalar(node) && !isSeq(node) && !isMap(node)) throw new Error("a node of an unknown kind");
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const read = isScalar(node)
      ? { value: this.#scalar(node.value, startOf(node)), size: 1 }
      : isSeq(node)
        ? this.#list(node.items, startOf(node))
        : this.#dict(node);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #alias(name: string, at: number): Read {
    const read = this.#anchors.get(name);
    if (read !== undefined) return read;
    if (this.#anchors.has(name)) throw new YamlProblem(`the alias *${name} is part of what it stands for`, at);
    throw new YamlProblem(`there is no anchor &${name} before this alias`, at);
  }

  #scalar(value: unknown, at: number): Value {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "bigint") return this.#int(value, at);
    if (typeof value === "number") {
      this.#thread.charge(16);
      return new Float(value);
    }
    if (typeof value !== "string") throw new YamlProblem("a value of an unknown kind", at);
    const text = fromText(value);
    this.#thread.charge(24 + text.length);
    return text;
  }

  #int(value: bigint, at: number): Value {
    const int = canonicalInt(value);
    if (typeof int === "number") return int;
    try {
      chargeInt(this.#thread, 4 * value.toString(16).length);
    } catch (error) {
      throw error instanceof EvalError ? new YamlProblem(error.message, at) : error;
    }
    return int;
  }

  #list(items: readonly unknown[], at: number): Read {
    this.#thread.charge(48 + 8 * items.length);
    const values: Value[] = [];
    let size = 1;
    for (const item of items) {
      const read = this.read(item);
      values.push(read.value);
      size = this.#add(size, read.size, at);
    }
    return { value: new List(values), size };
  }

  #dict(node: YAMLMap): Read {
    this.#thread.charge(64 + Dict.entrySize * node.items.length);
    const dict = new Dict();
    let size = 1;
    for (const pair of node.items) {
      const read = this.#entry(dict, pair, startOf(node));
      size = this.#add(size, read.size, startOf(node));
    }
    return { value: dict, size };
  }

  #entry(dict: Dict, pair: Pair, within: number): Read {
    const at = startOf(pair.key) ?? within;
    const key = this.read(pair.key).value;
    if (key instanceof HeapValue && !(key instanceof Float))
      throw new YamlProblem("a list or dict cannot be a key", at);
    try {
      if (dict.has(key)) throw new YamlProblem("this key is there twice", at);
    } catch (error) {
      throw error instanceof EvalError ? new YamlProblem(error.message, at) : error;
    }
    const read = this.read(pair.value);
    dict.set(key, read.value);
    return { value: read.value, size: read.size + 1 };
  }

  #add(size: number, more: number, at: number): number {
    if (size + more > maxValues) throw new YamlProblem(`aliases make more than ${maxValues} values of this`, at);
    return size + more;
  }
}

function startOf(node: unknown): number {
  return (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
}
