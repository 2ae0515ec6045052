/** Expressions as pieces. */
import { startOf } from "../syntax/start-of.ts";
import type * as tree from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { carrier, mark, type Clause, type Piece, type Quoted, type Word } from "./pieces.ts";

/** Makes pieces of the expressions of one text. */
export class ExpressionPieces {
  protected readonly text: string;
  protected readonly lineOf: (pos: number) => number;

  constructor(text: string, lineOf: (pos: number) => number) {
    this.text = text;
    this.lineOf = lineOf;
  }

  expression(node: tree.Expression): Piece {
    const at = carrier(startOf(node), node.end);
    switch (node.kind) {
      case "identifier":
      case "int":
      case "float":
        return { kind: "word", ...at, text: this.written(at.start, at.end) };
      case "string":
      case "bytes":
        return this.quoted(node);
      case "dot": {
        const object = this.expression(node.object);
        return { kind: "dot", ...at, object, name: this.written(node.namePos, node.end), nameStart: node.namePos };
      }
      case "index":
        return this.#subscript(node, [this.expression(node.index)]);
      case "slice":
        return this.#subscript(node, this.#sliceParts(node));
      case "unary":
        return node.operator === "not" ? this.#not(node.pos, node.operand) : this.#unary(node);
      case "binary":
        return this.binary("binary", node.operator, this.expression(node.left), this.expression(node.right));
      case "conditional": {
        const [then, condition, orElse] = [node.then, node.condition, node.orElse].map((part) => this.expression(part));
        // oxlint-disable-next-line unicorn/no-thenable -- a piece is never awaited
        return { kind: "conditional", ...at, then: then!, condition: condition!, orElse: orElse! };
      }
      case "lambda": {
        const [body] = node.function.body;
        if (body?.kind !== "return") throw new Error("a lambda's body is one return statement");
        const parameters = node.function.parameters.map((parameter) => this.parameter(parameter));
        return { kind: "lambda", ...at, parameters, body: this.expression(body.value!) };
      }
      case "paren":
        return this.#parenthesized(node);
      case "tuple":
        return this.#tuple(node);
      case "list":
        return { kind: "list", ...at, items: this.#all(node.elements), close: mark(node.end - 1) };
      case "dict":
        return {
          kind: "dict",
          ...at,
          items: node.entries.map(({ key, value }) => this.#entry(key, value)),
          close: mark(node.end - 1),
        };
      case "comprehension":
        return this.#comprehension(node);
      case "call": {
        const items = node.arguments.map((argument) => this.#argument(argument));
        return {
          kind: "call",
          ...at,
          callee: this.expression(node.callee),
          open: node.pos,
          items,
          close: mark(node.end - 1),
        };
      }
    }
  }

  parameter(node: tree.Parameter): Piece {
    const { kind, pos, end } = node;
    if (kind === "bare-star") return { kind: "unary", ...carrier(pos, end), operator: "*", operand: undefined };
    const name = this.expression(node.name!);
    if (kind !== "positional") {
      return { kind: "unary", ...carrier(pos, end), operator: kind === "args" ? "*" : "**", operand: name };
    }
    return node.default === undefined ? name : this.binary("assign", "=", name, this.expression(node.default));
  }

  protected binary(kind: "binary" | "assign", operator: string, left: Piece, right: Piece): Piece {
    const breaks = this.lineOf(left.end) < this.lineOf(right.start);
    return { kind, ...carrier(left.start, right.end), operator, left, right, breaks };
  }

  protected quoted({ pos, end, value }: tree.StringLiteral | tree.BytesLiteral): Quoted {
    return { kind: "quoted", ...carrier(pos, end), token: this.written(pos, end), value };
  }

  protected word(start: number, end: number, text: string): Word {
    return { kind: "word", ...carrier(start, end), text };
  }

  protected written(start: number, end: number): string {
    return this.text.slice(start, end);
  }

  #all(nodes: readonly tree.Expression[]): Piece[] {
    return nodes.map((node) => this.expression(node));
  }

  #unary({ pos, end, operator, operand }: tree.UnaryExpression): Piece {
    return { kind: "unary", ...carrier(pos, end), operator, operand: this.expression(operand) };
  }

  /** The style sees `not` at the first operand alone: it parenthesizes another sign there, as in `not (-a) == b`. */
  #not(pos: number, operand: tree.Expression): Piece {
    if (operand.kind !== "binary") {
      return { kind: "unary", ...carrier(pos, operand.end), operator: "not", operand: this.expression(operand) };
    }
    return this.binary("binary", operand.operator, this.#not(pos, operand.left), this.expression(operand.right));
  }

  #parenthesized({ pos, end, inner }: tree.ParenExpression): Piece {
    const close = mark(end - 1);
    if (inner.kind === "tuple" && !isBracketed(inner, this.text)) {
      return { kind: "tuple", ...carrier(pos, end), items: this.#all(inner.elements), close };
    }
    return { kind: "paren", ...carrier(pos, end), items: [this.expression(inner)], close };
  }

  #tuple(node: tree.TupleExpression): Piece {
    const { pos, end, elements } = node;
    if (elements.length === 0) return { kind: "tuple", ...carrier(pos, end), items: [], close: mark(end - 1) };
    return { kind: "bare-tuple", ...carrier(startOf(elements[0]!), end), items: this.#all(elements) };
  }

  #entry(key: tree.Expression, value: tree.Expression): Piece {
    return {
      kind: "entry",
      ...carrier(startOf(key), value.end),
      key: this.expression(key),
      value: this.expression(value),
    };
  }

