/** Where control can go, as the shape of the statements shows. */
import type { Expression, Statement } from "../syntax/tree.ts";
import { bare } from "./walk.ts";

/** Whether control can reach the end of a block from its beginning. */
export function canEnd(block: readonly Statement[]): boolean {
  return block.every(canPass);
}

/** Whether control can go on after a statement. */
export function canPass(statement: Statement): boolean {
  switch (statement.kind) {
    case "return":
    case "break":
    case "continue":
      return false;
    case "expression":
      return !isFail(statement.value);
    case "if":
      return canEnd(statement.body) || canEnd(statement.orElse);
    case "while":
      return !isAlways(statement.condition) || breaks(statement.body);
    default:
      return true;
  }
}

/** Whether a condition is a literal that is true. */
export function isAlways(condition: Expression): boolean {
  const inner = bare(condition);
  if (inner.kind === "identifier") return inner.name === "True";
  return inner.kind === "int" && inner.value !== 0;
}

/** Whether a loop with this body can be left by break. */
export function breaks(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind === "break") return true;
    return statement.kind === "if" && (breaks(statement.body) || breaks(statement.orElse));
  });
}

function isFail(value: Expression): boolean {
  return value.kind === "call" && value.callee.kind === "identifier" && value.callee.name === "fail";
}

/** Whether a condition is a literal that is false. */
export function isNever(condition: Expression): boolean {
  const inner = bare(condition);
  if (inner.kind === "identifier") return inner.name === "False" || inner.name === "None";
  if (inner.kind === "string") return inner.value === "";
  return inner.kind === "int" && inner.value === 0;
}
