/** Writes the code of one function: instructions, labels, registers, positions. Knows nothing of syntax. */
import type { SourceFile } from "../syntax/tree.ts";
import { Bytes, Float } from "../values/value.ts";
import { ArgumentNames, type Constant, type FunctionCode, PredeclaredName } from "./code.ts";
import { instructionLength } from "./opcode.ts";

/** What the functions of one module share while they are compiled. */
export interface ModuleBuilder {
  readonly file: SourceFile;
  readonly functions: FunctionCode[];
  readonly constants: ConstantPool;
  readonly globals: readonly string[];
  /** How many of `globals` are not load bindings. */
  readonly exported: number;
  /** Paths of loaded modules, each once. */
  readonly loads: string[];
  /** Whether its functions may call themselves. */
  readonly recursion: boolean;
  /** Names that a value of the run answers, such as `vars`. */
  readonly hostNames: ReadonlySet<string>;
  /** The path a load statement's text stands for. */
  resolveLoad(text: string): string;
}

/** The constants of a module, each once. */
export class ConstantPool {
  readonly values: Constant[] = [];
  readonly #indexes = new Map<string | number | bigint | boolean | null, number>();

  index(value: Constant): number {
    const key = constantKey(value);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.values.push(value);
    this.#indexes.set(key, this.values.length - 1);
    return this.values.length - 1;
  }
}

/** Strings are keyed with a mark in front, so that no key of another kind meets them. */
function constantKey(value: Constant): string | number | bigint | boolean | null {
  if (typeof value === "string") return `s${value}`;
  if (value instanceof Float) return `f${Object.is(value.value, -0) ? "-0" : value.value}`;
  if (value instanceof Bytes) return `b${value.data}`;
  if (value instanceof PredeclaredName) return `p${value.name}`;
  if (value instanceof ArgumentNames) return `n${JSON.stringify(value.names)}`;
  return value;
}

/** A place in the code that jumps refer to before or after it is known. */
export class Label {
  at = -1;
  readonly uses: number[] = [];
}

/** A loop that is being compiled. */
export interface OpenLoop {
  onBreak: Label;
  onContinue: Label;
  /** The register of its iterator; -1 for a while loop. */
  iterator: number;
}

/** A binding of registers: locals come first, then a stack of temporaries that ends at `top`. */
export class CodeBuilder {
  readonly module: ModuleBuilder;
  readonly locals: readonly string[];
  readonly code: number[] = [];
  readonly positions: number[] = [];
  readonly tops: number[] = [];
  readonly loopRanges: number[] = [];
  /** Loops around the statement that is being compiled; a comprehension's are not among them. */
  openLoops: OpenLoop[] = [];
  /** The next free register. Every register below it holds a value that may still be read. */
  top: number;
  registers: number;
  #lastTop: number;
  #lastPosition = -1;

  constructor(module: ModuleBuilder, locals: readonly string[]) {
    this.module = module;
    this.locals = locals;
    this.top = locals.length;
    this.registers = locals.length;
    this.#lastTop = locals.length;
  }

  get pc(): number {
    return this.code.length;
  }

  /** Takes the next register. */
  reserve(count = 1): number {
    const register = this.top;
    this.top += count;
    if (this.top > this.registers) this.registers = this.top;
    return register;
  }

  /** Gives back all registers from `mark` on. */
  release(mark: number): void {
    this.top = mark;
  }

  /** Writes an instruction that cannot fail. */
  emit(opcode: number, ...operands: number[]): void {
    if (operands.length + 1 !== instructionLength[opcode]) throw new Error(`opcode ${opcode}: wrong operand count`);
    this.#noteTop();
    this.code.push(opcode, ...operands);
  }

  /** Writes an instruction that can fail; `pos` is the place in the text that its error names. */
  emitAt(pos: number, opcode: number, ...operands: number[]): void {
    this.notePosition(pos);
    this.emit(opcode, ...operands);
  }

  /** Names the place of a call whose arguments do not fit, or that is refused. To be called before any other place is noted. */
  noteEntry(pos: number): void {
    const { line, column } = this.module.file.location(pos);
    this.positions.push(-1, line, column);
  }

  /** What follows belongs to this place in the text. */
  notePosition(pos: number): void {
    if (pos === this.#lastPosition) return;
    const { line, column } = this.module.file.location(pos);
    this.positions.push(this.pc, line, column);
    this.#lastPosition = pos;
  }

  /** Writes a jump, whose target is its last operand. */
  jump(opcode: number, label: Label, ...operands: number[]): void {
    this.emit(opcode, ...operands, label.at);
    if (label.at < 0) label.uses.push(this.pc - 1);
  }

  jumpAt(pos: number, opcode: number, label: Label, ...operands: number[]): void {
    this.emitAt(pos, opcode, ...operands, label.at);
    if (label.at < 0) label.uses.push(this.pc - 1);
  }

  /** Puts a label here. */
  place(label: Label): void {
    label.at = this.pc;
    for (const use of label.uses) this.code[use] = label.at;
  }

  constant(value: Constant): number {
    return this.module.constants.index(value);
  }

  #noteTop(): void {
    if (this.top === this.#lastTop) return;
    this.tops.push(this.pc, this.top);
    this.#lastTop = this.top;
  }
}
