/** Compiled code, as images hold it: plain data without values of a run. */
import type { Bytes, Float } from "../values/value.ts";

/** A name that the environment supplies: a builtin, a module such as `json`, or a function of the prelude. */
export class PredeclaredName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The names of a call's named arguments. */
export class ArgumentNames {
  readonly names: readonly string[];
  constructor(names: readonly string[]) {
    this.names = names;
  }
}

export type Constant = null | boolean | number | bigint | string | Float | Bytes | PredeclaredName | ArgumentNames;

/** What a function captures: a cell of the enclosing function, by register, or one that that function captured itself. */
export interface Capture {
  name: string;
  from: "cell" | "free";
  index: number;
}

/** What one function's code consists of. The tables are sorted by program counter. */
export interface FunctionParts {
  /** "<toplevel>" for a module's own code, "lambda" for a lambda. */
  readonly name: string;
  readonly doc: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Names of the first registers: parameters, then the other locals. */
  readonly locals: readonly string[];
  /** How many of the locals are parameters of any kind. */
  readonly parameterCount: number;
  /** Registers of the named parameters: positional ones, then keyword-only ones. */
  readonly parameters: readonly number[];
  readonly keywordOnly: number;
  /** Register of *args and of **kwargs, or -1. */
  readonly rest: number;
  readonly namedRest: number;
  /** For each default, the index into `parameters`; ascending. */
  readonly defaults: readonly number[];
  readonly captures: readonly Capture[];
  /** Locals that live in cells, because an inner function shares them. */
  readonly cells: readonly number[];
  /** How many registers it uses, locals included. */
  readonly registers: number;
  readonly code: Int32Array;
  /** Triples: program counter, line, column. The entry of an instruction that can fail is exact. */
  readonly positions: Int32Array;
  /** Pairs: program counter, number of live registers from there on. */
  readonly tops: Int32Array;
  /** Triples: first and last+1 program counter at which the loop over the iterator in a register is under way. */
  readonly loops: Int32Array;
}

/** One function's code: its parts, and what calls need to know at once. */
export class FunctionCode implements FunctionParts {
  readonly name: string;
  readonly doc: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly locals: readonly string[];
  readonly localCount: number;
  readonly parameterCount: number;
  readonly parameters: readonly number[];
  readonly keywordOnly: number;
  readonly rest: number;
  readonly namedRest: number;
  readonly defaults: readonly number[];
  readonly captures: readonly Capture[];
  readonly cells: readonly number[];
  readonly registers: number;
  readonly code: Int32Array;
  readonly positions: Int32Array;
  readonly tops: Int32Array;
  readonly loops: Int32Array;
  /** The number of arguments for which a call needs no binding: every parameter is positional. Else -1. */
  readonly plainArguments: number;
  /** Steps that a call takes beyond the call instruction: making many locals unbound is work. */
  readonly callCost: number;

  constructor(parts: FunctionParts) {
    this.name = parts.name;
    this.doc = parts.doc;
    this.path = parts.path;
    this.line = parts.line;
    this.column = parts.column;
    this.locals = parts.locals;
    this.localCount = parts.locals.length;
    this.parameterCount = parts.parameterCount;
    this.parameters = parts.parameters;
    this.keywordOnly = parts.keywordOnly;
    this.rest = parts.rest;
    this.namedRest = parts.namedRest;
    this.defaults = parts.defaults;
    this.captures = parts.captures;
    this.cells = parts.cells;
    this.registers = parts.registers;
    this.code = parts.code;
    this.positions = parts.positions;
    this.tops = parts.tops;
    this.loops = parts.loops;
    const plain = parts.keywordOnly === 0 && parts.rest < 0 && parts.namedRest < 0;
    this.plainArguments = plain ? parts.parameters.length : -1;
    this.callCost = parts.locals.length >> 4;
  }
}

export interface ModuleCode {
  readonly path: string;
  /** The first is the top level. */
  readonly functions: readonly FunctionCode[];
  readonly constants: readonly Constant[];
  /** Names bound at the top level, then those that load statements bind for this file only. */
  readonly globals: readonly string[];
  /** How many of `globals` other modules may load. */
  readonly exported: number;
  /** Paths of the modules it loads. */
  readonly loads: readonly string[];
}

/** Line and column of an instruction. */
export function positionAt(code: FunctionCode, pc: number): { line: number; column: number } {
  const at = lastAtOrBefore(code.positions, 3, pc);
  if (at < 0) return { line: code.line, column: code.column };
  return { line: code.positions[at + 1]!, column: code.positions[at + 2]! };
}

/** Line and column of an instruction that has a place of its own; undefined for one that cannot fail. */
export function ownPositionAt(code: FunctionCode, pc: number): { line: number; column: number } | undefined {
  const at = lastAtOrBefore(code.positions, 3, pc);
  if (at < 0 || code.positions[at] !== pc) return undefined;
  return { line: code.positions[at + 1]!, column: code.positions[at + 2]! };
}

/** How many registers hold values that may still be read when the instruction at `pc` begins. */
export function liveRegistersAt(code: FunctionCode, pc: number): number {
  const at = lastAtOrBefore(code.tops, 2, pc);
  return at < 0 ? code.locals.length : code.tops[at + 1]!;
}

/** Index of the last entry, of `width` words, whose first word is not after `pc`; -1 when there is none. */
function lastAtOrBefore(table: Int32Array, width: number, pc: number): number {
  let low = 0;
  let high = table.length / width;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table[middle * width]! <= pc) low = middle + 1;
    else high = middle;
  }
  return (low - 1) * width;
}
