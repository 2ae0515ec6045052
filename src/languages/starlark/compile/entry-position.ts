/** The place that the traceback of a call which cannot be made names inside the called function, as starlark-go has it. */
import type { Expression, FunctionNode, Statement } from "../syntax/tree.ts";

/** The first thing in a body that is evaluated, if that is a name other than a universal one, a function or a slice; else undefined. */
export function firstPosition(body: readonly Statement[]): number | undefined {
  for (const statement of body) {
    switch (statement.kind) {
      case "pass":
        break;
      case "expression":
        // Literals, documentation among them, are not evaluated.
        if (!isLiteral(statement.value)) return positionOf(statement.value);
        break;
      case "return":
        return statement.value === undefined ? undefined : positionOf(statement.value);
      case "if":
      case "while":
        return positionOf(statement.condition);
      case "for":
        return positionOf(statement.iterable);
      case "assign":
        return positionOf(statement.operator === "" ? statement.value : statement.target);
      case "def":
        return positionOfFunction(statement.function);
      default:
        return undefined;
    }
  }
  return undefined;
}

function isLiteral({ kind }: Expression): boolean {
  return kind === "string" || kind === "bytes" || kind === "int" || kind === "float";
}

function positionOfFunction(node: FunctionNode): number {
  const first = node.parameters.find((parameter) => parameter.default !== undefined)?.default;
  return (first === undefined ? undefined : positionOf(first)) ?? node.pos;
}

function positionOf(start: Expression): number | undefined {
  let expression: Expression | undefined = start;
  while (expression !== undefined) {
    switch (expression.kind) {
      case "identifier":
        return expression.binding?.kind === "universal" ? undefined : expression.pos;
      case "lambda":
        return positionOfFunction(expression.function);
      case "slice":
        return positionOf(expression.object) ?? expression.pos;
      default:
        expression = firstPart(expression);
    }
  }
  return undefined;
}

/** The part of an expression that is evaluated first; undefined when something without parts comes before. */
function firstPart(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case "call":
      return expression.callee;
    case "dot":
    case "index":
      return expression.object;
    case "binary":
      return expression.left;
    case "unary":
      return expression.operand;
    case "conditional":
      return expression.condition;
    case "paren":
      return expression.inner;
    case "list":
    case "tuple":
      return expression.elements[0];
    default:
      return undefined;
  }
}
