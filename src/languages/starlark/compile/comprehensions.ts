/** Comprehensions: loops that fill a list or dict in a register. Their variables are locals of the function. */
import type { Comprehension, Expression } from "../syntax/tree.ts";
import { Label } from "./builder.ts";
import { jumpWhen } from "./conditions.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import { operandOrConstant } from "./expressions.ts";
import { compileLoop } from "./loops.ts";
import * as op from "./opcode.ts";

/** Evaluates to `result`, the next free register. */
export function compileComprehension(context: FunctionContext, expression: Comprehension, result: number): void {
  const { builder, assigned } = context;
  const before = assigned.save();
  if (expression.key === undefined) builder.emitAt(expression.pos, op.LIST, result, result, 0);
  else builder.emitAt(expression.pos, op.DICT, result);
  builder.reserve();
  compileClauses(context, expression, 0, result);
  for (const clause of expression.clauses) {
    if (clause.kind === "for") clearTargets(context, clause.target);
  }
  assigned.restore(before);
}

function compileClauses(context: FunctionContext, expression: Comprehension, index: number, result: number): void {
  const { builder } = context;
  const clause = expression.clauses[index];
  if (clause === undefined) {
    compileElement(context, expression, result);
  } else if (clause.kind === "if") {
    const skip = new Label();
    jumpWhen(context, clause.condition, false, skip);
    compileClauses(context, expression, index + 1, result);
    builder.place(skip);
  } else {
    compileLoop(context, clause, () => compileClauses(context, expression, index + 1, result));
  }
}

function compileElement(context: FunctionContext, { key, colon, value, pos }: Comprehension, result: number): void {
  const { builder } = context;
  const mark = builder.top;
  if (key === undefined) {
    builder.emitAt(pos, op.APPEND, result, operandOrConstant(context, value));
  } else {
    const keyOperand = operandOrConstant(context, key);
    builder.emitAt(colon ?? pos, op.DICT_PUT, result, keyOperand, operandOrConstant(context, value));
  }
  builder.release(mark);
}

/** Forgets the variables, so that a state never holds a value nobody can read. */
function clearTargets(context: FunctionContext, target: Expression): void {
  const inner = withoutParens(target);
  if (inner.kind === "tuple" || inner.kind === "list") {
    for (const element of inner.elements) clearTargets(context, element);
  } else if (inner.kind === "identifier" && inner.binding?.kind === "local") {
    context.builder.emit(op.CLEAR, inner.binding.index);
  }
}
