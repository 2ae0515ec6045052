/** Assignment to names, elements, fields and sequences of them. */
import type { AssignStatement, Expression, Identifier } from "../syntax/tree.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import { compileInto, operand, operandOrConstant, strictOperators, toTemporary } from "./expressions.ts";
import * as op from "./opcode.ts";

/** `target = value`: the value is evaluated first, then the target's parts. */
export function compileAssignment(context: FunctionContext, statement: AssignStatement): void {
  const { builder } = context;
  const target = withoutParens(statement.target);
  const value = withoutParens(statement.value);
  const mark = builder.top;
  if (target.kind === "identifier" && target.binding?.kind === "local") {
    compileInto(context, value, target.binding.index);
    context.assigned.add(target.binding.index);
  } else if (isSequence(target) && value.kind === "tuple" && value.elements.length === target.elements.length) {
    const registers = value.elements.map((element) => toTemporary(context, element));
    for (const [i, element] of target.elements.entries()) assign(context, element, registers[i]!, statement.pos);
  } else {
    assign(context, target, operandOrConstant(context, value), statement.pos);
  }
  builder.release(mark);
}

/** Assigns a register or constant (`~k`). `pos` is the place that a failing unpacking names. */
export function assign(context: FunctionContext, target: Expression, value: number, pos: number): void {
  const { builder } = context;
  const inner = withoutParens(target);
  const mark = builder.top;
  switch (inner.kind) {
    case "identifier":
      assignName(context, inner, value);
      break;
    case "list":
    case "tuple":
      assignSequence(context, inner.elements, value, pos);
      break;
    case "index": {
      const object = operand(context, inner.object);
      const key = operandOrConstant(context, inner.index);
      builder.emitAt(inner.pos, op.SET_INDEX, object, key, value);
      break;
    }
    case "dot": {
      const object = operand(context, inner.object);
      builder.emitAt(inner.pos, op.SET_ATTRIBUTE, object, builder.constant(inner.name), value);
      break;
    }
    default:
      throw new Error(`cannot assign to ${inner.kind}`);
  }
  builder.release(mark);
}

/** Stores a register or constant under a name. */
export function assignName({ builder, assigned }: FunctionContext, name: Identifier, value: number): void {
  const { binding } = name;
  switch (binding?.kind) {
    case "local":
      if (value < 0) builder.emit(op.CONSTANT, binding.index, ~value);
      else if (value !== binding.index) builder.emit(op.MOVE, binding.index, value);
      assigned.add(binding.index);
      return;
    case "cell":
      builder.emit(op.SET_CELL, binding.index, value);
      return;
    case "global":
      builder.emit(op.SET_GLOBAL, binding.index, value);
      return;
    case "loaded":
      builder.emit(op.SET_GLOBAL, builder.module.exported + binding.index, value);
      return;
    default:
      throw new Error(`cannot assign to ${name.name}`);
  }
}

function assignSequence(context: FunctionContext, targets: Expression[], value: number, pos: number): void {
  const { builder } = context;
  const source = value >= 0 ? value : builder.top;
  if (value < 0) {
    builder.emit(op.CONSTANT, source, ~value);
    builder.reserve();
  }
  const first = builder.top;
  builder.emitAt(pos, op.UNPACK, first, source, targets.length);
  builder.reserve(targets.length);
  for (const [i, target] of targets.entries()) assign(context, target, first + i, pos);
}

/** `target op= value`: the target's parts are evaluated once, before the value. */
export function compileAugmentedAssignment(context: FunctionContext, statement: AssignStatement): void {
  const { builder } = context;
  const target = withoutParens(statement.target);
  const mark = builder.top;
  switch (target.kind) {
    case "identifier": {
      const local = target.binding?.kind === "local" ? target.binding.index : -1;
      const current = operand(context, target);
      const result = local >= 0 ? local : current;
      applyOperator(context, statement, result, current);
      if (local < 0) assignName(context, target, result);
      break;
    }
    case "index": {
      const object = operand(context, target.object);
      const key = operandOrConstant(context, target.index);
      const current = builder.top;
      builder.emitAt(target.pos, op.INDEX, current, object, key);
      builder.reserve();
      applyOperator(context, statement, current, current);
      builder.emitAt(target.pos, op.SET_INDEX, object, key, current);
      break;
    }
    case "dot": {
      const object = operand(context, target.object);
      const name = builder.constant(target.name);
      const current = builder.top;
      builder.emitAt(target.pos, op.ATTRIBUTE, current, object, name);
      builder.reserve();
      applyOperator(context, statement, current, current);
      builder.emitAt(target.pos, op.SET_ATTRIBUTE, object, name, current);
      break;
    }
    default:
      throw new Error(`cannot assign to ${target.kind}`);
  }
  builder.release(mark);
}

function applyOperator(
  context: FunctionContext,
  { operator, value, pos }: AssignStatement,
  result: number,
  current: number,
): void {
  const { builder } = context;
  const mark = builder.top;
  const right = operandOrConstant(context, value);
  builder.emitAt(pos, augmentedOpcode(operator), result, current, right);
  builder.release(mark);
}

function augmentedOpcode(operator: AssignStatement["operator"]): number {
  if (operator === "+") return op.ADD_IN_PLACE;
  if (operator === "|") return op.OR_IN_PLACE;
  return strictOperators[operator as keyof typeof strictOperators]!;
}

function isSequence(target: Expression): target is Expression & { kind: "tuple" | "list"; elements: Expression[] } {
  return target.kind === "tuple" || target.kind === "list";
}
