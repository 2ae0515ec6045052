/** Calls: the callee and its arguments in consecutive registers. */
import type { Argument, CallExpression, DotExpression, Expression } from "../syntax/tree.ts";
import { ArgumentNames } from "./code.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import { operand, toTemporary } from "./expressions.ts";
import * as op from "./opcode.ts";

/** Evaluates a call to `target`: a local, or the next free register. */
export function compileCall(context: FunctionContext, call: CallExpression, target: number): void {
  const callee = withoutParens(call.callee);
  const plain = call.arguments.every((argument) => argument.kind === "positional");
  if (plain && callee.kind === "dot") compileMethodCall(context, callee, call, target);
  else compilePlainCall(context, callee, call, plain, target);
}

function compileMethodCall(
  context: FunctionContext,
  callee: DotExpression,
  call: CallExpression,
  target: number,
): void {
  const { builder } = context;
  const first = builder.top;
  const object = operand(context, callee.object);
  builder.emitAt(callee.pos, op.METHOD, first, object, builder.constant(callee.name));
  builder.release(first);
  builder.reserve(2);
  for (const { value } of call.arguments) toTemporary(context, value);
  builder.emitAt(call.pos, op.CALL_METHOD, first, call.arguments.length, target);
}

function compilePlainCall(
  context: FunctionContext,
  callee: Expression,
  call: CallExpression,
  plain: boolean,
  target: number,
): void {
  const { builder } = context;
  const first = toTemporary(context, callee);
  const of = (kind: Argument["kind"]) => call.arguments.filter((argument) => argument.kind === kind);
  const named = of("named");
  const positional = of("positional").length;
  for (const argument of call.arguments) {
    if (argument.kind === "positional" || argument.kind === "named") toTemporary(context, argument.value);
  }
  if (plain) {
    builder.emitAt(call.pos, op.CALL, first, positional, target);
    return;
  }
  const names = builder.constant(new ArgumentNames(named.map((argument) => argument.name!)));
  const spreads = [...of("args"), ...of("kwargs")];
  if (spreads.length === 0) {
    builder.emitAt(call.pos, op.CALL_NAMED, first, positional, target, names);
    return;
  }
  for (const spread of spreads) toTemporary(context, spread.value);
  const flags = (of("args").length > 0 ? 1 : 0) | (of("kwargs").length > 0 ? 2 : 0);
  builder.emitAt(call.pos, op.CALL_SPREAD, first, positional, target, names, flags);
}
