/** Comprehensions: loops that fill a list or dict in a register. Their variables are locals of the function. */
import type { Comprehension, Expression } from "../syntax/tree.ts";
import { Label } from "./builder.ts";
import { jumpWhen } from "./conditions.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import { operandOrConstant } from "./expressions.ts";
import { beginLoop } from "./loops.ts";
import * as op from "./opcode.ts";

/** Evaluates to `result`, the next free register. */
export function compileComprehension(context: FunctionContext, expression: Comprehension, result: number): void {
  const { builder, assigned } = context;
  const before = assigned.save();
  if (expression.key === undefined) builder.emitAt(expression.pos, op.LIST, result, result, 0);
  else builder.emitAt(expression.pos, op.DICT, result);
  builder.reserve();
  const ends = expression.clauses.map((clause) => beginClause(context, clause));
  compileElement(context, expression, result);
  for (const end of ends.toReversed()) end();
  for (const clause of expression.clauses) {
    if (clause.kind === "for") clearTargets(context, clause.target);
  }
  assigned.restore(before);
}

/** Answers what ends the clause. They lie in each other and may be many, so that a recursion would be too deep. */
function beginClause(context: FunctionContext, clause: Comprehension["clauses"][number]): () => void {
  if (clause.kind === "for") return beginLoop(context, clause).end;
  const skip = new Label();
  jumpWhen(context, clause.condition, false, skip);
  return () => context.builder.place(skip);
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
