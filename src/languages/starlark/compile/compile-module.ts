/** One resolved file to the code of a module. */
import type { Module } from "../syntax/tree.ts";
import { fromText } from "../values/text.ts";
import { AssignedLocals } from "./assigned.ts";
import { CodeBuilder, ConstantPool, type ModuleBuilder } from "./builder.ts";
import { finishFunction, noParameters } from "./closures.ts";
import type { FunctionCode, ModuleCode } from "./code.ts";
import * as op from "./opcode.ts";
import { compileBlock } from "./statements.ts";

export interface ModuleOptions {
  /** Names whose values belong to the run. */
  hostNames: ReadonlySet<string>;
  /** Whether functions may call themselves; true when absent. */
  recursion?: boolean;
  /** What tracebacks call the top level; "<toplevel>" when absent. */
  topName?: string;
  /** The path that a load statement's text stands for. */
  resolveLoad(text: string): string;
}

/** Compiles a module. The tree has been resolved without errors. */
export function compileModule(module: Module, options: ModuleOptions): ModuleCode {
  const functions: FunctionCode[] = [undefined as unknown as FunctionCode];
  const shared: ModuleBuilder = {
    file: module.file,
    functions,
    constants: new ConstantPool(),
    globals: [...module.globals, ...module.loadedNames],
    exported: module.globals.length,
    loads: [],
    recursion: true,
    ...options,
  };
  const builder = new CodeBuilder(shared, module.top.locals);
  const context = { builder, assigned: new AssignedLocals(module.top.locals.length, 0) };
  for (const cell of module.top.cells) builder.emit(op.NEW_CELL, cell);
  compileBlock(context, module.body);
  builder.emit(op.RETURN, ~builder.constant(null));
  functions[0] = finishFunction(
    builder,
    { name: options.topName ?? "<toplevel>", doc: "", pos: 0, ...module.top },
    noParameters,
  );
  return {
    path: fromText(module.file.path),
    functions,
    constants: shared.constants.values,
    globals: shared.globals,
    exported: shared.exported,
    loads: shared.loads,
  };
}
