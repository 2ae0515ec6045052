/** The text of a path, read piece by piece. */
import { JqSyntaxError } from "../../../jq/errors.ts";

const escapes = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

export class Scanner {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.#text.length;
  }

  /** The next character, empty at the end. */
  peek(): string {
    return this.#text[this.position] ?? "";
  }

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.position);
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.position += text.length;
    return true;
  }

  /** What a pattern (with the flag `y`) matches here, taken. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  skipSpace(): void {
    this.match(/[ \t\n\r]*/y);
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.problem(`"${text}" is expected, ${this.#found()} was found`);
  }

  #found(): string {
    return this.atEnd ? "the end" : JSON.stringify(String.fromCodePoint(this.#text.codePointAt(this.position)!));
  }

  problem(message: string, at: number = this.position): JqSyntaxError {
    const before = this.#text.slice(0, at).split("\n");
    return new JqSyntaxError(message, before.length, before.at(-1)!.length + 1);
  }

  /** What is wrong here when something else was expected. */
  unexpected(expected: string): JqSyntaxError {
    return this.problem(`${expected} is expected, ${this.#found()} was found`);
  }

  /** A text in single or double quotes. */
  quoted(): string {
    const start = this.position;
    const quote = this.peek();
    this.position++;
    let text = "";
    while (!this.takes(quote)) {
      if (this.atEnd) throw this.problem("the text has no end", start);
      text += this.takes("\\") ? this.#escape() : this.#text[this.position++]!;
    }
    return text;
  }

  #escape(): string {
    const character = this.peek();
    const at = this.position++;
    const plain = escapes.get(character);
    if (plain !== undefined) return plain;
    if (/^['"/\\]$/.test(character)) return character;
    const digits = character === "u" ? this.match(/[0-9a-fA-F]{4}/y) : undefined;
    if (digits === undefined) throw this.problem(`there is no escape "\\${character}"`, at - 1);
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
}
