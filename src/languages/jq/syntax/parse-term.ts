/** What binds tighter than any operator: terms with their suffixes, blocks in words, objects, patterns. */
import type { FunctionDefinition, If, Index, Literal, Node, ObjectEntry, Slice, Text } from "./tree.ts";
import { ANY, PatternParser } from "./parse-pattern.ts";

/** Every operator but `|` and `,`. */
const ALTERNATIVE = 3;

const WORDS = new Map<string, null | boolean>([
  ["null", null],
  ["true", true],
  ["false", false],
]);

/** Reads terms; filters and definitions come from the class that extends it. */
export abstract class TermParser extends PatternParser {
  abstract definition(): FunctionDefinition;

  /** A term with everything that is attached to it. */
  term(): Node {
    const first = this.is("field") || this.is(".") ? this.#dotted() : this.#primary();
    return this.#suffixed(first);
  }

  /** `?` after what is no term any more, as often as it stands there. */
  questioned(filter: Node): Node {
    let node = filter;
    while (this.is("?")) {
      this.advance();
      node = { kind: "try", at: filter.at, body: node, handler: null };
    }
    return node;
  }

  /** `if`, `reduce` and `foreach`, at their word. */
  block(): Node {
    if (this.is("if")) return this.#if();
    const at = this.token.start;
    const reduces = this.is("reduce");
    this.advance();
    const source = this.term();
    this.expect("as", ["FIELD", "as", "'.'", "'['"]);
    const patterns = this.patterns();
    this.expect("(", ["'('"]);
    const initial = this.filter(ANY);
    this.expect(";", []);
    const update = this.filter(ANY);
    if (reduces) {
      this.expect(")", []);
      return { kind: "reduce", at, source, patterns, initial, update };
    }
    let extract: Node | null = null;
    if (this.is(";")) {
      this.advance();
      extract = this.filter(ANY);
    }
    this.expect(")", []);
    return { kind: "foreach", at, source, patterns, initial, update, extract };
  }

  /** A text literal, with a format perhaps. */
  text(): Literal | Text {
    const at = this.token.start;
    let format = "text";
    if (this.is("format")) {
      format = this.token.text;
      this.advance();
    }
    if (!this.is("quote"))
      throw this.unexpected(at === this.token.start ? ["FORMAT", "QQSTRING_START"] : ["QQSTRING_START"]);
    const parts: (string | Node)[] = [];
    for (;;) {
      const { text, end } = this.lexer.textPiece();
      if (text !== "") parts.push(text);
      if (end === '"') break;
      if (end === "end of input") {
        this.advance();
        throw this.unexpected(["QQSTRING_TEXT", "QQSTRING_INTERP_START", "QQSTRING_END"]);
      }
      this.advance();
      parts.push(this.filter(ANY));
      if (!this.is(")")) throw this.unexpected();
    }
    this.advance();
    if (parts.every((part) => typeof part === "string")) return { kind: "literal", at, value: parts.join("") };
    return { kind: "text", at, format, parts };
  }

  #if(): If {
    const at = this.token.start;
    this.advance();
    const condition = this.filter(ANY);
    this.expect("then", []);
    const whenTrue = this.filter(ANY);
    if (this.is("elif")) return { kind: "if", at, condition, whenTrue, otherwise: this.#if() };
    let otherwise: Node = { kind: "identity", at: this.token.start };
    if (this.is("else")) {
      this.advance();
      otherwise = this.filter(ANY);
    } else if (this.level === "1.6") {
      throw this.unexpected();
    }
    this.expect("end", []);
    return { kind: "if", at, condition, whenTrue, otherwise };
  }

