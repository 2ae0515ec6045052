/** Fibers: stacks of frames as plain data. */
import type { FunctionCode } from "../compile/code.ts";
import { LimitReached } from "../values/errors.ts";
import type { Slot, StarlarkFunction } from "./function.ts";

/** A call under way. Frames are reused, so that a call allocates nothing. */
export class Frame {
  function: StarlarkFunction;
  /** While it runs: where it began; while it is not on top, or waits: the call it is in; -1 while its arguments are bound. */
  pc = 0;
  /** Its first register. */
  base: number;
  /** Errors in it and in what it calls stop here: see `guard` in the library of the API. */
  boundary = false;

  constructor(called: StarlarkFunction, base: number) {
    this.function = called;
    this.base = base;
  }
}

/** Registers of all frames of a fiber together. */
const maxRegisters = 256 * 1024;

/** What a new fiber begins with; it grows with its calls. */
const noRegisters: readonly Slot[] = Array.from({ length: 32 });

export class Fiber {
  readonly id: number;
  /** Those below `depth` are under way; the others wait to be reused. */
  readonly frames: Frame[] = [];
  depth = 0;
  /** Whether the top frame is in a call whose result comes later. */
  parked = false;
  readonly registers: Slot[] = noRegisters.slice();

  constructor(id: number) {
    this.id = id;
  }

  get top(): Frame {
    return this.frames[this.depth - 1]!;
  }

  /** Pushes a frame whose parameters are in the registers from `base` on; the other locals become unbound. */
  push(called: StarlarkFunction, base: number): Frame {
    const frame = this.pushUnbound(called, base);
    this.clearLocals(called.code, base, called.code.parameterCount);
    return frame;
  }

  /** As `push`, but the registers stay as they are until `clearLocals`. */
  pushUnbound(called: StarlarkFunction, base: number): Frame {
    const end = base + called.code.registers;
    if (end > this.registers.length) this.#grow(end);
    const { depth, frames } = this;
    this.depth = depth + 1;
    if (depth === frames.length) {
      const frame = new Frame(called, base);
      frames.push(frame);
      return frame;
    }
    const frame = frames[depth]!;
    frame.function = called;
    frame.base = base;
    frame.pc = 0;
    frame.boundary = false;
    return frame;
  }

  /** Makes the locals of a frame unbound, from the one of number `first` on. */
  clearLocals(code: FunctionCode, base: number, first: number): void {
    const { registers } = this;
    for (let i = base + first, end = base + code.localCount; i < end; i++) registers[i] = undefined;
  }

  /** Makes room for registers below `end`. */
  ensure(end: number): void {
    if (end > this.registers.length) this.#grow(end);
  }

  #grow(end: number): void {
    if (end > maxRegisters)
      throw new LimitReached("LIMIT_MEMORY", "the variables of all calls under way take too much memory");
    const length = Math.max(end, this.registers.length * 2);
    const { registers } = this;
    while (registers.length < length) registers.push(undefined);
  }
}
