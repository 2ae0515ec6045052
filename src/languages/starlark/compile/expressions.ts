/**
 * Expressions. `compileInto` writes its target register only with its last instruction, so a local may be the target of an
 * expression that reads it; a temporary target is always the next free register, so that no register is live without a value.
 */
import type {
  BinaryExpression,
  BinaryOperator,
  ConditionalExpression,
  DictExpression,
  DotExpression,
  Expression,
  Identifier,
  SliceExpression,
  UnaryExpression,
} from "../syntax/tree.ts";
import { Bytes, Float } from "../values/value.ts";
import { compileCall } from "./calls.ts";
import { compileClosure } from "./closures.ts";
import { compileComprehension } from "./comprehensions.ts";
import { Label } from "./builder.ts";
import { type Constant, PredeclaredName } from "./code.ts";
import { jumpWhen } from "./conditions.ts";
import { type FunctionContext, withoutParens } from "./context.ts";
import * as op from "./opcode.ts";

/** Displays with more elements than this are built one by one, so that a function needs few registers. */
const maxElementsInRegisters = 32;

/** Binary operators that evaluate both sides, and their opcodes. */
export const strictOperators: Partial<Record<BinaryOperator, number>> = {
  "+": op.ADD,
  "-": op.SUBTRACT,
  "*": op.MULTIPLY,
  "/": op.DIVIDE,
  "//": op.FLOOR_DIVIDE,
  "%": op.MODULO,
  "&": op.BIT_AND,
  "|": op.BIT_OR,
  "^": op.BIT_XOR,
  "<<": op.SHIFT_LEFT,
  ">>": op.SHIFT_RIGHT,
  in: op.IN,
  "not in": op.NOT_IN,
  "==": op.EQUAL,
  "!=": op.NOT_EQUAL,
  "<": op.LESS,
  "<=": op.LESS_EQUAL,
  ">": op.GREATER,
  ">=": op.GREATER_EQUAL,
};

const unaryOpcodes: Record<UnaryExpression["operator"], number> = {
  "+": op.PLUS,
  "-": op.NEGATE,
  "~": op.INVERT,
  not: op.NOT,
};

/** Evaluates to `target`: a local, or the next free register (which stays unreserved). */
export function compileInto(context: FunctionContext, expression: Expression, target: number): void {
  const { builder } = context;
  const constant = constantOf(expression);
  if (constant !== undefined) {
    builder.emit(op.CONSTANT, target, builder.constant(constant));
    return;
  }
  const mark = builder.top;
  switch (expression.kind) {
    case "paren":
      compileInto(context, withoutParens(expression), target);
      break;
    case "identifier":
      compileIdentifier(context, expression, target);
      break;
    case "list":
    case "tuple":
      compileSequence(context, expression.kind, expression.pos, expression.elements, target);
      break;
    case "dict":
      compileDict(context, expression, target);
      break;
    case "comprehension":
      throughTemporary(context, target, (register) => compileComprehension(context, expression, register));
      break;
    case "conditional":
      compileConditional(context, expression, target);
      break;
    case "unary":
      builder.emitAt(expression.pos, unaryOpcodes[expression.operator], target, operand(context, expression.operand));
      break;
    case "binary":
      compileBinary(context, expression, target);
      break;
    case "call":
      compileCall(context, expression, target);
      break;
    case "dot":
      compileDots(context, expression, target);
      break;
    case "index": {
      const object = operand(context, expression.object);
      const key = operandOrConstant(context, expression.index);
      builder.emitAt(expression.pos, op.INDEX, target, object, key);
      break;
    }
    case "slice":
      compileSlice(context, expression, target);
      break;
    case "lambda":
      compileClosure(context, expression.function, target);
      break;
    default:
  }
  builder.release(mark);
}

/** A register that holds the expression's value: a local's own, or a reserved temporary. */
export function operand(context: FunctionContext, expression: Expression): number {
  const inner = withoutParens(expression);
  if (inner.kind === "identifier" && inner.binding?.kind === "local") {
    checkBound(context, inner, inner.binding.index);
    return inner.binding.index;
  }
  return toTemporary(context, inner);
}

/** As `operand`, or `~k` for a constant. */
export function operandOrConstant(context: FunctionContext, expression: Expression): number {
  const constant = constantOf(expression);
  return constant === undefined ? operand(context, expression) : ~context.builder.constant(constant);
}

