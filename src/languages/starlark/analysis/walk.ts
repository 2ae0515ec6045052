/** Walking over the syntax tree. */
import type { Expression, FunctionNode, Statement } from "../syntax/tree.ts";

/** What a walk calls; answering false keeps it out of what is inside. */
export interface Visitor {
  statement?(statement: Statement): boolean | void;
  expression?(expression: Expression): boolean | void;
  /** A def or lambda, before its parameters. */
  function?(node: FunctionNode): boolean | void;
}

/** Visits statements and all that is in them, in the order of the text. */
export function walkStatements(statements: readonly Statement[], visitor: Visitor): void {
  for (const statement of statements) walkStatement(statement, visitor);
}

function walkStatement(statement: Statement, visitor: Visitor): void {
  if (visitor.statement?.(statement) === false) return;
  if (statement.kind === "def") {
    walkExpression(statement.name, visitor);
    walkFunction(statement.function, visitor);
    return;
  }
  for (const expression of expressionsOf(statement)) walkExpression(expression, visitor);
  for (const block of blocksOf(statement)) walkStatements(block, visitor);
}

/** Visits an expression and all that is in it. */
export function walkExpression(expression: Expression, visitor: Visitor): void {
  if (visitor.expression?.(expression) === false) return;
  if (expression.kind === "lambda") walkFunction(expression.function, visitor);
  else for (const child of childrenOf(expression)) walkExpression(child, visitor);
}

function walkFunction(node: FunctionNode, visitor: Visitor): void {
  if (visitor.function?.(node) === false) return;
  for (const parameter of node.parameters) {
    if (parameter.name !== undefined) walkExpression(parameter.name, visitor);
    if (parameter.default !== undefined) walkExpression(parameter.default, visitor);
  }
  walkStatements(node.body, visitor);
}

/** The expressions that stand directly in a statement; of a def none. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case "assign":
      return [statement.target, statement.value];
    case "expression":
      return [statement.value];
    case "for":
      return [statement.target, statement.iterable];
    case "if":
    case "while":
      return [statement.condition];
    case "return":
      return statement.value === undefined ? [] : [statement.value];
    case "load":
      return [statement.module, ...statement.names.flatMap(({ local, remote }) => [local, remote])];
    default:
      return [];
  }
}

/** The blocks in a statement; a def's body is none of them. */
export function blocksOf(statement: Statement): Statement[][] {
  switch (statement.kind) {
    case "for":
    case "while":
      return [statement.body];
    case "if":
      return [statement.body, statement.orElse];
    default:
      return [];
  }
}

/** The expressions directly inside an expression, in the order of the text; of a lambda none. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "list":
    case "tuple":
      return expression.elements;
    case "dict":
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case "comprehension":
      return [
        ...(expression.key === undefined ? [] : [expression.key]),
        expression.value,
        ...expression.clauses.flatMap((clause) =>
          clause.kind === "for" ? [clause.target, clause.iterable] : [clause.condition],
        ),
      ];
    case "conditional":
      return [expression.then, expression.condition, expression.orElse];
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "call":
      return [expression.callee, ...expression.arguments.map(({ value }) => value)];
    case "dot":
      return [expression.object];
    case "index":
      return [expression.object, expression.index];
    case "slice":
      return [expression.object, expression.low, expression.high, expression.step].filter((part) => part !== undefined);
    case "paren":
      return [expression.inner];
    default:
      return [];
  }
}

/** An expression without the parentheses around it. */
export function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "paren") inner = inner.inner;
  return inner;
}

/** The identifiers that an assignment to this target binds. */
export function boundIn(target: Expression): Extract<Expression, { kind: "identifier" }>[] {
  const inner = bare(target);
  if (inner.kind === "identifier") return [inner];
  return inner.kind === "tuple" || inner.kind === "list" ? inner.elements.flatMap(boundIn) : [];
}
