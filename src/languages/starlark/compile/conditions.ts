/** Conditions: jumps without making a bool first. */
import type { BinaryExpression, BinaryOperator, Expression } from "../syntax/tree.ts";
import { Label } from "./builder.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import { constantOf, operand, operandOrConstant } from "./expressions.ts";
import * as op from "./opcode.ts";

/** Comparisons: the opcode that jumps when it holds, and the one that jumps when it does not. */
const comparisonJumps: Partial<Record<BinaryOperator, readonly [number, number]>> = {
  "==": [op.JUMP_EQUAL, op.JUMP_NOT_EQUAL],
  "!=": [op.JUMP_NOT_EQUAL, op.JUMP_EQUAL],
  "<": [op.JUMP_LESS, op.JUMP_NOT_LESS],
  "<=": [op.JUMP_LESS_EQUAL, op.JUMP_NOT_LESS_EQUAL],
  ">": [op.JUMP_GREATER, op.JUMP_NOT_GREATER],
  ">=": [op.JUMP_GREATER_EQUAL, op.JUMP_NOT_GREATER_EQUAL],
};

/** Jumps to the label when the truth of the condition is `sense`; goes on otherwise. */
export function jumpWhen(context: FunctionContext, condition: Expression, sense: boolean, label: Label): void {
  const { builder } = context;
  const expression = withoutParens(condition);
  const constant = constantOf(expression);
  if (constant === true || constant === false) {
    if (constant === sense) builder.jump(op.JUMP, label);
    return;
  }
  if (expression.kind === "unary" && expression.operator === "not") {
    jumpWhen(context, expression.operand, !sense, label);
    return;
  }
  if (expression.kind === "binary" && (expression.operator === "and" || expression.operator === "or")) {
    jumpWhenBoth(context, expression, sense, label);
    return;
  }
  const mark = builder.top;
  const jumps = expression.kind === "binary" ? comparisonJumps[expression.operator] : undefined;
  if (jumps !== undefined) {
    const { left, right, pos } = expression as BinaryExpression;
    const a = operand(context, left);
    const b = operandOrConstant(context, right);
    builder.jumpAt(pos, jumps[sense ? 0 : 1], label, a, b);
  } else {
    builder.jump(sense ? op.JUMP_IF : op.JUMP_UNLESS, label, operand(context, expression));
  }
  builder.release(mark);
}

/** `and`, `or`: chains lean to the left, so the left sides are taken in a loop. */
function jumpWhenBoth(context: FunctionContext, expression: BinaryExpression, sense: boolean, label: Label): void {
  const { operator } = expression;
  const terms: Expression[] = [expression.right];
  let first = withoutParens(expression.left);
  while (first.kind === "binary" && first.operator === operator) {
    terms.push(first.right);
    first = withoutParens(first.left);
  }
  terms.push(first);
  terms.reverse();
  // `and` is decided by the first false term, `or` by the first true one.
  const decisive = operator === "or";
  const decided = decisive === sense ? label : new Label();
  let after: ReturnType<typeof context.assigned.save> | undefined;
  for (const [i, term] of terms.entries()) {
    const last = i === terms.length - 1;
    if (last) jumpWhen(context, term, sense, label);
    else jumpWhen(context, term, decisive, decided);
    after ??= context.assigned.save();
  }
  context.assigned.restore(after!);
  if (decided !== label) context.builder.place(decided);
}