/** Evaluates to the next free register and reserves it. */
export function toTemporary(context: FunctionContext, expression: Expression): number {
  compileInto(context, expression, context.builder.top);
  return context.builder.reserve();
}

/** The value of an expression that is the same in every run, or undefined. */
export function constantOf(expression: Expression): Constant | undefined {
  const inner = withoutParens(expression);
  switch (inner.kind) {
    case "int":
    case "string":
      return inner.value;
    case "float":
      return new Float(inner.value);
    case "bytes":
      return new Bytes(inner.value);
    case "identifier":
      return namedConstant(inner);
    case "unary":
      return negatedLiteral(inner);
    default:
      return undefined;
  }
}

function namedConstant({ binding }: Identifier): Constant | undefined {
  if (binding?.kind !== "universal") return undefined;
  if (binding.name === "None") return null;
  if (binding.name === "True") return true;
  if (binding.name === "False") return false;
  return undefined;
}

function negatedLiteral({ operator, operand: literal }: UnaryExpression): Constant | undefined {
  if (operator !== "-") return undefined;
  if (literal.kind === "float") return new Float(-literal.value);
  if (literal.kind !== "int") return undefined;
  return literal.value === 0 ? 0 : -literal.value;
}

/** Runs `compile` with a temporary target even when `target` is a local, and moves the result. */
function throughTemporary(context: FunctionContext, target: number, compile: (register: number) => void): void {
  const { builder } = context;
  if (target >= builder.locals.length) {
    compile(target);
    return;
  }
  const temporary = builder.top;
  compile(temporary);
  builder.release(temporary + 1);
  builder.emit(op.MOVE, target, temporary);
}

function checkBound({ builder, assigned }: FunctionContext, { pos }: Identifier, local: number): void {
  if (assigned.has(local)) return;
  builder.emitAt(pos, op.CHECK_LOCAL, local);
  assigned.add(local);
}

function compileIdentifier(context: FunctionContext, identifier: Identifier, target: number): void {
  const { builder } = context;
  const { binding, pos } = identifier;
  switch (binding?.kind) {
    case "local":
      checkBound(context, identifier, binding.index);
      if (binding.index !== target) builder.emit(op.MOVE, target, binding.index);
      return;
    case "cell":
      builder.emitAt(pos, op.GET_CELL, target, binding.index);
      return;
    case "free":
      builder.emitAt(pos, op.GET_FREE, target, binding.index);
      return;
    case "global":
      builder.emitAt(pos, op.GET_GLOBAL, target, binding.index);
      return;
    case "loaded":
      builder.emitAt(pos, op.GET_GLOBAL, target, builder.module.exported + binding.index);
      return;
    case "predeclared":
    case "universal":
      compileSuppliedName(context, identifier, binding.name, target);
      return;
    default:
      throw new Error(`unresolved name ${identifier.name}`);
  }
}

function compileSuppliedName({ builder }: FunctionContext, { pos }: Identifier, name: string, target: number): void {
  if (builder.module.hostNames.has(name)) builder.emitAt(pos, op.GET_HOST, target, builder.constant(name));
  else builder.emit(op.CONSTANT, target, builder.constant(new PredeclaredName(name)));
}

function compileSequence(
  context: FunctionContext,
  kind: "list" | "tuple",
  pos: number,
  elements: Expression[],
  target: number,
): void {
  const { builder } = context;
  const opcode = kind === "list" ? op.LIST : op.TUPLE;
  if (elements.length > maxElementsInRegisters) {
    throughTemporary(context, target, (list) => compileLongSequence(context, kind, pos, elements, list));
    return;
  }
  const first = builder.top;
  for (const element of elements) toTemporary(context, element);
  builder.emitAt(pos, opcode, target, first, elements.length);
}

function compileLongSequence(
  context: FunctionContext,
  kind: "list" | "tuple",
  pos: number,
  elements: Expression[],
  list: number,
): void {
  const { builder } = context;
  builder.emitAt(pos, op.LIST, list, list, 0);
  builder.reserve();
  for (const element of elements) {
    const mark = builder.top;
    builder.emitAt(pos, op.APPEND, list, operandOrConstant(context, element));
    builder.release(mark);
  }
  if (kind === "tuple") builder.emitAt(pos, op.LIST_TO_TUPLE, list, list);
}

