/** What the parts of the compiler use of each other. */
import type { NativeFunction } from "../library/contract.ts";
import type { JqSyntaxError } from "../errors.ts";
import type { Level } from "../library/contract.ts";
import type { Node } from "../syntax/tree.ts";
import type { Value } from "../value.ts";
import type { Builder } from "./builder.ts";
import type { FunctionInfo, Scope } from "./scope.ts";

/** Whether paths may be followed when an instruction runs: never, perhaps, always. */
export type Following = "never" | "perhaps" | "always";

/** The place that code is made for. */
export interface Place {
  readonly builder: Builder;
  readonly scope: Scope;
  readonly following: Following;
}

/** Makes instructions of filters. Each takes the register of the input and gives the register that has the output. */
export interface Emitter {
  readonly level: Level;
  emit(node: Node, input: number, place: Place): number;
  /** The same where nothing is done with the output but to return it. */
  emitLast(node: Node, input: number, place: Place): void;
  /** The same for a filter whose paths do not matter: an operand, a key, an argument. */
  emitAside(node: Node, input: number, place: Place): number;
  /** The path of `node` in `input`. */
  emitPath(node: Node, input: number, place: Place): number;

  /** Does `node` have one output at most, and leave no fork behind? */
  isSingle(node: Node, place: Place): boolean;

  constant(value: Value): number;
  /** A register with the constant. */
  load(value: Value, place: Place): number;
  native(fn: NativeFunction): number;
  findNative(name: string, arity: number): NativeFunction | undefined;
  findPrelude(name: string, arity: number): FunctionInfo | undefined;
  /** Names and arities of all that can be called without definition. */
  libraryNames(): readonly string[];
  /** The register of the first code that has the variable from outside. */
  global(name: string): number;
  readonly mainBuilder: Builder;
  functionCode(fn: FunctionInfo): number;
  filterCode(node: Node, place: Place): number;
  /** May a body of `size` nodes be put in place of its call? */
  mayInline(size: number): boolean;
  /** What `modulemeta` says of a module. Throws `JqError`. */
  describeModule(name: string): Value;
  error(message: string, at: number): JqSyntaxError;
}
