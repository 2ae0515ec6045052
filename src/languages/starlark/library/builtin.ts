/**
 * Built-in functions and methods, as data: one table entry says how a builtin is called, checks its arguments, documents it
 * and carries it out. Builtins never call back into Starlark; those that take a function (`sorted(key=)`, `min`, `max`) are
 * Starlark prelude around such a builtin, so that a callback may wait.
 */
import type { Value } from "../values/value.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue } from "../values/value.ts";

/** What a builtin may use of the machine that calls it. */
export interface Thread {
  /** Accounts for work beyond one step: n elements visited, n bytes copied / 16, … Throws LimitReached. */
  spend(steps: number): void;
  /** Accounts for memory BEFORE it is allocated. Throws LimitReached when live values pass the limit. */
  charge(bytes: number): void;
  /** Epoch ms of the turn; never goes back within a run. */
  now(): number;
  /** A line of output. `text` is a byte string. */
  print(text: string): void;
}

/** A keyword argument of a call. */
export interface NamedArgument {
  name: string;
  value: Value;
}

export interface ParameterSpec {
  name: string;
  /** For docs, stubs and checks: "int", "string", "iterable", "callable", "any", "int | None", … */
  type: string;
  /** As a script would write it; absent when the argument is required. */
  default?: string;
  /** How it may be passed; "any" by default. */
  passing?: "positional" | "keyword" | "args" | "kwargs";
  doc?: string;
}

export interface BuiltinSpec {
  name: string;
  doc: string;
  parameters: ParameterSpec[];
  returns: string;
  /**
   * Carries the call out. `self` is the receiver of a method, null for a function. Throws EvalError for what a script did
   * wrong, with starlark-go's text.
   */
  call: (thread: Thread, self: Value, args: Value[], named: NamedArgument[]) => Value;
  /** What `call` comes to when the arguments are as they should be; absent where that is not so simple. */
  direct?: DirectCall;
  /**
   * Of the few builtins that take a function. When it answers, the machine calls that function of the prelude
   * (`prelude.ts`) with those arguments, and does not use `call`.
   */
  divert?: (thread: Thread, args: Value[], named: NamedArgument[]) => PreludeCall | undefined;
}

/** A builtin of up to three parameters, for callers that check the arguments themselves. */
export interface DirectCall {
  run: (
    thread: Thread,
    self: Value,
    first: Value | undefined,
    second: Value | undefined,
    third: Value | undefined,
  ) => Value;
  /** How many arguments there must be. */
  required: number;
  /** The types that the arguments must have, as in `ParameterSpec`; undefined where any will do. */
  types: readonly (string | undefined)[];
}

/** A call of a function of the prelude. */
export interface PreludeCall {
  name: string;
  args: Value[];
}

/** A builtin as a value; a method is one with its receiver. */
export class Builtin extends HeapValue {
  readonly spec: BuiltinSpec;
  readonly self: Value;
  /** The functions of `spec`: what the machine reads for every call is in one place. */
  readonly call: BuiltinSpec["call"];
  readonly divert: BuiltinSpec["divert"];
  constructor(spec: BuiltinSpec, self: Value = null) {
    super();
    this.spec = spec;
    this.self = self;
    this.call = spec.call;
    this.divert = spec.divert;
  }
  get type(): string {
    return "builtin_function_or_method";
  }
  override get callable(): boolean {
    return true;
  }
  override get hashedByIdentity(): boolean {
    return true;
  }
  override describe(): string {
    if (this.self === null) return `<built-in function ${this.spec.name}>`;
    return `<built-in method ${this.spec.name} of ${typeName(this.self)} value>`;
  }
  override visit(each: (value: Value) => void): void {
    each(this.self);
  }
  override byteSize(): number {
    return 48;
  }
}
