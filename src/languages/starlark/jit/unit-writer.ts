/**
 * Writes one unit of translation: a function, or one loop of it. What all instructions share is here: registers as variables,
 * their way back to the fiber, steps, and leaving to the machine.
 *
 * Names in the text: `vm`, `fiber`, `fn` (the function), `b` (its first register), `fr` (its frame, or null while it has none),
 * `R` (the fiber's registers), `G` (the module's globals), `f` (steps left after this block), `r0`… (registers), `k0`… (constants),
 * `s0`… (what a place in the code remembers), `t` `u` `v` (between instructions nothing).
 */
import { type Constant, type FunctionCode, liveRegistersAt } from "../compile/code.ts";
import * as op from "../compile/opcode.ts";
import type { Value } from "../values/value.ts";
import type { Blocks } from "./blocks.ts";
import type { Flow } from "./flow.ts";
import { RegisterState } from "./register-state.ts";

/** What a unit is made of. */
export interface UnitSource {
  readonly code: FunctionCode;
  readonly constants: readonly Value[];
  /** By the same indexes: the names of calls' arguments. */
  readonly names: readonly Constant[];
  /** The module's globals as they are now: they tell which functions calls will most likely find. */
  readonly globals: readonly (Value | undefined)[];
  /** Where a loop's unit begins; undefined for the unit of a whole function. */
  readonly loopAt: number | undefined;
}

export class UnitWriter {
  readonly source: UnitSource;
  readonly code: Int32Array;
  readonly blocks: Blocks;
  readonly flow: Flow;
  /** Values that the text refers to as `s0`, `s1`, …. */
  readonly sites: unknown[] = [];
  readonly usedConstants = new Set<number>();
  /** Of the instruction that is being written. */
  pc = 0;
  /** Instructions that follow it in its block: their steps are taken already. */
  rest = 0;
  state = new RegisterState([], [], true);

  constructor(source: UnitSource, blocks: Blocks, flow: Flow) {
    this.source = source;
    this.code = source.code.code;
    this.blocks = blocks;
    this.flow = flow;
  }

  get isLoop(): boolean {
    return this.source.loopAt !== undefined;
  }

  /** An operand of the instruction. */
  operand(n: number): number {
    return this.code[this.pc + n]!;
  }

  get nextPc(): number {
    return this.pc + op.instructionLength[this.code[this.pc]!]!;
  }

  // Values.

  /** A register (>= 0) or constant (`~k`) as an expression. */
  value(x: number): string {
    return x >= 0 ? `r${x}` : this.constant(~x);
  }

  /** Small numbers are written as such; everything else is referred to by its index. */
  constant(k: number): string {
    const value = this.constantValue(k);
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value === "number" && Math.abs(value) <= largestLiteral) return value < 0 ? `(${value})` : String(value);
    this.usedConstants.add(k);
    return `k${k}`;
  }

  constantValue(k: number): Value {
    return this.source.constants[k]!;
  }

  /** The constant that an operand is; undefined for a register. */
  operandConstant(x: number): Value | undefined {
    return x >= 0 ? undefined : this.constantValue(~x);
  }

  /** The condition that a register and an operand are both numbers; undefined when they never are. */
  areNumbers(a: number, x: number): string | undefined {
    const constant = this.operandConstant(x);
    if (constant !== undefined && typeof constant !== "number") return undefined;
    return `typeof r${a}==="number"${constant === undefined ? `&&typeof r${x}==="number"` : ""}`;
  }

  /** Text that stores `expression` in register `d`. */
  set(d: number, expression: string): string {
    this.state.write(d);
    return `r${d}=${expression};`;
  }

  site(value: unknown): string {
    const known = this.sites.indexOf(value);
    if (known >= 0) return `s${known}`;
    this.sites.push(value);
    return `s${this.sites.length - 1}`;
  }

  // What others can see.

  /**
   * Text that makes the fiber what the machine would have made it when the instruction at `pc` begins: the frame is there, and the
   * registers that may still be read are in it. After it the variables are saved.
   */
  save(pc: number, live = liveRegistersAt(this.source.code, pc)): string {
    let text = this.state.pushed ? "" : pushFrame;
    for (const register of [...this.state.unsaved].toSorted((x, y) => x - y)) {
      if (register < live) text += `R[b+${register}]=r${register};`;
    }
    return `${text}fr.pc=${pc};`;
  }

  /** Text after which the frame is surely there. */
  frame(): string {
    if (this.state.pushed) return "";
    this.state.pushed = true;
    return pushFrame;
  }

  /** Text before something that may fail, measure memory, or look at the frames: on all paths. */
  observed(): string {
    const text = this.observedAside();
    this.state.unsaved.clear();
    this.state.pushed = true;
    return text;
  }

  /** As `observed`, on a path that is left again before the next instruction: the others know nothing of it. */
  observedAside(): string {
    return `${this.save(this.pc)}vm.fuel=f+${this.rest};`;
  }

  /** Text after something that may have taken steps; the instruction's result must be stored already. */
  resumed(): string {
    if (this.rest === 0) return "f=vm.fuel;";
    return `f=vm.fuel-${this.rest};if(f<0){${this.leaveTo(this.nextPc, "vm.fuel")}}`;
  }

  /**
   * Text that leaves to the machine, which goes on with the instruction at `pc`. The register after the live ones may hold what the
   * branches of an expression jump to the end with.
   */
  leaveTo(pc: number, fuel: string): string {
    const text = this.save(pc, liveRegistersAt(this.source.code, pc) + 1);
    return `${text}${fuel === "vm.fuel" ? "" : `vm.fuel=${fuel};`}return;`;
  }

  /** Text that leaves the instruction itself to the machine. */
  leave(): string {
    return this.leaveTo(this.pc, `f+${this.rest + 1}`);
  }

  /** Text that leaves to the machine when memory for so many bytes is not plainly there; else they are accounted for. */
  charged(bytes: number): string {
    return `if((vm.allocated+=${bytes})>vm.limits.memoryBytes){vm.allocated-=${bytes};${this.leave()}}`;
  }

  /** Text that carries the instruction out as the machine does, and takes the results back from the registers. */
  performed(results: readonly number[]): string {
    const text = `${this.observed()}perform(vm,fiber,fr,${this.pc});`;
    for (const d of results) this.state.known.delete(d);
    return `${text}${results.map((d) => `r${d}=R[b+${d}];`).join("")}${this.resumed()}`;
  }
}

const pushFrame = "if(fr===null)fr=fiber.push(fn,b);";

/** Integers up to this are written into the text. */
const largestLiteral = 1 << 16;
