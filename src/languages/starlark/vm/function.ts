/** Functions of scripts, and what they are made of while a program runs. */
import type { FunctionCode, ModuleCode } from "../compile/code.ts";
import { HeapValue, shareTextsIn, type Value } from "../values/value.ts";
import type { HotCode } from "../jit/hot-code.ts";
import type { Loop } from "./loop.ts";

/** What a register holds: a value, nothing yet, or what only the VM sees. */
export type Slot = Value | undefined | Cell | Loop;

/** A variable that functions share. */
export class Cell extends HeapValue {
  value: Value | undefined;
  constructor(value: Value | undefined) {
    super();
    this.value = value;
  }
  get type(): string {
    return "cell";
  }
  override visit(each: (value: Value) => void): void {
    if (this.value !== undefined) each(this.value);
  }
  override shareTexts(share: (text: string) => string): void {
    if (typeof this.value === "string") this.value = share(this.value);
  }
}

/** A module as it is in one image or one run: code, and the values of its names. */
export interface ModuleInstance {
  readonly code: ModuleCode;
  /** Its place in the image's list of modules, or in that of the evaluation that was last written. */
  index: number;
  /** By `code.globals`. */
  readonly globals: (Value | undefined)[];
  /** By the constants of `code`; names of a call's arguments are in `code` only. */
  readonly constants: readonly Value[];
  /** By `code.loads`. */
  readonly loads: readonly ModuleInstance[];
  /** Whether its functions belong to the library: tracebacks show them as builtins. */
  readonly builtin: boolean;
  /** What the second tier knows of its functions, by their index. */
  readonly hot: readonly HotCode[];
}

/** A function value. `id` is the index of its code in the module. */
export class StarlarkFunction extends HeapValue {
  readonly code: FunctionCode;
  readonly id: number;
  readonly module: ModuleInstance;
  /** By `code.defaults`. */
  readonly defaults: readonly Value[];
  /** By `code.captures`. */
  readonly cells: readonly Cell[];
  readonly hot: HotCode;

  constructor(id: number, module: ModuleInstance, defaults: readonly Value[], cells: readonly Cell[]) {
    super();
    this.code = module.code.functions[id]!;
    this.id = id;
    this.module = module;
    this.defaults = defaults;
    this.cells = cells;
    this.hot = module.hot[id]!;
  }

  get type(): string {
    return this.module.builtin ? "builtin_function_or_method" : "function";
  }

  get name(): string {
    return this.code.name;
  }

  override get callable(): boolean {
    return true;
  }

  override get hashedByIdentity(): boolean {
    return true;
  }

  override describe(): string {
    return this.module.builtin ? `<built-in function ${this.name}>` : `<function ${this.name}>`;
  }

  override shareTexts(share: (text: string) => string): void {
    shareTextsIn(this.defaults, share);
  }

  override visit(each: (value: Value) => void): void {
    for (const value of this.defaults) each(value);
    for (const cell of this.cells) each(cell);
  }

  override byteSize(): number {
    return 64 + 8 * (this.defaults.length + this.cells.length);
  }
}
