/** The door: a text to a program. README.md tells how to use it. */
import { Compiler } from "./compile/compiler.ts";
import { libraryOf } from "./compile/library.ts";
import { ModuleLoader, type Modules } from "./compile/modules.ts";
import type { Scope } from "./compile/scope.ts";
import type { Level } from "./library/contract.ts";
import { readData } from "./compile/data.ts";
import { JqProgram } from "./program.ts";
import { parseJq } from "./syntax/parse.ts";

/** How a text is to be understood. */
export interface CompileOptions {
  /** Default "1.6". */
  readonly level?: Level;
  /** Values in objects may have operators without parentheses, `{a: 1 + 2}`: as in jq 1.8. Default false. */
  readonly wideObjects?: boolean;
  /** Names, without `$`, of the variables that every evaluation is given. */
  readonly variables?: readonly string[];
  /** What can be imported and included. Default: nothing. */
  readonly modules?: Modules;
  /** Computes everything by instructions: slower, and otherwise the same. For tests. Default true. */
  readonly shortcuts?: boolean;
}

/** Compiles a program. Throws `JqSyntaxError` with jq's text for the first problem. */
export function compileJq(text: string, options: CompileOptions = {}): JqProgram {
  const level = options.level ?? "1.6";
  const source = parseJq(text, level, { wideObjects: options.wideObjects });
  const loader = new ModuleLoader(options.modules ?? new Map(), level, readData);
  const compiler = new Compiler(libraryOf(level), text, loader, options.shortcuts ?? true);
  let scope: Scope = null;
  for (const name of options.variables ?? []) scope = { next: scope, kind: "global", name };
  const inside = loader.scopeOf(source, undefined, scope, compiler.mainBuilder);
  const image = compiler.compile(source.body ?? { kind: "identity", at: text.length }, inside);
  return new JqProgram(text, level, source, image);
}
