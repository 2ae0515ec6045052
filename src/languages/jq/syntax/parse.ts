/** Tokens to the tree, by jq's grammar: operators by precedence here, what binds tighter in `parse-term.ts`. */
import type { Level } from "../library/contract.ts";
import type { Value } from "../value.ts";
import { constantOf } from "./constant.ts";
import { checkDepth } from "./depth.ts";
import { TermParser } from "./parse-term.ts";
import type { BinaryOperator, FunctionDefinition, Import, Node, Parameter, Source, UpdateOperator } from "./tree.ts";

/** What operators bind by; a higher number binds tighter. */
interface Operator {
  readonly power: number;
  readonly associates: "left" | "right" | "not";
}

const PIPE = 1;
const COMMA = 2;
const NEGATION = 8;
const TIGHTEST = 10;

const OPERATORS = new Map<string, Operator>([
  ["|", { power: PIPE, associates: "left" }],
  [",", { power: COMMA, associates: "left" }],
  ["//", { power: 3, associates: "right" }],
  ...["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="].map((text): [string, Operator] => [
    text,
    { power: 4, associates: "not" },
  ]),
  ["or", { power: 5, associates: "left" }],
  ["and", { power: 6, associates: "left" }],
  ...["!=", "==", "<", ">", "<=", ">="].map((text): [string, Operator] => [text, { power: 7, associates: "not" }]),
  ...["+", "-"].map((text): [string, Operator] => [text, { power: NEGATION, associates: "left" }]),
  ...["*", "/", "%"].map((text): [string, Operator] => [text, { power: 9, associates: "left" }]),
]);

interface ParseOptions {
  /** The module's path; absent for the program. */
  file?: string | undefined;
  /** Takes operators in the values of objects without parentheses, as jq 1.8 does: `{a: 1 + 2}`. */
  wideObjects?: boolean | undefined;
}

const FOLDED = new Map<string, (a: number, b: number) => number>([
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => a / b],
]);

/**
 * The tree of a program or module. Throws `JqSyntaxError` with jq's text.
 */
export function parseJq(text: string, level: Level, { file, wideObjects = false }: ParseOptions = {}): Source {
  const parser = new Parser(text, level, file);
  parser.wideObjects = wideObjects;
  const source = parser.source();
  checkDepth(source, text, file);
  return source;
}

/** Steps or branches and one more: piping and listing associate, so nothing is lost by not nesting them. */
function joined(nodes: readonly Node[], last: Node): Node[] {
  const more = nodes as Node[];
  more.push(last);
  return more;
}

class Parser extends TermParser {
  /** Module: directive, imports, then definitions alone or definitions and a filter. */
  source(): Source {
    const metadata = this.is("module") ? this.#module() : undefined;
    const imports: Import[] = [];
    while (this.is("import") || this.is("include")) imports.push(this.#import());
    const definitions: FunctionDefinition[] = [];
    while (this.is("def")) definitions.push(this.definition());
    if (this.is("end of input")) return { metadata, imports, definitions, body: null };
    const body = this.filter(PIPE);
    if (!this.is("end of input")) throw this.unexpected([this.level === "1.6" ? "$end" : "end of file"]);
    return { metadata, imports, definitions, body };
  }

  override filter(power: number): Node {
    this.enter();
    let left = this.#prefixed();
    let refused = 0;
    for (;;) {
      const operator = OPERATORS.get(this.token.kind);
      if (operator === undefined || operator.power < power) break;
      if (operator.power === refused) throw this.unexpected();
      const text = this.token.kind;
      this.advance();
      const right = this.filter(operator.associates === "right" ? operator.power : operator.power + 1);
      left = this.#join(text, left, right);
      if (operator.associates === "not") refused = operator.power;
    }
    this.leave();
    return left;
  }

  /** Filters that begin with a word or `-`, and terms with what they are bound to. */
  #prefixed(): Node {
    const at = this.token.start;
    switch (this.token.kind) {
      case "def": {
        const definition = this.definition();
        return { kind: "definition", at, definition, body: this.filter(PIPE) };
      }
      case "-":
        this.advance();
        return { kind: "negation", at, operand: this.filter(NEGATION + 1) };
      case "try":
        return this.questioned(this.#try());
      case "label": {
        this.advance();
        const name = this.variableName();
        this.expect("|", ["'|'"]);
        return { kind: "label", at, name, body: this.filter(PIPE) };
      }
      case "if":
      case "reduce":
      case "foreach":
        return this.questioned(this.block());
      default:
    }
    const term = this.term();
    if (!this.is("as")) return this.questioned(term);
    this.advance();
    const patterns = this.patterns();
    this.expect("|", ["'|'"]);
    return { kind: "binding", at, source: term, patterns, body: this.filter(PIPE) };
  }

  /** `try` and `catch` take a filter without operators. */
  #try(): Node {
    const at = this.token.start;
    this.advance();
    const body = this.filter(TIGHTEST);
    if (!this.is("catch")) return { kind: "try", at, body, handler: null };
    this.advance();
    return { kind: "try", at, body, handler: this.filter(TIGHTEST) };
  }