  #comprehension(node: tree.Comprehension): Piece {
    const { key, value, pos, end } = node;
    return {
      kind: "comprehension",
      ...carrier(pos, end),
      brackets: this.text[pos] === "[" ? "[]" : "{}",
      body: key === undefined ? this.expression(value) : this.#entry(key, value),
      clauses: node.clauses.map((clause) => this.#clause(clause)),
      close: mark(end - 1),
    };
  }

  #clause(clause: tree.ComprehensionClause): Clause {
    if (clause.kind === "if") {
      const { pos, condition } = clause;
      const value = this.expression(condition);
      return { kind: "if-clause", ...carrier(pos, condition.end), target: undefined, value };
    }
    const { pos, target, iterable } = clause;
    const value = this.expression(iterable);
    return { kind: "for-clause", ...carrier(pos, iterable.end), target: this.expression(target), value };
  }

  #argument({ kind, pos, end, name, value }: tree.Argument): Piece {
    const piece = this.expression(value);
    if (kind === "positional") return piece;
    if (kind === "named") {
      const text = toText(name!);
      return this.binary("assign", "=", this.word(pos, pos + text.length, text), piece);
    }
    return { kind: "unary", ...carrier(pos, end), operator: kind === "args" ? "*" : "**", operand: piece };
  }

  #subscript(node: tree.IndexExpression | tree.SliceExpression, parts: (Piece | undefined)[]): Piece {
    const close = mark(node.end - 1);
    const object = this.expression(node.object);
    return { kind: "subscript", ...carrier(object.start, node.end), object, parts, close };
  }

  /** What is between the colons; how many there are is known from the text alone. */
  #sliceParts({ pos, end, low, high, step }: tree.SliceExpression): (Piece | undefined)[] {
    const parts = [low, high].map((part) => (part === undefined ? undefined : this.expression(part)));
    if (step !== undefined) return [...parts, this.expression(step)];
    const afterLow = this.#colonsBetween(low?.end ?? pos + 1, high === undefined ? end - 1 : startOf(high));
    const afterHigh = high === undefined ? 0 : this.#colonsBetween(high.end, end - 1);
    return afterLow + afterHigh === 2 ? [...parts, undefined] : parts;
  }

  #colonsBetween(start: number, end: number): number {
    return this.written(start, end).replaceAll(/#.*/g, "").split(":").length - 1;
  }
}

/** Whether a tuple's `pos` is that of its own bracket. */
function isBracketed({ pos, elements }: tree.TupleExpression, text: string): boolean {
  return elements.length === 0 && text[pos] === "(";
}
