/** What calls and forks leave in memory. */
import type { Code } from "../compile/code.ts";
import type { Value } from "../value.ts";
import type { PathNode } from "./path.ts";

/** A call that is under way, or that a fork may go back to. */
export class Frame {
  readonly code: Code;
  readonly instructions: number[];
  readonly registers: Register[];
  /** The frame of the function around this one in the text. */
  readonly outer: Frame | null;
  /** Where the output goes: frame, instruction and register. */
  readonly caller: Frame | null;
  readonly returnTo: number;
  readonly returnRegister: number;
  readonly depth: number;

  constructor(code: Code, outer: Frame | null, caller: Frame | null, returnTo: number, returnRegister: number) {
    this.code = code;
    this.instructions = code.instructions;
    this.registers = new Array<Register>(code.registers);
    this.outer = outer;
    this.caller = caller;
    this.returnTo = returnTo;
    this.returnRegister = returnRegister;
    this.depth = caller === null ? 0 : caller.depth + 1;
  }
}

/** A filter that was handed to a function, with the frame it was written in. */
export class Filter {
  readonly code: Code;
  readonly frame: Frame;

  constructor(code: Code, frame: Frame) {
    this.code = code;
    this.frame = frame;
  }
}

/** What a register holds: mostly a value. */
export type Register = Value | undefined | Filter | PathNode | Set<object>;

// What a fork does when it is taken up.
/** Goes on at its instruction. */
export const PLAIN = 0;
/** Goes on there with an error only. */
export const CATCH = 1;
/** Stops a `break` with its label. */
export const BREAKABLE = 2;
/** Keeps errors from the `try` it is above, and from all that was tried. */
export const PASS = 3;
export const ELEMENTS = 4;
export const MEMBERS = 5;
export const NUMBERS = 6;
export const DESCENT = 7;

/** A place to go back to for another output. */
export class Fork {
  readonly kind: number;
  readonly frame: Frame;
  readonly to: number;
  readonly path: PathNode | null;
  readonly pathValue: Value;
  /** The register that takes the next value, or the error. */
  register = 0;
  /** What is gone through, or a label's value. */
  source: ForkSource = null;
  /** How far that is; the place of the `try` in the stack of forks. */
  position = 0;

  constructor(kind: number, frame: Frame, to: number, path: PathNode | null, pathValue: Value) {
    this.kind = kind;
    this.frame = frame;
    this.to = to;
    this.path = path;
    this.pathValue = pathValue;
  }
}

/** What a fork goes through. */
export type ForkSource = Value | Iterator<[string, Value]> | DescentLevel[];

/** One container on the way down through everything in a value: what is left of it, and its path where paths are followed. */
export interface DescentLevel {
  readonly entries: Iterator<[string | number, Value]>;
  readonly path: PathNode | null;
}