  #join(operator: string, left: Node, right: Node): Node {
    const { at } = left;
    switch (operator) {
      case "|":
        return { kind: "pipe", at, steps: joined(left.kind === "pipe" ? left.steps : [left], right) };
      case ",":
        return { kind: "comma", at, branches: joined(left.kind === "comma" ? left.branches : [left], right) };
      case "//":
        return { kind: "alternative", at, left, right };
      case "and":
      case "or":
        return { kind: "logical", at, operator, left, right };
      default:
        if (OPERATORS.get(operator)!.power === 4) {
          return { kind: "update", at, operator: operator as UpdateOperator, target: left, value: right };
        }
        return (
          this.#folded(operator, left, right) ?? {
            kind: "binary",
            at,
            operator: operator as BinaryOperator,
            left,
            right,
          }
        );
    }
  }

  /** Arithmetic of numbers that stand there, which jq 1.6 does at once, and refuses to divide by zero. */
  #folded(operator: string, left: Node, right: Node): Node | undefined {
    if (this.level !== "1.6" || left.kind !== "literal" || right.kind !== "literal") return undefined;
    if (typeof left.value !== "number" || typeof right.value !== "number") return undefined;
    const value = FOLDED.get(operator)?.(left.value, right.value);
    if (value === undefined) return undefined;
    if (operator === "/" && Math.abs(value) === Infinity) throw this.error("Division by zero?", left.at);
    return { kind: "literal", at: left.at, value };
  }

  /** `def name(parameters): body;` */
  override definition(): FunctionDefinition {
    const at = this.token.start;
    this.expect("def", []);
    const name = this.#definedName();
    const parameters: Parameter[] = [];
    if (this.is("(")) {
      do {
        this.advance();
        parameters.push(this.#parameter());
      } while (this.is(";"));
      this.expect(")", ["';'", "')'"]);
      this.expect(":", ["':'"]);
    } else {
      this.expect(":", ["'('", "':'"]);
    }
    const body = this.filter(PIPE);
    this.expect(";", []);
    return { at, name, parameters, body };
  }

  #definedName(): string {
    const { text } = this.token;
    this.expect("identifier", ["IDENT"]);
    return text;
  }

  #parameter(): Parameter {
    if (!this.is("$")) {
      const { text } = this.token;
      this.expect("identifier", ["IDENT", this.variableToken]);
      return { name: text, isValue: false };
    }
    return { name: this.variableName(), isValue: true };
  }

  #module(): Value {
    const at = this.token.start;
    this.advance();
    const metadata = this.#constant("Module metadata must be constant", at);
    if (!(metadata instanceof Map) && this.level !== "1.6") throw this.error("Module metadata must be an object", at);
    this.expect(";", []);
    return metadata;
  }

  #import(): Import {
    const at = this.token.start;
    const includes = this.is("include");
    this.advance();
    const path = this.text();
    if (path.kind !== "literal") throw this.error("Import path must be constant", at);
    let alias: string | null = null;
    let isData = false;
    if (!includes) {
      this.expect("as", ["as"]);
      isData = this.is("$");
      if (isData) {
        alias = this.variableName();
      } else {
        alias = this.token.text;
        this.expect("identifier", ["IDENT", this.variableToken]);
      }
    }
    const metadata = this.is(";") ? new Map<string, Value>() : this.#constant("Module metadata must be constant", at);
    if (!(metadata instanceof Map)) throw this.error("Module metadata must be an object", at);
    this.expect(";", []);
    return { at, path: path.value as string, alias, isData, metadata };
  }

  #constant(message: string, at: number): Value {
    const value = constantOf(this.filter(PIPE));
    if (value === undefined) throw this.error(message, at);
    return value;
  }
}
