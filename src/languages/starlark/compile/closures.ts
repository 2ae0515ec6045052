/** Functions inside functions: `def` and lambda. */
import type { Expression, FunctionNode, Parameter } from "../syntax/tree.ts";
import { fromText } from "../values/text.ts";
import { CodeBuilder, type ModuleBuilder } from "./builder.ts";
import { AssignedLocals } from "./assigned.ts";
import { FunctionCode } from "./code.ts";
import type { FunctionContext } from "./context.ts";
import { firstPosition } from "./entry-position.ts";
import { toTemporary } from "./expressions.ts";
import * as op from "./opcode.ts";
import { compileBlock } from "./statements.ts";

/** Evaluates the defaults, compiles the body and makes the function value in `target`. */
export function compileClosure(context: FunctionContext, node: FunctionNode, target: number): void {
  const { builder } = context;
  const first = builder.top;
  for (const expression of defaultsOf(node.parameters)) toTemporary(context, expression);
  const index = builder.module.functions.length;
  builder.module.functions.push(undefined as unknown as FunctionCode);
  builder.module.functions[index] = compileFunction(builder.module, node);
  builder.emitAt(node.pos, op.CLOSURE, target, index, first);
}

/** The code of a function's body. */
function compileFunction(module: ModuleBuilder, node: FunctionNode): FunctionCode {
  const shape = parameterShape(node.parameters);
  const builder = new CodeBuilder(module, node.locals);
  const context = { builder, assigned: new AssignedLocals(node.locals.length, shape.parameterCount) };
  const entry = firstPosition(node.body);
  if (entry !== undefined) builder.noteEntry(entry);
  if (!module.recursion) builder.emit(op.CHECK_RECURSION);
  for (const cell of node.cells) builder.emit(op.NEW_CELL, cell);
  compileBlock(context, node.body);
  builder.emit(op.RETURN, ~builder.constant(null));
  return finishFunction(builder, node, shape);
}

export interface ParameterShape {
  /** How many of the locals are parameters. */
  parameterCount: number;
  parameters: number[];
  keywordOnly: number;
  rest: number;
  namedRest: number;
  defaults: number[];
}

export const noParameters: ParameterShape = {
  parameterCount: 0,
  parameters: [],
  keywordOnly: 0,
  rest: -1,
  namedRest: -1,
  defaults: [],
};

/** Turns what a builder wrote into code. */
export function finishFunction(
  builder: CodeBuilder,
  node: Pick<FunctionNode, "name" | "doc" | "pos" | "locals" | "cells" | "free">,
  shape: ParameterShape,
): FunctionCode {
  const { file } = builder.module;
  const { line, column } = file.location(node.pos);
  return new FunctionCode({
    name: node.name,
    doc: node.doc,
    path: fromText(file.path),
    line,
    column,
    locals: node.locals,
    ...shape,
    captures: node.free,
    cells: node.cells,
    registers: builder.registers,
    code: Int32Array.from(builder.code),
    positions: Int32Array.from(builder.positions),
    tops: Int32Array.from(builder.tops),
    loops: Int32Array.from(builder.loopRanges),
  });
}

function defaultsOf(parameters: Parameter[]): Expression[] {
  return parameters.flatMap((parameter) => (parameter.default === undefined ? [] : [parameter.default]));
}

function parameterShape(list: Parameter[]): ParameterShape {
  const shape = { ...noParameters, parameters: [] as number[], defaults: [] as number[] };
  let afterStar = false;
  for (const { kind, default: value } of list) {
    if (kind === "bare-star") {
      afterStar = true;
      continue;
    }
    const register = shape.parameterCount++;
    if (kind === "args") {
      shape.rest = register;
      afterStar = true;
    } else if (kind === "kwargs") {
      shape.namedRest = register;
    } else {
      if (value !== undefined) shape.defaults.push(shape.parameters.length);
      shape.parameters.push(register);
      if (afterStar) shape.keywordOnly++;
    }
  }
  return shape;
}
