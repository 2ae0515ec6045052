/** The code of one function while it is made. */
import type { Code } from "./code.ts";

/** Appends instructions and gives out registers. Builders form the chain that frames will have at run time. */
export class Builder {
  readonly code: Code;
  readonly parent: Builder | null;
  readonly #instructions: number[];

  constructor(name: string, parent: Builder | null, registers: number) {
    this.#instructions = [];
    this.code = { name, instructions: this.#instructions, registers };
    this.parent = parent;
  }

  /** A register that nothing else uses. */
  register(): number {
    return this.code.registers++;
  }

  /** Appends an instruction; the place of its last operand. */
  add(...words: number[]): number {
    this.#instructions.push(...words);
    return this.#instructions.length - 1;
  }

  /** Where the next instruction will be. */
  get here(): number {
    return this.#instructions.length;
  }

  /** Makes the jump target at `place` the next instruction. */
  land(place: number): void {
    this.#instructions[place] = this.here;
  }

  /** How many frames outwards the frame of `target` is from this builder's; -1 for none. */
  hopsTo(target: Builder | null): number {
    if (target === null) return -1;
    return target === this ? 0 : 1 + this.parent!.hopsTo(target);
  }
}
