/**
 * The parser's half for expressions: recursive descent, operators by precedence (specification: Expressions).
 *
 * A problem is reported where starlark-go reports it: with the token that is in the way, mostly at that token's end.
 */
import { comparisonLevel, levelOf, notLevel } from "./operators.ts";
import { SyntaxProblem } from "./problem.ts";
import type { Scanner } from "./scan.ts";
import { startOf } from "./start-of.ts";
import { showToken, type Token } from "./token.ts";
import type * as tree from "./tree.ts";

/** How deep brackets, blocks and operands may nest, and so how deep the parser calls itself. */
const maximalNesting = 200;
/** How many operators or suffixes may follow one another, as in `a + b + c` or `a.b.c`: the tree gets as deep. */
const maximalChain = 500;

/** Parses expressions from where its scanner stands: at the first token of one. */
export class ExpressionParser {
  protected readonly scanner: Scanner;
  #nesting = 0;
  /** The longest chain within what was parsed last. */
  #chain = 0;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
    scanner.next();
  }

  /** One or more tests with commas between: `a`, `a, b`. A comma at the end is for parentheses only. */
  protected expression(trailingComma: boolean): tree.Expression {
    const first = this.test();
    if (!this.at(",")) return first;
    const elements = this.#elements(first, trailingComma);
    return { kind: "tuple", pos: startOf(first), end: elements.at(-1)!.end, elements };
  }

  /** One expression: a lambda, a conditional or an operation. */
  protected test(): tree.Expression {
    this.enter();
    const result = this.at("lambda") ? this.#lambda(() => this.test()) : this.#conditional();
    this.leave();
    return result;
  }

  /** `primary ("," primary)*`, which ends before the `in` of a loop. */
  protected loopVariables(): tree.Expression {
    const first = this.#suffixed();
    if (!this.at(",")) return first;
    const elements = [first];
    while (this.at(",")) {
      this.next();
      if (this.#endsList()) break;
      elements.push(this.#suffixed());
    }
    return { kind: "tuple", pos: startOf(first), end: elements.at(-1)!.end, elements };
  }

  /** The parameters of a def or lambda, up to and not including `)` or `:`. Their order is checked by the resolver. */
  protected parameters(parameters: tree.Parameter[], inDef: boolean): void {
    while (!this.at(")") && !this.at(":") && !this.at("end of file")) {
      if (parameters.length > 0) this.consume(",");
      if (this.at(")")) break;
      parameters.push(this.#parameter(inDef));
    }
  }

  /** What may follow the name of a def's parameter, in a dialect that has it. */
  protected parameterAnnotation(): void {}

  protected identifier(): tree.Identifier {
    if (!this.at("identifier")) this.fail("not an identifier");
    const { name } = this.scanner;
    const { end } = this.scanner;
    return { kind: "identifier", pos: this.next(), end, name };
  }

  /** The name after a dot. */
  protected attribute(): tree.Identifier {
    return this.identifier();
  }

  /** The string literal at which the scanner stands. */
  protected stringLiteral(): tree.StringLiteral {
    const { name, end } = this.scanner;
    return { kind: "string", pos: this.next(), end, value: name };
  }

  /** Where the token passed over last ended. */
  protected get previousEnd(): number {
    return this.scanner.previousEnd;
  }

  protected at(token: Token): boolean {
    return this.scanner.token === token;
  }

  /** Moves on; answers where the token passed over begins. */
  protected next(): number {
    return this.scanner.next();
  }

  protected consume(token: Token): number {
    if (!this.at(token)) this.fail(`got ${showToken(this.scanner.token)}, want ${showToken(token)}`);
    return this.next();
  }

  protected fail(message: string, pos = this.scanner.end): never {
    throw new SyntaxProblem(message, pos);
  }

  /** Around everything that makes the parser call itself. */
  protected enter(): void {
    if (++this.#nesting > maximalNesting) this.fail("excessive nesting");
  }

  protected leave(): void {
    this.#nesting--;
  }

  /** Begins anew to count what nests, after parsing was given up somewhere inside. */
  protected get nesting(): number {
    return this.#nesting;
  }

  protected set nesting(nesting: number) {
    this.#nesting = nesting;
    this.#chain = 0;
  }

  #elements(first: tree.Expression, trailingComma: boolean): tree.Expression[] {
    const elements = [first];
    while (this.at(",")) {
      const comma = this.next();
      if (this.#endsList()) {
        if (!trailingComma) this.fail("unparenthesized tuple with trailing comma", comma);
        break;
      }
      elements.push(this.test());
    }
    return elements;
  }

  #endsList(): boolean {
    switch (this.scanner.token) {
      case "end of file":
      case "newline":
      case "=":
      case "}":
      case "]":
      case ")":
      case ";":
        return true;
      default:
        return false;
    }
  }

  #conditional(): tree.Expression {
    const then = this.#operation(0);
    if (!this.at("if")) return then;
    const pos = this.next();
    const condition = this.#operation(0);
    if (!this.at("else")) this.fail("conditional expression without else clause", pos);
    this.next();
    const orElse = this.test();
    // oxlint-disable-next-line unicorn/no-thenable -- a node of the tree is never awaited
    return { kind: "conditional", pos, end: orElse.end, condition, then, orElse };
  }

  #lambda(parseBody: () => tree.Expression): tree.LambdaExpression {
    this.enter();
    const pos = this.next();
    const parameters: tree.Parameter[] = [];
    if (!this.at(":")) this.parameters(parameters, false);
    this.consume(":");
    const value = parseBody();
    this.leave();
    const { end } = value;
    const body: tree.Statement[] = [{ kind: "return", pos: startOf(value), end, value }];
    return { kind: "lambda", pos, end, function: functionNode("lambda", pos, parameters, body) };
  }

  #parameter(inDef: boolean): tree.Parameter {
    if (this.at("**")) {
      const pos = this.next();
      const name = this.#parameterName(inDef);
      return { kind: "kwargs", pos, end: name.end, name };
    }
    if (this.at("*")) {
      const pos = this.next();
      if (!this.at("identifier")) return { kind: "bare-star", pos, end: pos + 1 };
      const name = this.#parameterName(inDef);
      return { kind: "args", pos, end: name.end, name };
    }
    const name = this.#parameterName(inDef);
    if (!this.at("=")) return { kind: "positional", pos: name.pos, end: name.end, name };
    const pos = this.next();
    const value = this.test();
    return { kind: "positional", pos, end: value.end, name, default: value };
  }

  #parameterName(inDef: boolean): tree.Identifier {
    const name = this.identifier();
    if (inDef) this.parameterAnnotation();
    return name;
  }

  /** Operands and binary operators of a level, or of a tighter one. */
  #operation(level: number): tree.Expression {
    const outerChain = this.#chain;
    this.#chain = 0;
    let left = this.at("not") && level <= notLevel ? this.#not() : this.#suffixed();
    for (;;) {
      const operator = this.#binaryOperator();
      if (operator === undefined) break;
      const operatorLevel = levelOf(operator)!;
      if (operatorLevel < level) break;
      if (operatorLevel === comparisonLevel) this.#refuseChainedComparison(left, operator);
      const chain = this.#link();
      const pos = this.next();
      this.enter();
      const right = this.#operation(operatorLevel + 1);
      this.leave();
      this.#chain = Math.max(chain, this.#chain);
      left = { kind: "binary", pos, end: right.end, operator, left, right };
    }
    this.#chain = Math.max(outerChain, this.#chain);
    return left;
  }

  #not(): tree.Expression {
    this.enter();
    const pos = this.next();
    const operand = this.#operation(notLevel);
    this.leave();
    return { kind: "unary", pos, end: operand.end, operator: "not", operand };
  }

  /** The binary operator at which the scanner stands; makes one token of `not in`. */
  #binaryOperator(): tree.BinaryOperator | undefined {
    if (this.at("not")) {
      this.next();
      if (!this.at("in")) this.fail(`got ${showToken(this.scanner.token)}, want in`);
      this.scanner.token = "not in";
    }
    const { token } = this.scanner;
    return levelOf(token) !== undefined ? (token as tree.BinaryOperator) : undefined;
  }

  #refuseChainedComparison(left: tree.Expression, operator: tree.BinaryOperator): void {
    if (left.kind !== "binary" || levelOf(left.operator) !== comparisonLevel) return;
    this.fail(`${left.operator} does not associate with ${operator} (use parens)`);
  }

  /** The chain so far and one more link. What is parsed until it is set again counts anew. */
  #link(): number {
    const chain = this.#chain + 1;
    if (chain > maximalChain) this.fail("excessive nesting");
    this.#chain = 0;
    return chain;
  }

  /** A primary and the dots, brackets and calls after it. */
  #suffixed(): tree.Expression {
    const outerChain = this.#chain;
    this.#chain = 0;
    let object = this.#primary();
    while (this.at(".") || this.at("[") || this.at("(")) {
      const chain = this.#link();
      object = this.at(".") ? this.#dot(object) : this.at("[") ? this.#indexOrSlice(object) : this.#call(object);
      this.#chain = Math.max(chain, this.#chain);
    }
    this.#chain = Math.max(outerChain, this.#chain);
    return object;
  }

  #dot(object: tree.Expression): tree.Expression {
    const pos = this.next();
    const { name, pos: namePos, end } = this.attribute();
    return { kind: "dot", pos, end, object, name, namePos };
  }

  #indexOrSlice(object: tree.Expression): tree.Expression {
    const pos = this.next();
    const slice: tree.SliceExpression = { kind: "slice", pos, end: pos, object };
    if (!this.at(":")) {
      const index = this.expression(false);
      if (this.at("]")) {
        this.next();
        return { kind: "index", pos, end: this.previousEnd, object, index };
      }
      slice.low = index;
    }
    if (this.at(":")) {
      this.next();
      if (!this.at(":") && !this.at("]")) slice.high = this.test();
    }
    if (this.at(":")) {
      this.next();
      if (!this.at("]")) slice.step = this.test();
    }
    this.consume("]");
    slice.end = this.previousEnd;
    return slice;
  }

  #call(callee: tree.Expression): tree.Expression {
    const pos = this.next();
    const list: tree.Argument[] = [];
    while (!this.at(")") && !this.at("end of file")) {
      if (list.length > 0) this.consume(",");
      if (this.at(")")) break;
      list.push(this.#argument());
    }
    this.consume(")");
    return { kind: "call", pos, end: this.previousEnd, callee, arguments: list };
  }

  #argument(): tree.Argument {
    if (this.at("**")) return this.#unpacked("kwargs");
    if (this.at("*")) return this.#unpacked("args");
    const first = this.test();
    if (!this.at("=")) return { kind: "positional", pos: startOf(first), end: first.end, value: first };
    if (first.kind !== "identifier") this.fail("keyword argument must have form name=expr");
    this.next();
    const value = this.test();
    return { kind: "named", pos: first.pos, end: value.end, name: first.name, value };
  }

  #unpacked(kind: "args" | "kwargs"): tree.Argument {
    const pos = this.next();
    const value = this.test();
    return { kind, pos, end: value.end, value };
  }

  #primary(): tree.Expression {
    const { scanner } = this;
    switch (scanner.token) {
      case "identifier":
        return this.identifier();
      case "string literal":
        return this.stringLiteral();
      case "bytes literal": {
        const { name, end } = scanner;
        return { kind: "bytes", pos: this.next(), end, value: name };
      }
      case "int literal": {
        const { number, end } = scanner;
        return { kind: "int", pos: this.next(), end, value: number };
      }
      case "float literal": {
        const { number, end } = scanner;
        return { kind: "float", pos: this.next(), end, value: Number(number) };
      }
      case "(":
        return this.#parenthesis();
      case "[":
        return this.#list();
      case "{":
        return this.#dict();
      case "+":
      case "-":
      case "~":
        return this.#sign(scanner.token);
      default:
        return this.fail(`got ${showToken(scanner.token)}, want primary expression`, scanner.start);
    }
  }

  #sign(operator: "+" | "-" | "~"): tree.Expression {
    this.enter();
    const pos = this.next();
    const operand = this.#suffixed();
    this.leave();
    return { kind: "unary", pos, end: operand.end, operator, operand };
  }

  #parenthesis(): tree.Expression {
    const pos = this.next();
    if (this.at(")")) {
      this.next();
      return { kind: "tuple", pos, end: this.previousEnd, elements: [] };
    }
    const inner = this.expression(true);
    this.consume(")");
    return { kind: "paren", pos, end: this.previousEnd, inner };
  }

  #list(): tree.Expression {
    const pos = this.next();
    if (this.at("]")) {
      this.next();
      return { kind: "list", pos, end: this.previousEnd, elements: [] };
    }
    const first = this.test();
    if (this.at("for")) {
      const clauses = this.#clauses("]");
      return { kind: "comprehension", pos, end: this.previousEnd, value: first, clauses };
    }
    const elements = this.#elements(first, true);
    this.consume("]");
    return { kind: "list", pos, end: this.previousEnd, elements };
  }

  #dict(): tree.Expression {
    const pos = this.next();
    const entries: tree.DictExpression["entries"] = [];
    while (!this.at("}")) {
      const entry = this.#entry();
      if (entries.length === 0 && this.at("for")) {
        const { key, pos: colon, value } = entry;
        const clauses = this.#clauses("}");
        return { kind: "comprehension", pos, end: this.previousEnd, key, colon, value, clauses };
      }
      entries.push(entry);
      if (!this.at(",")) break;
      this.next();
    }
    this.consume("}");
    return { kind: "dict", pos, end: this.previousEnd, entries };
  }

  #entry(): tree.DictExpression["entries"][number] {
    const key = this.test();
    const pos = this.consume(":");
    return { pos, key, value: this.test() };
  }

  /** The clauses of a comprehension and the bracket that closes it. After an operand `if` begins a clause. */
  #clauses(close: "]" | "}"): tree.Comprehension["clauses"] {
    this.enter();
    const clauses: tree.Comprehension["clauses"] = [];
    while (!this.at(close)) {
      if (clauses.length === maximalNesting) this.fail("excessive nesting");
      if (this.at("for")) {
        const pos = this.next();
        const target = this.loopVariables();
        this.consume("in");
        clauses.push({ kind: "for", pos, target, iterable: this.#operation(0) });
      } else if (this.at("if")) {
        clauses.push({ kind: "if", pos: this.next(), condition: this.#testWithoutCondition() });
      } else {
        this.fail(`got ${showToken(this.scanner.token)}, want '${close}', for, or if`);
      }
    }
    this.next();
    this.leave();
    return clauses;
  }

  #testWithoutCondition(): tree.Expression {
    return this.at("lambda") ? this.#lambda(() => this.#testWithoutCondition()) : this.#operation(0);
  }
}

/** A function before it is resolved. */
export function functionNode(
  name: string,
  pos: number,
  parameters: tree.Parameter[],
  body: tree.Statement[],
): tree.FunctionNode {
  const first = body[0];
  const doc = first?.kind === "expression" && first.value.kind === "string" ? first.value.value : "";
  return { name, pos, end: body.at(-1)?.end ?? pos, parameters, body, doc, locals: [], cells: [], free: [] };
}
