/** JSON (RFC 8259) to a located tree, with messages that say what to do. */
import type { ReadDocument, ReadLimits, ReadProblem } from "./read-document.ts";
import type { SourceText } from "./source-text.ts";
import type { DataNode, MapEntry } from "./tree.ts";

/** Keys that are there twice are told; the last one counts. */
export function readJson(source: SourceText, limits: ReadLimits): ReadDocument {
  const reader = new JsonReader(source, limits);
  try {
    return { source, roots: [reader.document()], problems: reader.problems };
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const problem: ReadProblem = { severity: "error", message: error.message, offset: error.offset };
    return { source, roots: [], problems: [...reader.problems, problem] };
  }
}

class JsonProblem extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z_$][\w$]*/y;

class JsonReader {
  readonly problems: ReadProblem[] = [];
  readonly #source: SourceText;
  readonly #text: string;
  readonly #limits: ReadLimits;
  #at = 0;
  #depth = 0;
  #values = 0;

  constructor(source: SourceText, limits: ReadLimits) {
    this.#source = source;
    this.#text = source.text;
    this.#limits = limits;
  }

  document(): DataNode {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected("the end of the text");
    return value;
  }

  #value(): DataNode {
    this.#space();
    const offset = this.#at;
    if (++this.#values > this.#limits.values) throw new JsonProblem(`more than ${this.#limits.values} values`, offset);
    const first = this.#text[offset];
    if (first === "{") return this.#nested(() => this.#map(offset));
    if (first === "[") return this.#nested(() => this.#list(offset));
    if (first === '"') {
      const value = this.#string();
      return this.#scalar(value, offset);
    }
    const digits = this.#match(number);
    if (digits !== undefined) return this.#scalar(Number(digits), offset);
    const name = this.#match(word);
    if (name === "true" || name === "false") return this.#scalar(name === "true", offset);
    if (name === "null") return this.#scalar(null, offset);
    this.#at = offset;
    throw this.#unexpected("a value");
  }

  #scalar(value: null | boolean | number | string, offset: number): DataNode {
    return { kind: "scalar", value, written: this.#text.slice(offset, this.#at), source: this.#source, offset };
  }

  #nested(read: () => DataNode): DataNode {
    if (++this.#depth > this.#limits.depth)
      throw new JsonProblem(`nested more than ${this.#limits.depth} deep`, this.#at);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #map(offset: number): DataNode {
    const entries: MapEntry[] = [];
    const seen = new Set<string>();
    this.#space();
    if (!this.#take("}")) {
      do {
        this.#space();
        const keyOffset = this.#at;
        if (this.#text[keyOffset] !== '"') throw this.#unexpected("a key in double quotes");
        const key = this.#string();
        if (seen.has(key)) this.problems.push(duplicateKey(key, keyOffset));
        seen.add(key);
        this.#space();
        if (!this.#take(":")) throw this.#unexpected('":"');
        entries.push({ key, keyOffset, value: this.#value() });
        this.#space();
      } while (this.#take(","));
      if (!this.#take("}")) throw this.#unexpected('"," or "}"');
    }
    return { kind: "map", entries, source: this.#source, offset };
  }

  #list(offset: number): DataNode {
    const items: DataNode[] = [];
    this.#space();
    if (!this.#take("]")) {
      do {
        items.push(this.#value());
        this.#space();
      } while (this.#take(","));
      if (!this.#take("]")) throw this.#unexpected('"," or "]"');
    }
    return { kind: "list", items, source: this.#source, offset };
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') {
      if (this.#text[end] === "\n") throw new JsonProblem("a text ends before its line does: write \\n", end);
      end += this.#text[end] === "\\" ? 2 : 1;
    }
    if (end >= this.#text.length) throw new JsonProblem("this text has no closing quote", start);
    this.#at = end + 1;
    const written = this.#text.slice(start, this.#at);
    if (!/[\\\t]/.test(written)) return written.slice(1, -1);
    try {
      return JSON.parse(written) as string;
    } catch {
      const bad = written.search(/\t|\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/);
      throw new JsonProblem("a tab or an escape that JSON does not know: write \\t, \\\\ or \\u0041", start + bad);
    }
  }

  #space(): void {
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #unexpected(wanted: string): JsonProblem {
    const next = this.#text[this.#at];
    if (next === undefined) return new JsonProblem(`expected ${wanted}, got the end of the text`, this.#at);
    if (next === "/" || next === "#") return new JsonProblem("JSON has no comments: remove it", this.#at);
    if (next === "'") return new JsonProblem(`expected ${wanted}: JSON has double quotes only`, this.#at);
    const trailing = /,\s*$/.test(this.#text.slice(0, this.#at)) && (next === "}" || next === "]");
    if (trailing) return new JsonProblem(`remove the comma before this ${next}`, this.#at);
    return new JsonProblem(`expected ${wanted}, got ${JSON.stringify(next)}`, this.#at);
  }
}

/** The warning that a key is there twice. */
export function duplicateKey(key: string, offset: number): ReadProblem {
  const message = `the key "${key}" is there twice: only the last one counts`;
  return { severity: "warning", rule: "duplicate-key", message, offset };
}
