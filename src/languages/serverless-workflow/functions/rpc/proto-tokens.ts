/** The words of a .proto file. */
import { ProtoProblem } from "./proto-file.ts";

interface Token {
  text: string;
  offset: number;
}

const word =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_][\w.]*|\.[A-Za-z_][\w.]*|[+-]?(?:\.\d+|\d[\w.]*(?:[eE][+-]?\d+)?)|[{}()[\]<>;=,:/+-]/y;
const between = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

/** Reads one word after the other. */
export class ProtoTokens {
  readonly #text: string;
  #at = 0;
  #next: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next word, which stays; undefined at the end. Throws ProtoProblem. */
  peek(): string | undefined {
    return (this.#next ??= this.#read())?.text;
  }

  /** Takes the next word. Throws ProtoProblem at the end. */
  take(): string {
    const text = this.peek();
    if (text === undefined) throw new ProtoProblem("the file ends too early", this.#text.length);
    this.#next = undefined;
    return text;
  }

  /** Takes the next word when it is this one. */
  has(text: string): boolean {
    if (this.peek() !== text) return false;
    this.#next = undefined;
    return true;
  }

  expect(text: string): void {
    if (!this.has(text)) throw this.unexpected(JSON.stringify(text));
  }

  /** A name, perhaps with dots. */
  name(): string {
    const text = this.peek();
    if (text === undefined || !/^\.?[A-Za-z_]/.test(text)) throw this.unexpected("a name");
    return this.take();
  }

  integer(): number {
    const text = this.peek() ?? "";
    const number = /^-?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)
      ? Number(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text)
      : Number.NaN;
    if (!Number.isSafeInteger(number)) throw this.unexpected("an integer");
    this.take();
    return number;
  }

  /** A quoted text, several of which are one. */
  string(): string {
    let text = "";
    do {
      const quoted = this.peek();
      if (quoted === undefined || !/^["']/.test(quoted)) throw this.unexpected("a quoted text");
      text += this.take().slice(1, -1);
    } while (/^["']/.test(this.peek() ?? ""));
    return text;
  }

  unexpected(wanted: string): ProtoProblem {
    const text = this.peek();
    const got = text === undefined ? "the end" : JSON.stringify(text);
    return new ProtoProblem(`${wanted} was expected, got ${got}`, this.#next?.offset ?? this.#text.length);
  }

  #read(): Token | undefined {
    between.lastIndex = this.#at;
    const offset = this.#at + (between.exec(this.#text)?.[0].length ?? 0);
    if (offset >= this.#text.length) return undefined;
    word.lastIndex = offset;
    const text = word.exec(this.#text)?.[0];
    if (text === undefined) throw new ProtoProblem(`${JSON.stringify(this.#text[offset])} cannot stand here`, offset);
    this.#at = offset + text.length;
    return { text, offset };
  }
}
