/** Words to a tree: the subset of Ruby that is described in docs/guides/triage.md. */
import { lex, lexInterpolation } from "./lexer.ts";
import { TermParser } from "./term-parser.ts";
import type { Token } from "./token.ts";
import { callNode } from "./token-reader.ts";
import type { Node } from "./tree.ts";

/** Throws ExpressionSyntaxError. */
export function parseExpression(text: string): Node {
  return new Parser(lex(text), new Set(), 0).program();
}

/** What stands behind `#{` at an offset of a text, and where its brace is. Throws ExpressionSyntaxError. */
export function parseInterpolation(text: string, offset: number): { node: Node; end: number } {
  const { tokens, end } = lexInterpolation(text, offset);
  return { node: new Parser(tokens, new Set(), 0).program(), end };
}

/** From loose to tight. Assignment, `and`, `or`, `not` and modifiers are looser, the ternary is between. */
const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["<=>", "==", "===", "!=", "=~", "!~"],
  ["<", "<=", ">", ">="],
  ["|"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

const assignments = new Set(["=", "+=", "-=", "*=", "/=", "||=", "&&=", "|="]);

class Parser extends TermParser {
  program(): Node {
    const node = this.statements([]);
    if (this.token.kind !== "end") throw this.unexpected();
    return node;
  }

  /** Statements until one of these words, or the end. */
  protected statements(until: readonly string[]): Node {
    const { offset } = this.token;
    const items: Node[] = [];
    for (;;) {
      while (this.take(";"));
      if (this.isAt(until)) break;
      items.push(this.statement());
      if (!this.token.newline && !this.is(";") && !this.isAt(until)) throw this.unexpected();
    }
    if (items.length === 1) return items[0]!;
    return this.node({ kind: "sequence", items, offset });
  }

  protected statement(): Node {
    let node = this.#wordOperators();
    for (;;) {
      const { offset, newline } = this.token;
      if (newline) return node;
      if (this.take("if")) {
        node = this.node({ kind: "if", condition: this.#wordOperators(), body: node, otherwise: undefined, offset });
      } else if (this.take("unless")) {
        const condition = this.node({ kind: "not", of: this.#wordOperators(), offset });
        node = this.node({ kind: "if", condition, body: node, otherwise: undefined, offset });
      } else return node;
    }
  }

  #wordOperators(): Node {
    let left = this.#wordNot();
    for (;;) {
      const { offset, newline } = this.token;
      if (newline) return left;
      if (this.take("and")) left = this.node({ kind: "and", left, right: this.#wordNot(), offset });
      else if (this.take("or")) left = this.node({ kind: "or", left, right: this.#wordNot(), offset });
      else return left;
    }
  }

  #wordNot(): Node {
    const { offset } = this.token;
    if (this.take("not")) return this.node({ kind: "not", of: this.deeper(() => this.#wordNot()), offset });
    if (this.take("next")) {
      const ends =
        this.token.kind === "end" || this.token.newline || ["if", "unless", "}", "end"].some((word) => this.is(word));
      return this.node({ kind: "next", value: ends ? undefined : this.expression(), offset });
    }
    return this.expression();
  }

  protected expression(): Node {
    return this.deeper(() => this.#assignment());
  }

  #assignment(): Node {
    const token = this.token;
    const next = this.following;
    if (token.kind !== "name" || next?.kind !== "operator" || !assignments.has(next.name)) return this.#ternary();
    this.advance(2);
    const { name, offset } = token;
    const operator = next.name === "=" ? undefined : next.name.slice(0, -1);
    // Ruby knows the variable from here on, within its own value too.
    this.locals.add(name);
    return this.node({ kind: "assign", name, value: this.expression(), operator, offset });
  }

  #ternary(): Node {
    const condition = this.#range();
    const { offset } = this.token;
    if (this.token.newline || !this.take("?")) return condition;
    const body = this.deeper(() => this.#ternary());
    if (!this.take(":")) throw this.unexpected('":"');
    const otherwise = this.deeper(() => this.#ternary());
    return this.node({ kind: "if", condition, body, otherwise, offset });
  }

  #range(): Node {
    const from = this.#binary(0);
    const token = this.token;
    if (token.newline || (!this.is("..") && !this.is("..."))) return from;
    this.advance();
    const isOpen = token.kind === "operator" && token.name === "...";
    const ends = this.token.kind === "end" || [")", "]", ",", "then"].some((word) => this.is(word));
    return this.node({ kind: "range", from, to: ends ? undefined : this.#binary(0), isOpen, offset: token.offset });
  }

  #binary(level: number): Node {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.token;
      if (token.kind !== "operator" || token.newline || !operators.includes(token.name)) return left;
      this.advance();
      left = this.#operation(token.name, left, this.#binary(level + 1), token.offset);
    }
  }

  #operation(name: string, left: Node, right: Node, offset: number): Node {
    if (name === "&&" || name === "||") return this.node({ kind: name === "&&" ? "and" : "or", left, right, offset });
    const negated = name === "!=" ? "==" : name === "!~" ? "=~" : undefined;
    const call = this.node(callNode(left, negated ?? name, [right], offset));
    return negated === undefined ? call : this.node({ kind: "not", of: call, offset });
  }

  #unary(): Node {
    const { offset } = this.token;
    if (this.take("!")) return this.node({ kind: "not", of: this.deeper(() => this.#unary()), offset });
    const negative = this.#negativeNumber();
    if (negative !== undefined) return negative;
    if (this.take("-"))
      return this.node(
        callNode(
          this.deeper(() => this.#power()),
          "-@",
          [],
          offset,
        ),
      );
    return this.#power();
  }

  /** A sign that touches a number is part of it, but for powers: `-2.abs` is 2, and `-2 ** 2` is -4. */
  #negativeNumber(): Node | undefined {
    const { offset } = this.token;
    const number = this.following;
    if (!this.is("-") || number === undefined || number.space) return undefined;
    if (number.kind !== "integer" && number.kind !== "float") return undefined;
    this.advance(2);
    if (this.is("**")) {
      this.advance(-1);
      return this.node(callNode(this.#power(), "-@", [], offset));
    }
    const kind = number.kind === "integer" ? "literal" : "float";
    return this.postfix(this.node({ kind, value: -number.value, offset }));
  }

  #power(): Node {
    const base = this.postfix();
    const { offset, newline } = this.token;
    if (newline || !this.take("**")) return base;
    return this.node(callNode(base, "**", [this.deeper(() => this.#unary())], offset));
  }

  protected interpolated(tokens: Token[]): Node {
    return new Parser(tokens, this.locals, this.depth).program();
  }
}
