/**
 * JSONPath: the syntax of RFC 9535, and what Jayway's implementation, which SonataFlow uses, has beyond it: functions at the end of
 * paths, `=~`, `in`, `size` and the like in filters, hyphens in names.
 */
import { JqError, JqSyntaxError } from "../../../jq/errors.ts";
import { compileRegex } from "../../../jq/regex/regex.ts";
import { filterFunctions, pathFunctions, wholePattern } from "./functions.ts";
import type { Comparison, Expression, Path, Relation, Segment, Selector } from "./path.ts";
import { Scanner } from "./scanner.ts";

const maxDepth = 100;
const namePattern = /[\p{L}\p{M}\p{N}_$\u{10000}-\u{10ffff}-]+/uy;
const variablePattern = /\$[A-Za-z_]\w*/y;
const comparisons: readonly Comparison[] = ["==", "!=", "<=", ">=", "<", ">"];
const relationPattern = /(?:in|nin|subsetof|anyof|noneof|size|empty|contains)(?!\w)/iy;

/** Parses a path, which must be the whole text. `variables` are the names, without "$", of what else a path can begin with. */
export function parsePath(text: string, variables: readonly string[]): Path {
  const parser = new Parser(text, variables);
  return parser.whole();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #variables: readonly string[];
  #depth = 0;

  constructor(text: string, variables: readonly string[]) {
    this.#scanner = new Scanner(text);
    this.#variables = variables;
  }

  whole(): Path {
    this.#scanner.skipSpace();
    if (!this.#scanner.sees("$")) throw this.#scanner.unexpected('"$"');
    const path = this.#path();
    this.#scanner.skipSpace();
    if (!this.#scanner.atEnd) throw this.#scanner.unexpected('".", "[" or the end');
    return path;
  }

  #path(): Path {
    const scanner = this.#scanner;
    const root = scanner.takes("@") ? "@" : this.#root();
    const segments: Segment[] = [];
    for (let segment = this.#segment(); segment !== undefined; segment = this.#segment()) segments.push(segment);
    return { kind: "path", root, segments, isDefinite: segments.every(isSingle) };
  }

  /** `$`; `$NAME` and `$.$NAME` for variables. */
  #root(): Path["root"] {
    const scanner = this.#scanner;
    const start = scanner.position;
    if (scanner.sees("$.$")) scanner.position += 2;
    const name = scanner.match(variablePattern)?.slice(1);
    if (name !== undefined && this.#variables.includes(name)) return { variable: name };
    scanner.position = start;
    if (name !== undefined && !scanner.sees("$.$")) throw scanner.problem(`there is no variable $${name}`, start);
    scanner.expect("$");
    return "$";
  }

  #segment(): Segment | undefined {
    const scanner = this.#scanner;
    const start = scanner.position;
    scanner.skipSpace();
    if (scanner.takes("[")) return { kind: "children", selectors: this.#bracket() };
    if (scanner.takes("..")) {
      if (scanner.takes("[")) return { kind: "descendants", selectors: this.#bracket() };
      return { kind: "descendants", selectors: [this.#dotted()] };
    }
    if (!scanner.takes(".")) {
      scanner.position = start;
      return undefined;
    }
    const nameStart = scanner.position;
    const selector = this.#dotted();
    if (selector.kind !== "name" || !scanner.sees("(")) return { kind: "children", selectors: [selector] };
    if (!pathFunctions.has(selector.name)) throw scanner.problem(`there is no function ${selector.name}()`, nameStart);
    return { kind: "call", name: selector.name, args: this.#arguments() };
  }

  #dotted(): Selector {
    if (this.#scanner.takes("*")) return { kind: "wildcard" };
    const name = this.#scanner.match(namePattern);
    if (name === undefined) throw this.#scanner.unexpected('a name or "*"');
    return { kind: "name", name };
  }

  #bracket(): Selector[] {
    const scanner = this.#scanner;
    const selectors: Selector[] = [];
    do {
      scanner.skipSpace();
      selectors.push(this.#selector());
      scanner.skipSpace();
    } while (scanner.takes(","));
    scanner.expect("]");
    return selectors;
  }

  #selector(): Selector {
    const scanner = this.#scanner;
    if (scanner.takes("*")) return { kind: "wildcard" };
    if (scanner.sees("'") || scanner.sees('"')) return { kind: "name", name: scanner.quoted() };
    if (scanner.takes("?")) return { kind: "filter", test: this.#deeper(() => this.#or()) };
    const start = this.#integer();
    scanner.skipSpace();
    if (!scanner.takes(":")) {
      if (start === undefined) throw scanner.unexpected('an index, a name in quotes, "*" or "?"');
      return { kind: "index", index: start };
    }
    scanner.skipSpace();
    const end = this.#integer();
    scanner.skipSpace();
    let step: number | undefined;
    if (scanner.takes(":")) {
      scanner.skipSpace();
      step = this.#integer();
    }
    return { kind: "slice", start, end, step: step ?? 1 };
  }

  #integer(): number | undefined {
    const start = this.#scanner.position;
    const digits = this.#scanner.match(/-?\d+/y);
    if (digits === undefined) return undefined;
    if (!Number.isSafeInteger(Number(digits))) throw this.#scanner.problem("the number is too large", start);
    return Number(digits);
  }

  #deeper<T>(parse: () => T): T {
    if (++this.#depth > maxDepth) throw this.#scanner.problem("expressions lie too deep in each other");
    const result = parse();
    this.#depth--;
    return result;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#operator("||")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#comparison();
    while (this.#operator("&&")) left = { kind: "and", left, right: this.#comparison() };
    return left;
  }

  #operator(text: string): boolean {
    this.#scanner.skipSpace();
    return this.#scanner.takes(text);
  }

  #comparison(): Expression {
    const scanner = this.#scanner;
    const left = this.#unary();
    scanner.skipSpace();
    if (scanner.takes("=~")) {
      scanner.skipSpace();
      const right = scanner.sees("/") ? this.#regex() : compiled(this.#unary(), true);
      return { kind: "compare", operator: "=~", left, right };
    }
    const comparison = comparisons.find((operator) => scanner.takes(operator));
    const relation = comparison === undefined ? scanner.match(relationPattern)?.toLowerCase() : undefined;
    const operator = comparison ?? (relation as Relation | undefined);
    return operator === undefined ? left : { kind: "compare", operator, left, right: this.#unary() };
  }

  #unary(): Expression {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.takes("!")) return { kind: "not", test: this.#deeper(() => this.#unary()) };
    if (scanner.takes("(")) {
      const inside = this.#deeper(() => this.#or());
      scanner.skipSpace();
      scanner.expect(")");
      return inside;
    }
    if (scanner.sees("@") || scanner.sees("$")) return this.#path();
    return this.#literal();
  }

  #literal(): Expression {
    const scanner = this.#scanner;
    if (scanner.sees("'") || scanner.sees('"')) return { kind: "literal", value: scanner.quoted() };
    if (scanner.takes("[")) return { kind: "list", items: this.#expressions("]") };
    const number = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    const start = scanner.position;
    const word = scanner.match(/[a-zA-Z]\w*/y);
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    if (word === "null") return { kind: "literal", value: null };
    if (word === undefined) throw scanner.unexpected("a path or a value");
    if (!filterFunctions.has(word)) throw scanner.problem(`there is no function ${word}()`, start);
    const args = this.#arguments();
    const pattern = args[1] === undefined ? undefined : compiled(args[1], word === "match");
    const isKnown = pattern?.kind === "regex" && (word === "match" || word === "search");
    return isKnown
      ? { kind: "compare", operator: "=~", left: args[0]!, right: pattern }
      : { kind: "call", name: word, args };
  }

  #arguments(): Expression[] {
    this.#scanner.expect("(");
    return this.#expressions(")");
  }

  #expressions(end: string): Expression[] {
    const scanner = this.#scanner;
    const items: Expression[] = [];
    scanner.skipSpace();
    if (scanner.takes(end)) return items;
    do items.push(this.#deeper(() => this.#or()));
    while (this.#operator(","));
    scanner.skipSpace();
    scanner.expect(end);
    return items;
  }

  /** `/pattern/i`, which must match the whole text. */
  #regex(): Expression {
    const scanner = this.#scanner;
    const start = scanner.position;
    const text = scanner.match(/\/(?:[^/\\]|\\[^])*\/[a-zA-Z]*/y);
    if (text === undefined) throw scanner.problem("the regular expression has no end", start);
    const end = text.lastIndexOf("/");
    try {
      return { kind: "regex", regex: compileRegex(wholePattern(text.slice(1, end)), jqFlags(text.slice(end + 1))) };
    } catch (error) {
      if (error instanceof JqError) throw new JqSyntaxError(error.message, 1, start + 1);
      throw error;
    }
  }
}

/** A pattern that is known beforehand is compiled once; one that is not valid matches nothing, at evaluation. */
function compiled(expression: Expression, isWhole: boolean): Expression {
  if (expression.kind !== "literal" || typeof expression.value !== "string") return expression;
  const pattern = expression.value;
  try {
    return { kind: "regex", regex: compileRegex(isWhole ? wholePattern(pattern) : pattern, "") };
  } catch (error) {
    if (error instanceof JqError) return expression;
    throw error;
  }
}

/** Flags of Java as those of jq. */
function jqFlags(flags: string): string {
  const known = new Map([
    ["i", "i"],
    ["s", "p"],
    ["x", "x"],
  ]);
  return Array.from(flags, (flag) => known.get(flag) ?? "").join("");
}

function isSingle(segment: Segment): boolean {
  if (segment.kind === "call") return true;
  const [selector, ...others] = segment.selectors;
  return (
    segment.kind === "children" && others.length === 0 && (selector?.kind === "name" || selector?.kind === "index")
  );
}
