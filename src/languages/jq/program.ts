/** A compiled program, and its evaluations. */
import type { Image } from "./compile/code.ts";
import { JqError } from "./errors.ts";
import type { Level } from "./library/contract.ts";
import type { Source } from "./syntax/tree.ts";
import type { Value } from "./value.ts";
import { execute, type Ending } from "./vm/execute.ts";
import { Machine } from "./vm/machine.ts";
import { type EvaluationOptions, limitsOf } from "./vm/options.ts";

/** Values for the variables that were declared when the program was compiled, by name without `$`. One that is missing is null. */
export type Variables = ReadonlyMap<string, Value>;

/** What a stretch of evaluation came to: nothing yet, an output, the error that ended it, or the end. */
export type Step = "running" | "done" | { readonly value: Value } | { readonly error: JqError };

const NO_VARIABLES: Variables = new Map();

/** A compiled program: immutable, for any number of evaluations, one after the other or at the same time. */
export class JqProgram {
  readonly text: string;
  readonly level: Level;
  /** The syntax tree. */
  readonly source: Source;
  readonly #image: Image;
  readonly #regex = new Map<string, unknown>();

  constructor(text: string, level: Level, source: Source, image: Image) {
    this.text = text;
    this.level = level;
    this.source = source;
    this.#image = image;
  }

  /** The declared variables that the program uses: no others need a value. */
  get variables(): readonly string[] {
    return [...this.#image.variables.keys()];
  }

  /** Begins an evaluation; nothing is computed before its first step. */
  start(input: Value, variables: Variables = NO_VARIABLES, options: EvaluationOptions = {}): JqEvaluation {
    return new JqEvaluation(this.#machine(input, variables, options), this.#image.whole !== null);
  }

  /** All outputs. Throws the `JqError` that ends the evaluation, or `JqLimitError`. */
  all(input: Value, variables: Variables = NO_VARIABLES, options: EvaluationOptions = {}): Value[] {
    const evaluation = this.start(input, variables, options);
    const outputs: Value[] = [];
    for (;;) {
      const step = evaluation.step(Number.MAX_SAFE_INTEGER);
      if (step === "done") return outputs;
      if (step === "running") continue;
      if ("error" in step) throw step.error;
      outputs.push(step.value);
    }
  }

  #machine(input: Value, variables: Variables, options: EvaluationOptions): Machine {
    const shared = { image: this.#image, level: this.level, regex: this.#regex };
    const machine = new Machine(shared, options, limitsOf(options));
    const { registers } = machine.frame;
    registers[0] = input;
    for (const [name, register] of this.#image.variables) registers[register] = variables.get(name) ?? null;
    return machine;
  }
}

/** One evaluation. It stops between any two instructions, in memory, and goes on where it was. */
export class JqEvaluation {
  readonly #machine: Machine;
  #next: "begin short" | "begin" | "go on" | "backtrack" | "end";

  /** @param isShort the whole program is one shortcut */
  constructor(machine: Machine, isShort: boolean) {
    this.#machine = machine;
    this.#next = isShort ? "begin short" : "begin";
  }

  /** The status of `halt` (0) and `halt_error`, once one of them ended the evaluation. */
  get haltStatus(): number | undefined {
    return this.#machine.halted?.status;
  }

  /** How many steps have been counted so far. */
  get steps(): number {
    return this.#machine.steps;
  }

  /**
   * Computes for about `budget` steps; builtins are not interrupted. After an error the evaluation is at its end.
   * Throws `JqLimitError` when the evaluation passes a limit, and again whenever it is asked to go on.
   */
  step(budget: number): Step {
    const machine = this.#machine;
    if (this.#next === "end") return "done";
    machine.beginSlice(budget);
    if (this.#next === "begin short") return this.#short();
    if (this.#next === "backtrack" && !machine.backtrack()) {
      this.#next = "end";
      return "done";
    }
    return this.#told(execute(machine));
  }

  #short(): Step {
    const machine = this.#machine;
    this.#next = "end";
    try {
      machine.charge(machine.image.wholeSteps);
      const value = machine.image.whole!(machine, machine.frame, machine.frame.registers[0] as Value);
      return value === undefined ? "done" : { value };
    } catch (error) {
      if (error instanceof JqError) return { error };
      throw error;
    }
  }

  #told(ending: Ending): Step {
    if (ending === "running") {
      this.#next = "go on";
      return "running";
    }
    if (ending === "value") {
      this.#next = "backtrack";
      return { value: this.#machine.value };
    }
    this.#next = "end";
    return ending;
  }
}
