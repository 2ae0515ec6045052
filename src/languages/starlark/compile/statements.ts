/** Statements. */
import type {
  ForStatement,
  IfStatement,
  LoadStatement,
  ReturnStatement,
  Statement,
  WhileStatement,
} from "../syntax/tree.ts";
import { assignName, compileAssignment, compileAugmentedAssignment } from "./assignments.ts";
import { Label } from "./builder.ts";
import { compileClosure } from "./closures.ts";
import { jumpWhen } from "./conditions.ts";
import type { FunctionContext } from "./context.ts";
import { compileInto, constantOf, operandOrConstant } from "./expressions.ts";
import { beginLoop } from "./loops.ts";
import * as op from "./opcode.ts";

export function compileBlock(context: FunctionContext, body: readonly Statement[]): void {
  for (const statement of body) compileStatement(context, statement);
}

function compileStatement(context: FunctionContext, statement: Statement): void {
  const { builder, assigned } = context;
  const mark = builder.top;
  switch (statement.kind) {
    case "expression":
      if (constantOf(statement.value) === undefined) compileInto(context, statement.value, builder.top);
      break;
    case "assign":
      if (statement.operator === "") compileAssignment(context, statement);
      else compileAugmentedAssignment(context, statement);
      break;
    case "def":
      if (statement.name.binding?.kind === "local") {
        compileClosure(context, statement.function, statement.name.binding.index);
        assigned.add(statement.name.binding.index);
      } else {
        compileClosure(context, statement.function, mark);
        builder.release(mark);
        assignName(context, statement.name, builder.reserve());
      }
      break;
    case "if":
      compileIf(context, statement);
      break;
    case "for":
      compileFor(context, statement);
      break;
    case "while":
      compileWhile(context, statement);
      break;
    case "return":
      compileReturn(context, statement);
      break;
    case "break":
      builder.jump(op.JUMP, builder.openLoops.at(-1)!.onBreak);
      assigned.end();
      break;
    case "continue":
      builder.jump(op.JUMP, builder.openLoops.at(-1)!.onContinue);
      assigned.end();
      break;
    case "load":
      compileLoad(context, statement);
      break;
    default:
  }
  builder.release(mark);
}

/** An `elif` is an `if` in the else part; a chain of them is taken in a loop. */
function compileIf(context: FunctionContext, statement: IfStatement): void {
  const { builder, assigned } = context;
  const done = new Label();
  const ends: ReturnType<typeof assigned.save>[] = [];
  let current: IfStatement | undefined = statement;
  while (current !== undefined) {
    const orElse = new Label();
    jumpWhen(context, current.condition, false, orElse);
    const before = assigned.save();
    compileBlock(context, current.body);
    ends.push(assigned.save());
    if (current.orElse.length > 0) builder.jump(op.JUMP, done);
    builder.place(orElse);
    assigned.restore(before);
    const [first] = current.orElse as [Statement?];
    if (current.orElse.length === 1 && first!.kind === "if") {
      current = first as IfStatement;
    } else {
      compileBlock(context, current.orElse);
      current = undefined;
    }
  }
  builder.place(done);
  for (const end of ends) assigned.join(end);
}

function compileFor(context: FunctionContext, statement: ForStatement): void {
  const { openLoops } = context.builder;
  const { loop, end } = beginLoop(context, statement);
  openLoops.push(loop);
  compileBlock(context, statement.body);
  openLoops.pop();
  end();
}

function compileWhile(context: FunctionContext, { pos, condition, body }: WhileStatement): void {
  const { builder, assigned } = context;
  const loop = { onBreak: new Label(), onContinue: new Label(), iterator: -1 };
  const again = new Label();
  const before = assigned.save();
  builder.jump(op.JUMP, loop.onContinue);
  builder.place(again);
  builder.openLoops.push(loop);
  compileBlock(context, body);
  builder.openLoops.pop();
  assigned.restore(before);
  builder.place(loop.onContinue);
  // An endless loop is stopped here when its body is empty.
  builder.notePosition(pos);
  jumpWhen(context, condition, true, again);
  builder.place(loop.onBreak);
  assigned.restore(before);
}

function compileReturn(context: FunctionContext, { value }: ReturnStatement): void {
  const { builder, assigned } = context;
  const result = value === undefined ? ~builder.constant(null) : operandOrConstant(context, value);
  for (const loop of builder.openLoops.toReversed()) {
    if (loop.iterator >= 0) builder.emit(op.END_ITERATION, loop.iterator);
  }
  builder.emit(op.RETURN, result);
  assigned.end();
}

function compileLoad(context: FunctionContext, { pos, module, names }: LoadStatement): void {
  const { builder } = context;
  const path = builder.module.resolveLoad(module.value);
  if (!builder.module.loads.includes(path)) builder.module.loads.push(path);
  const index = builder.module.loads.indexOf(path);
  for (const { local, remote } of names) {
    const register = builder.top;
    builder.emitAt(pos, op.LOAD_NAME, register, index, builder.constant(remote.value));
    builder.reserve();
    assignName(context, local, register);
    builder.release(register);
  }
}