function compileDict(context: FunctionContext, { pos, entries }: DictExpression, target: number): void {
  const { builder } = context;
  throughTemporary(context, target, (dict) => {
    builder.emitAt(pos, op.DICT, dict);
    builder.reserve();
    for (const entry of entries) {
      const mark = builder.top;
      const key = operandOrConstant(context, entry.key);
      const value = operandOrConstant(context, entry.value);
      builder.emitAt(entry.pos, op.DICT_ENTRY, dict, key, value);
      builder.release(mark);
    }
  });
}

function compileConditional(context: FunctionContext, expression: ConditionalExpression, target: number): void {
  const { builder, assigned } = context;
  const orElse = new Label();
  const done = new Label();
  jumpWhen(context, expression.condition, false, orElse);
  const before = assigned.save();
  compileInto(context, expression.then, target);
  builder.jump(op.JUMP, done);
  builder.place(orElse);
  assigned.restore(before);
  compileInto(context, expression.orElse, target);
  builder.place(done);
  assigned.restore(before);
}

function compileBinary(context: FunctionContext, expression: BinaryExpression, target: number): void {
  if (expression.operator === "and" || expression.operator === "or") {
    throughTemporary(context, target, (register) => compileShortCircuit(context, expression, register));
  } else {
    compileStrictChain(context, expression, target);
  }
}

/** `a and b`, `a or b`, and chains of them, which lean to the left. */
function compileShortCircuit(context: FunctionContext, expression: BinaryExpression, register: number): void {
  const { builder, assigned } = context;
  const done = new Label();
  const { first, rest } = leftSpine(expression, (operator) => operator === expression.operator);
  compileInto(context, first, register);
  const after = assigned.save();
  for (const { right } of rest) {
    builder.reserve();
    builder.jump(expression.operator === "and" ? op.JUMP_UNLESS : op.JUMP_IF, done, register);
    builder.release(register);
    compileInto(context, right, register);
  }
  assigned.restore(after);
  builder.place(done);
}

/** `a + b - c …`: a loop instead of recursion, for sums are long. Adjacent string literals are joined. */
function compileStrictChain(context: FunctionContext, expression: BinaryExpression, target: number): void {
  const { builder } = context;
  const { first, rest } = leftSpine(expression, (operator) => strictOperators[operator] !== undefined);
  let literal = first.kind === "string" ? first.value : undefined;
  let done = 0;
  while (literal !== undefined && done < rest.length) {
    const { operator, right } = rest[done]!;
    if (operator !== "+" || right.kind !== "string") break;
    literal += right.value;
    done++;
  }
  const mark = builder.top;
  if (done > 0) builder.emit(op.CONSTANT, done === rest.length ? target : mark, builder.constant(literal!));
  if (done === rest.length) return;
  let left = done > 0 ? builder.reserve() : operand(context, first);
  for (let i = done; i < rest.length; i++) {
    const { operator, right, pos } = rest[i]!;
    const last = i === rest.length - 1;
    const value = operandOrConstant(context, right);
    builder.emitAt(pos, strictOperators[operator]!, last ? target : mark, left, value);
    builder.release(mark);
    if (!last) left = builder.reserve();
  }
}

/** The operations of a tree that leans to the left, innermost first. */
function leftSpine(
  expression: BinaryExpression,
  belongs: (operator: BinaryOperator) => boolean,
): { first: Expression; rest: BinaryExpression[] } {
  const rest = [expression];
  let first = expression.left;
  while (first.kind === "binary" && belongs(first.operator)) {
    rest.push(first);
    first = first.left;
  }
  return { first, rest: rest.toReversed() };
}

/** `a.b.c`, without recursion. */
function compileDots(context: FunctionContext, expression: DotExpression, target: number): void {
  const { builder } = context;
  const dots = [expression];
  let first = expression.object;
  while (first.kind === "dot") {
    dots.push(first);
    first = first.object;
  }
  const mark = builder.top;
  let object = operand(context, first);
  for (let i = dots.length - 1; i >= 0; i--) {
    const { pos, name } = dots[i]!;
    builder.emitAt(pos, op.ATTRIBUTE, i === 0 ? target : mark, object, builder.constant(name));
    builder.release(mark);
    if (i > 0) object = builder.reserve();
  }
}

function compileSlice(context: FunctionContext, expression: SliceExpression, target: number): void {
  const { builder } = context;
  const object = toTemporary(context, expression.object);
  for (const part of [expression.low, expression.high, expression.step]) {
    if (part === undefined) {
      builder.emit(op.CONSTANT, builder.top, builder.constant(null));
      builder.reserve();
    } else toTemporary(context, part);
  }
  builder.emitAt(expression.pos, op.SLICE, target, object);
}
