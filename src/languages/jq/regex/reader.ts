/** The text of a pattern, read code point by code point. */
import { PatternError } from "./pattern-error.ts";

const maxInt = 0x7fffffff;

/** The code point of a character. */
export const codeOf = (character: string): number => character.codePointAt(0)!;

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
export const isOctalDigit = (code: number): boolean => code >= 0x30 && code <= 0x37;
export const isHexDigit = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

/** A cursor over a pattern. At the end `peek` is -1. */
export class Reader {
  readonly codes: readonly number[];
  position = 0;

  constructor(text: string) {
    this.codes = Array.from(text, codeOf);
  }

  get atEnd(): boolean {
    return this.position >= this.codes.length;
  }

  /** The next code point, or the one `ahead` of it; -1 behind the end. */
  peek(ahead = 0): number {
    return this.codes[this.position + ahead] ?? -1;
  }

  next(): number {
    return this.codes[this.position++] ?? -1;
  }

  /** Is the next character this one? */
  sees(character: string): boolean {
    return this.peek() === codeOf(character);
  }

  /** Takes the next character when it is this one. */
  takes(character: string): boolean {
    if (!this.sees(character)) return false;
    this.position++;
    return true;
  }

  /** The text between two positions. */
  slice(from: number, to: number): string {
    return String.fromCodePoint(...this.codes.slice(from, to));
  }

  /** A decimal number, 0 when there are no digits. `undefined` when it is too big. */
  decimal(): number | undefined {
    let value = 0;
    while (isDigit(this.peek())) {
      value = value * 10 + this.next() - 0x30;
      if (value > maxInt) return undefined;
    }
    return value;
  }

  /** Up to `most` hexadecimal digits; 0 when there are none. */
  hexadecimal(most: number): number {
    return this.#digits(16, most, isHexDigit);
  }

  /** Up to `most` octal digits; 0 when there are none. */
  octal(most: number): number {
    return this.#digits(8, most, isOctalDigit);
  }

  #digits(base: number, most: number, isOne: (code: number) => boolean): number {
    let value = 0;
    for (let i = 0; i < most && isOne(this.peek()); i++) {
      value = value * base + Number.parseInt(String.fromCodePoint(this.next()), base);
    }
    return value;
  }
}

/** Refuses a number that is no code point, as UTF-8 can be written of it. */
export function checkCode(code: number): number {
  if (code > 0x1fffff) throw new PatternError("invalid code point value");
  return code;
}
