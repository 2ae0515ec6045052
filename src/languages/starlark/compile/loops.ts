/** The loop that `for` statements and comprehension clauses share. */
import type { Expression } from "../syntax/tree.ts";
import { assign } from "./assignments.ts";
import { Label, type OpenLoop } from "./builder.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import { operand } from "./expressions.ts";
import * as op from "./opcode.ts";

/**
 * Begins a loop over the elements of the iterable; what is compiled until `end` is its body. The iterator's register stays
 * reserved meanwhile. The test is at the end, so that an element costs one instruction.
 */
export function beginLoop(
  context: FunctionContext,
  { pos, target, iterable }: { pos: number; target: Expression; iterable: Expression },
): { loop: OpenLoop; end: () => void } {
  const { builder, assigned } = context;
  const iterator = builder.top;
  const source = operand(context, iterable);
  builder.emitAt(pos, op.ITERATE, iterator, source);
  builder.release(iterator);
  builder.reserve();
  const start = builder.pc;
  const before = assigned.save();
  const loop = { onBreak: new Label(), onContinue: new Label(), iterator };
  const again = new Label();
  builder.jump(op.JUMP, loop.onContinue);
  builder.place(again);
  const inner = withoutParens(target);
  const local = inner.kind === "identifier" && inner.binding?.kind === "local" ? inner.binding.index : -1;
  const element = local >= 0 ? local : builder.top;
  if (local >= 0) assigned.add(local);
  else {
    builder.reserve();
    assign(context, inner, element, pos);
    builder.release(element);
  }
  const end = () => {
    builder.place(loop.onContinue);
    builder.jumpAt(pos, op.NEXT, again, iterator, element);
    builder.place(loop.onBreak);
    builder.emit(op.END_ITERATION, iterator);
    builder.loopRanges.push(start, builder.pc - 2, iterator);
    builder.release(iterator);
    assigned.restore(before);
  };
  return { loop, end };
}