  /** `.`, `.a`, `."a"` */
  #dotted(): Node {
    const at = this.token.start;
    const identity: Node = { kind: "identity", at };
    if (this.is("field")) return this.#field(identity, at);
    this.advance();
    if (this.is("quote") || this.is("format")) return this.#index(identity, this.text());
    if (this.is("identifier")) {
      this.advance();
      throw this.unexpected();
    }
    return identity;
  }

  #suffixed(first: Node): Node {
    let node = first;
    for (;;) {
      if (this.is("field")) {
        node = this.#field(node, this.token.start);
      } else if (this.is("[")) {
        node = this.#bracketed(node);
      } else if (this.is(".")) {
        node = this.#afterDot(node);
      } else {
        return node;
      }
    }
  }

  /** What follows a dot behind a term: a text, or in jq 1.7 brackets without `:` too. */
  #afterDot(target: Node): Node {
    this.advance();
    if (this.level === "1.6") return this.#index(target, this.text());
    if (!this.is("[")) {
      if (!this.is("quote") && !this.is("format")) throw this.unexpected(["FORMAT", "QQSTRING_START", "'['"]);
      return this.#index(target, this.text());
    }
    const bracketed = this.#bracketed(target);
    if (bracketed.kind === "slice")
      throw this.error("syntax error, unexpected ':' (Unix shell quoting issues?)", target.at);
    return bracketed;
  }

  #field(target: Node, at: number): Index {
    const index: Literal = { kind: "literal", at, value: this.token.text };
    this.advance();
    return this.#index(target, index);
  }

  #index(target: Node, index: Node): Index {
    return { kind: "index", at: target.at, target, index, optional: this.#optional() };
  }

  /** `[]`, `[i]`, `[a:b]`, `[a:]`, `[:b]` after `target`. */
  #bracketed(target: Node): Node {
    const { at } = target;
    this.advance();
    if (this.is("]")) {
      this.advance();
      return { kind: "iterate", at, target, optional: this.#optional() };
    }
    if (this.is(":")) {
      this.advance();
      return this.#slice(target, null, this.filter(ANY));
    }
    const index = this.filter(ANY);
    if (this.is(":")) {
      this.advance();
      return this.#slice(target, index, this.is("]") ? null : this.filter(ANY));
    }
    this.expect("]", []);
    return this.#index(target, index);
  }

  #slice(target: Node, from: Node | null, to: Node | null): Slice {
    this.expect("]", []);
    return { kind: "slice", at: target.at, target, from, to, optional: this.#optional() };
  }

  #optional(): boolean {
    if (!this.is("?")) return false;
    this.advance();
    return true;
  }

  #primary(): Node {
    const at = this.token.start;
    switch (this.token.kind) {
      case "..":
        this.advance();
        return { kind: "recurse", at };
      case "literal": {
        const value = this.token.number;
        this.advance();
        return { kind: "literal", at, value };
      }
      case "quote":
        return this.text();
      case "format":
        return this.#format();
      case "(": {
        this.advance();
        const inside = this.filter(ANY);
        this.expect(")", []);
        return inside;
      }
      case "[": {
        this.advance();
        const body = this.is("]") ? null : this.filter(ANY);
        this.expect("]", []);
        return { kind: "array", at, body };
      }
      case "{":
        return this.#object();
      case "$":
        return this.#variable();
      case "break":
        this.advance();
        return { kind: "break", at, name: this.variableName() };
      case "identifier":
        return this.#call();
      default:
        throw this.unexpected(
          at === 0 && !this.is("end of input") ? [this.level === "1.6" ? "$end" : "end of file"] : [],
        );
    }
  }

  #format(): Node {
    const at = this.token.start;
    const name = this.token.text;
    const after = this.lexer.position;
    this.advance();
    if (!this.is("quote")) return { kind: "format", at, name };
    this.lexer.position = after;
    this.token = { ...this.token, kind: "format", text: name, start: at };
    return this.text();
  }

  #variable(): Node {
    const at = this.token.start;
    this.advance();
    if (this.is("__loc__")) {
      this.advance();
      return { kind: "location", at, line: this.lexer.text.slice(0, at).split("\n").length };
    }
    const name = this.token.text;
    if (this.level !== "1.6" && this.isKeyword()) this.advance();
    else this.expect("identifier", ["IDENT", "__loc__"]);
    return { kind: "variable", at, name };
  }

  #call(): Node {
    const at = this.token.start;
    const name = this.token.text;
    this.advance();
    const args: Node[] = [];
    const value = WORDS.get(name);
    if (value !== undefined && !this.is("(")) return { kind: "literal", at, value };
    if (this.is("(")) {
      do {
        this.advance();
        args.push(this.filter(ANY));
      } while (this.is(";"));
      this.expect(")", ["';'", "')'"]);
    }
    return { kind: "call", at, name, args };
  }

  #object(): Node {
    const at = this.token.start;
    const entries: ObjectEntry[] = [];
    this.enter();
    this.advance();
    while (!this.is("}")) {
      entries.push(this.#entry());
      if (!this.is(",")) break;
      this.advance();
    }
    this.expect("}", ["'}'"]);
    this.leave();
    return { kind: "object", at, entries };
  }

  /** `k: v` with every way to write `k`, and the short forms `{a}`, `{"a b"}`, `{$x}`. */
  #entry(): ObjectEntry {
    const at = this.token.start;
    if (this.is("$")) return this.#variableEntry();
    if (this.is("(")) {
      this.advance();
      const key = this.filter(ANY);
      this.expect(")", []);
      this.expect(":", ["':'"]);
      const value = this.#entryValue();
      this.checkKey(key, at);
      return { key, value };
    }
    if (this.is("literal")) throw this.unexpected();
    const key = this.key();
    if (this.is(":")) {
      this.advance();
      return { key, value: this.#entryValue() };
    }
    return { key, value: { kind: "index", at, target: { kind: "identity", at }, index: key, optional: false } };
  }

  #variableEntry(): ObjectEntry {
    const at = this.token.start;
    const value = this.#variable();
    if (value.kind === "location" && this.level === "1.6") {
      throw this.error("syntax error, unexpected __loc__, expecting IDENT (Unix shell quoting issues?)", at + 1);
    }
    if (this.is(":") && this.level !== "1.6" && value.kind === "variable") {
      this.advance();
      return { key: value, value: this.#entryValue() };
    }
    const name = value.kind === "variable" ? value.name : "__loc__";
    return { key: { kind: "literal", at, value: name }, value };
  }

  /** A key that is a word or a text. */
  override key(): Node {
    const at = this.token.start;
    if (this.is("quote") || this.is("format")) return this.text();
    if (!this.is("identifier") && !this.isKeyword()) throw this.unexpected();
    const value = this.token.text;
    this.advance();
    return { kind: "literal", at, value };
  }

  /** Terms, `-` before them, and pipes between them; other operators need parentheses, unless objects are wide. */
  #entryValue(): Node {
    const value = this.#entryOperand();
    if (!this.is("|")) return value;
    const steps = [value];
    while (this.is("|")) {
      this.advance();
      steps.push(this.#entryOperand());
    }
    return { kind: "pipe", at: value.at, steps };
  }

  #entryOperand(): Node {
    if (this.wideObjects) return this.filter(ALTERNATIVE);
    if (!this.is("-")) return this.term();
    const at = this.token.start;
    this.advance();
    this.enter();
    const operand = this.#entryOperand();
    this.leave();
    return { kind: "negation", at, operand };
  }
}
