/** Which texts of a workflow are expressions, and that they compile. */
import type { Expression, Target, Template } from "../model.ts";
import { textOf } from "./fields.ts";
import type { Problems } from "./problems.ts";
import { placeInScalar } from "./scalar-offsets.ts";
import { describe, jsonTextOf, type DataNode, type ScalarNode } from "./tree.ts";

/** Says whether a text is one of an expression language. */
export interface ExpressionChecker {
  /** What is wrong, and where in the text; undefined when it compiles and calls nothing that there is not. */
  problemOf(text: string, variables: readonly string[]): { message: string; offset: number } | undefined;
  /** Whether a text that compiles is a mere word all the same, unless it stands in `${ }`. */
  isWord?(text: string): boolean;
}

export interface ExpressionRules {
  checker: ExpressionChecker;
  /** Only `${ }` makes an expression. */
  isStrict: boolean;
  /** Texts of the functions of type "expression", by name. */
  functions: ReadonlyMap<string, string>;
  variables: readonly string[];
}

export class ExpressionTexts {
  readonly #rules: ExpressionRules;
  readonly #problems: Problems;

  constructor(rules: ExpressionRules, problems: Problems) {
    this.#rules = rules;
    this.#problems = problems;
  }

  /** A text that has to be an expression, with or without `${ }`. Told when it is none. `what` is for the message. */
  required(node: DataNode | undefined, what: string): Expression | undefined {
    if (node === undefined) return undefined;
    if (node.kind !== "scalar") {
      this.#problems.error(`${what} has to be an expression, got ${describe(node)}`, node);
      return undefined;
    }
    const { text, start } = unwrap(textOf(node));
    const called = this.#named(text, node);
    if (called !== undefined) return called === "unknown" ? undefined : called;
    const problem = isBlank(text) ? { message: "it is empty", offset: 0 } : this.#problemOf(text);
    if (problem === undefined) return { text, at: placeInScalar(node, start) };
    const message = `${what} is no expression that can be evaluated: ${problem.message}`;
    this.#problems.error(message, placeInScalar(node, start + problem.offset), "EXPRESSION_INVALID");
    return undefined;
  }

  /** An expression that says where to write. A plain path may lack its leading dot. */
  target(node: DataNode | undefined, what: string): Target | undefined {
    if (node === undefined) return undefined;
    if (node.kind === "scalar") {
      const { text, start } = unwrap(textOf(node));
      // JSONPath begins with "$".
      const path = plainPath(text.replace(/^\$(?=[.[]|$)/, "").replace(/^$/, ".")) ?? plainPath(`.${text}`);
      if (path !== undefined) return { text: pathText(path), path, at: placeInScalar(node, start) };
    }
    return this.required(node, what);
  }

  /** Any JSON, in which texts may be expressions. */
  template(node: DataNode): Template {
    if (node.kind === "scalar") return this.#scalar(node);
    if (node.kind === "list") {
      const items = node.items.map((item) => this.template(item));
      return items.every(({ kind }) => kind === "literal") ? literalOf(node) : { kind: "array", items };
    }
    const values = new Map(node.entries.map(({ key, value }) => [key, value]));
    const entries = [...values].map(([key, value]) => ({ key, value: this.template(value) }));
    return entries.every(({ value }) => value.kind === "literal") ? literalOf(node) : { kind: "object", entries };
  }

  #scalar(node: ScalarNode): Template {
    if (typeof node.value !== "string") return literalOf(node);
    const whole = node.value;
    const { text, start, isWrapped } = unwrap(whole);
    const at = placeInScalar(node, start);
    const named = this.#named(text, node);
    if (named !== undefined) return named === "unknown" ? literalOf(node) : { kind: "expression", expression: named };
    if (this.#rules.isStrict) {
      if (!isWrapped) return literalOf(node);
      const expression = this.required(node, "a text in ${ }");
      return expression === undefined ? literalOf(node) : { kind: "expression", expression };
    }
    if (isBlank(text) || (!isWrapped && this.#rules.checker.isWord?.(text) === true)) return literalOf(node);
    const problem = this.#problemOf(text);
    if (problem === undefined) return { kind: "expression", expression: { text, at }, literal: whole };
    if (text.includes("\\(") && this.#problemOf(`"${text}"`) === undefined) {
      return { kind: "expression", expression: { text: `"${text}"`, at }, literal: whole };
    }
    if (isWrapped || looksLikeExpression.test(text)) {
      const message = `this is taken as a text, since it is no expression that can be evaluated: ${problem.message}`;
      const rule = isWrapped ? "literal-in-braces" : "literal-like-expression";
      this.#problems.warn(rule, message, placeInScalar(node, start + problem.offset));
    }
    return literalOf(node);
  }

  /** The expression that "fn:name" stands for; undefined when the text is something else. */
  #named(text: string, node: ScalarNode): Expression | "unknown" | undefined {
    const name = /^fn:([\w.-]+)$/.exec(text.trim())?.[1];
    if (name === undefined) return undefined;
    const body = this.#rules.functions.get(name);
    if (body !== undefined) return { text: body, at: node.source.location(node.offset) };
    this.#problems.error(`fn:${name} names no function of type "expression"`, node);
    return "unknown";
  }

  #problemOf(text: string): { message: string; offset: number } | undefined {
    return this.#rules.checker.problemOf(text, this.#rules.variables);
  }
}

/** A text that begins as an expression does: with a path, a variable, a quoted text, or these in brackets. */
const looksLikeExpression = /^[([]*\s*(?:\.[A-Za-z_["]|\$[A-Za-z_]|"[^"]*"\s*[+|,)\]]|"[^"]*$)/;

/** A text without the `${ }` or `{{ }}` around it, and where the rest begins in it. */
export function unwrap(whole: string): { text: string; start: number; isWrapped: boolean } {
  const match = /^(\s*(?:\$\{|\{\{)\s*)([^]*?)\s*$/.exec(whole);
  const inner = match?.[2];
  const closing = match?.[1]?.trim() === "{{" ? "}}" : "}";
  if (match !== null && inner?.endsWith(closing) === true) {
    return { text: inner.slice(0, -closing.length).trimEnd(), start: match[1]!.length, isWrapped: true };
  }
  const start = whole.length - whole.trimStart().length;
  return { text: whole.trim(), start, isWrapped: false };
}

/** White space and jq's comments only: jq would take it for ".". */
function isBlank(text: string): boolean {
  return /^(?:\s|#[^\n]*(?:\n|$))*$/.test(text);
}

function literalOf(node: DataNode): Template {
  return { kind: "literal", json: jsonTextOf(node) };
}

/** The steps of `.a.b[0]["c d"]`; [] for "."; undefined for anything else. */
function plainPath(text: string): (string | number)[] | undefined {
  if (text === "." || text === "..") return text === "." ? [] : undefined;
  const step = /\.?\[(?:(\d{1,9})|"((?:[^"\\]|\\["\\/])*)")\]|\.([A-Za-z_]\w*)|\."((?:[^"\\]|\\["\\/])*)"/y;
  const path: (string | number)[] = [];
  if (!text.startsWith(".")) return undefined;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    const [, index, bracketed, name, quoted] = match;
    const key = name ?? (bracketed ?? quoted)?.replaceAll(/\\(.)/g, "$1");
    path.push(key ?? Number(index));
  }
  return path;
}

function pathText(path: readonly (string | number)[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `[${JSON.stringify(step)}]`));
  return `.${steps.join("")}`;
}
