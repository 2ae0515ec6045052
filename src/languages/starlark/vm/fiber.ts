/** Fibers: stacks of frames as plain data. */
import type { Slot, StarlarkFunction } from "./function.ts";

/** A call under way. Frames are reused, so that a call allocates nothing. */
export class Frame {
  function: StarlarkFunction;
  /** While it runs: where it began; while it is not on top, or waits: the call it is in. */
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

export class Fiber {
  readonly id: number;
  /** Those below `depth` are under way; the others wait to be reused. */
  readonly frames: Frame[] = [];
  depth = 0;
  /** Whether the top frame is in a call whose result comes later. */
  parked = false;
  registers: Slot[] = Array.from({ length: 32 });

  constructor(id: number) {
    this.id = id;
  }

  get top(): Frame {
    return this.frames[this.depth - 1]!;
  }

  /** Pushes a frame whose parameters are in the registers from `base` on; the other locals become unbound. */
  push(called: StarlarkFunction, base: number): Frame {
    const { code } = called;
    const end = base + code.registers;
    if (end > this.registers.length) this.#grow(end);
    const { registers } = this;
    const parameters = code.parameterCount;
    for (let i = base + parameters, last = base + code.locals.length; i < last; i++) registers[i] = undefined;
    const { depth } = this;
    let frame = this.frames[depth];
    if (frame === undefined) {
      frame = new Frame(called, base);
      this.frames.push(frame);
    } else {
      frame.function = called;
      frame.base = base;
      frame.pc = 0;
      frame.boundary = false;
    }
    this.depth = depth + 1;
    return frame;
  }

  #grow(end: number): void {
    const length = Math.max(end, this.registers.length * 2);
    const { registers } = this;
    while (registers.length < length) registers.push(undefined);
  }
}
