/** Bytecode as basic blocks: stretches of instructions that run from the first to the last. */
import * as op from "../compile/opcode.ts";

export interface Block {
  /** Program counters of its instructions. */
  readonly instructions: readonly number[];
  /** First program counter after it. */
  readonly end: number;
  /** Where it goes on: the target of a jump that is taken, then what follows. Indexes of blocks. */
  successors: readonly number[];
}

/** The blocks of a function, in the order of its code. */
export class Blocks {
  readonly all: readonly Block[];
  readonly #byStart = new Map<number, number>();

  /** Throws Error for code that is not well-formed. */
  constructor(code: Int32Array) {
    const leaders = leadersOf(code);
    const blocks: Block[] = [];
    let instructions: number[] = [];
    for (let pc = 0; pc < code.length;) {
      instructions.push(pc);
      pc = next(code, pc);
      if (pc < code.length && !leaders.has(pc)) continue;
      this.#byStart.set(instructions[0]!, blocks.length);
      blocks.push({ instructions, end: pc, successors: [] });
      instructions = [];
    }
    for (const block of blocks) block.successors = this.#successors(code, block);
    this.all = blocks;
  }

  /** The block that begins at a program counter. Throws Error when none does. */
  startingAt(pc: number): number {
    const index = this.#byStart.get(pc);
    if (index === undefined) throw new RangeError(`no block begins at ${pc}`);
    return index;
  }

  /** The block that an instruction is in. */
  containing(pc: number): number {
    return this.all.findIndex(({ instructions, end }) => instructions[0]! <= pc && pc < end);
  }

  #successors(code: Int32Array, { instructions, end }: Block): number[] {
    const last = instructions.at(-1)!;
    const opcode = code[last]!;
    if (opcode === op.RETURN) return [];
    const target = jumpTarget(code, last);
    if (opcode === op.JUMP) return [this.startingAt(target)];
    return target < 0 ? [this.startingAt(end)] : [this.startingAt(target), this.startingAt(end)];
  }
}

function next(code: Int32Array, pc: number): number {
  const length = op.instructionLength[code[pc]!];
  if (length === undefined) throw new RangeError(`opcode ${code[pc]} is not known`);
  return pc + length;
}

/** The target of a jump; -1 for other instructions. */
export function jumpTarget(code: Int32Array, pc: number): number {
  const opcode = code[pc]!;
  const jumps = (opcode >= op.JUMP && opcode <= op.JUMP_NOT_GREATER_EQUAL) || opcode === op.NEXT;
  return jumps ? code[pc + op.instructionLength[opcode]! - 1]! : -1;
}

function leadersOf(code: Int32Array): Set<number> {
  const leaders = new Set<number>([0]);
  for (let pc = 0; pc < code.length;) {
    const target = jumpTarget(code, pc);
    const ends = target >= 0 || code[pc] === op.RETURN;
    if (target >= 0) leaders.add(target);
    pc = next(code, pc);
    if (ends) leaders.add(pc);
  }
  return leaders;
}
