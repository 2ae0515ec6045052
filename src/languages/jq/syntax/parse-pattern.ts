/** What values are taken apart by: `$a`, `[$a, …]`, `{a: $b, $c, (e): …}`. */
import { describe } from "../library/fail.ts";
import { constantOf } from "./constant.ts";
import { TokenReader } from "./token-reader.ts";
import type { Literal, Node, Pattern, PatternMember } from "./tree.ts";

/** The weakest operator: a filter of power 1 is any filter. */
export const ANY = 1;

/** Reads patterns; filters and keys come from the classes that extend it. */
export abstract class PatternParser extends TokenReader {
  /** A filter whose operators bind at least by `power`. */
  abstract filter(power: number): Node;
  /** A key that is a word or a text. */
  abstract key(): Node;

  /** The name after `$`. */
  variableName(): string {
    this.takeDollar([this.variableToken]);
    const { text } = this.token;
    if (this.level !== "1.6" && this.is("__loc__")) throw this.unexpected([this.variableToken]);
    if (this.level !== "1.6" && this.isKeyword()) this.advance();
    else this.expect("identifier", ["IDENT"]);
    return text;
  }

  /** Patterns with `?//` between them. */
  patterns(): Pattern[] {
    const patterns = [this.#pattern()];
    while (this.is("?//")) {
      this.advance();
      patterns.push(this.#pattern());
    }
    return patterns;
  }

  /** Refuses a constant that names no member as a key in parentheses. */
  checkKey(key: Node, at: number): void {
    const steps = key.kind === "pipe" ? key.steps.filter((step) => step.kind !== "identity") : [key];
    const value = steps.length === 1 ? constantOf(steps[0]!) : undefined;
    if (value !== undefined && typeof value !== "string")
      throw this.error(`Cannot use ${describe(value)} as object key`, at);
  }

  #pattern(): Pattern {
    const at = this.token.start;
    if (this.is("[")) return this.#arrayPattern();
    if (this.is("{")) return this.#objectPattern();
    if (!this.is("$")) throw this.unexpected([this.variableToken, "'['", "'{'"]);
    return { kind: "variable", at, name: this.variableName() };
  }

  #arrayPattern(): Pattern {
    const at = this.token.start;
    this.enter();
    const elements: Pattern[] = [];
    do {
      this.advance();
      elements.push(this.#pattern());
    } while (this.is(","));
    this.expect("]", ["','", "']'"]);
    this.leave();
    return { kind: "array", at, elements };
  }

  #objectPattern(): Pattern {
    const at = this.token.start;
    this.enter();
    const members: PatternMember[] = [];
    do {
      this.advance();
      members.push(this.#patternMember());
    } while (this.is(","));
    this.expect("}", ["','", "'}'"]);
    this.leave();
    return { kind: "object", at, members };
  }

  #patternMember(): PatternMember {
    const at = this.token.start;
    if (this.is("$")) {
      const variable = this.variableName();
      const key: Literal = { kind: "literal", at, value: variable };
      if (!this.is(":")) return { key, variable, pattern: null };
      this.advance();
      return { key, variable, pattern: this.#pattern() };
    }
    let key: Node;
    if (this.is("(")) {
      this.advance();
      key = this.filter(ANY);
      this.expect(")", []);
      this.checkKey(key, at);
    } else {
      key = this.key();
    }
    this.expect(":", ["':'"]);
    return { key, variable: null, pattern: this.#pattern() };
  }
}
