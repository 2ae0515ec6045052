/** What compilation makes: immutable, and shared by all evaluations. */
import type { NativeFunction } from "../library/contract.ts";
import type { Value } from "../value.ts";
import type { Frame } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";

/** The instructions of one function, or of a filter that is handed to one. */
export interface Code {
  readonly name: string;
  readonly instructions: number[];
  /** How many registers a frame has; the first is the input, then come the filters it was given. */
  registers: number;
}

/** A filter of one output at most: its value, `undefined` for none; throws `JqError`. Reads and writes registers of `frame`. */
export type Shortcut = (machine: Machine, frame: Frame, input: Value) => Value | undefined;

/** Everything that a program needs while it runs. */
export interface Image {
  /** The program itself is the first. */
  readonly codes: readonly Code[];
  readonly constants: readonly Value[];
  readonly natives: readonly NativeFunction[];
  readonly shortcuts: readonly Shortcut[];
  /** How many steps a shortcut counts for. */
  readonly shortcutSteps: readonly number[];
  /** The whole program as a shortcut, where it is one. */
  readonly whole: Shortcut | null;
  readonly wholeSteps: number;
  /** Variables from outside that the program uses, and the registers of the first code that they are put in. */
  readonly variables: ReadonlyMap<string, number>;
}
