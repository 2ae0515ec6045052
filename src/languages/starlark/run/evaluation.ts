/** One evaluation under way: of a file's top level, or of a call. */
import { AutoFlowError } from "../../../core/errors.ts";
import type { TierMode } from "../jit/hot-code.ts";
import type { NamedArgument } from "../library/builtin.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { applyCallee, fiberParked, resultReady } from "../vm/calls.ts";
import { Fiber } from "../vm/fiber.ts";
import { type ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import { describeFailure, type ScriptFailure } from "../vm/unwind.ts";
import { type Host, type Progress, Vm, type VmLimits } from "../vm/vm.ts";
import type { Evaluator } from "./evaluate.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { writeEvaluation } from "./evaluation-codec.ts";

/** Calls by builtins within calls by builtins: each takes room on the stack of JavaScript. */
const maximalNesting = 32;

/** What a library does when it is made is not the program's doing. */
const libraryLimits: VmLimits = { stepsPerTurn: 10_000_000, memoryBytes: 64 * 1024 * 1024, depth: 100 };

export class Evaluation implements Host {
  readonly evaluator: Evaluator;
  readonly vm: Vm;
  fiber = new Fiber(0);
  /** The module whose top level it is; undefined for a call. */
  readonly module: ModuleInstance | undefined;
  /** Steps before the last wait. */
  stepsBefore = 0;
  /** Whether it was made of stored bytes. */
  #restored = false;
  #done = false;
  #value: Value = null;
  #nesting = 0;

  /** For `Evaluator` and for restored evaluations; then `fiber` is filled by whoever makes it. */
  constructor(evaluator: Evaluator, module: ModuleInstance | undefined) {
    this.evaluator = evaluator;
    this.module = module;
    const { options } = evaluator;
    if (options.defer !== undefined) this.defer = (result) => options.defer!(result);
    this.tier = evaluator.options.tier ?? "when-hot";
    this.vm = new Vm(this, module?.builtin === true ? libraryLimits : evaluator.limits);
    this.vm.fibers.push(this.fiber);
    if (module !== undefined) this.vm.openModules.push(module);
    this.vm.beginTurn();
  }

  static ofModule(evaluator: Evaluator, module: ModuleInstance): Evaluation {
    const evaluation = new Evaluation(evaluator, module);
    evaluation.fiber.push(new StarlarkFunction(0, module, [], []), 0);
    return evaluation;
  }

  static ofCall(evaluator: Evaluator, callee: Value, args: Value[], named: ReadonlyMap<string, Value>): Evaluation {
    const evaluation = new Evaluation(evaluator, undefined);
    evaluation.#begin(callee, args, named);
    return evaluation;
  }

  /** For restored evaluations: goes on in this fiber. */
  takeFiber(fiber: Fiber): void {
    this.fiber = fiber;
    this.vm.fibers[0] = fiber;
    this.#restored = true;
  }

  /** Computes on, for about so many steps. "waiting": `resume` or `fail` it first. Throws EvaluationError. */
  step(budget = Infinity): "running" | "waiting" | "done" {
    if (this.#done) return "done";
    if (this.fiber.parked) return "waiting";
    this.vm.grant(budget);
    return this.#after(this.#computing(() => this.vm.run(this.fiber)));
  }

  /** Computes to the end, and answers the value of a call. Throws EvaluationError; also when it waits. */
  finish(): Value {
    for (;;) {
      const progress = this.step();
      if (progress === "done") return this.#value;
      if (progress === "waiting") this.fail("nothing can wait here");
    }
  }

  /** Answers the call that it waits in. */
  resume(value: Value): void {
    this.#beginTurn();
    this.vm.resume(this.fiber, value);
  }

  /** Makes the call that it waits in fail. Throws EvaluationError unless the program catches that. */
  fail(message: string): void {
    this.#beginTurn();
    this.fiber.parked = false;
    const progress = this.vm.raise(this.fiber, new EvalError(fromText(message)));
    if (progress !== undefined) this.#after(progress);
  }

  /** The value of a call that is done. */
  get value(): Value {
    return this.#value;
  }

  /** What the file bound so far, by name. */
  get names(): ReadonlyMap<string, Value> {
    const names = new Map<string, Value>();
    if (this.module === undefined) return names;
    const { code, globals } = this.module;
    code.globals.slice(0, code.exported).forEach((name, i) => {
      const value = globals[i];
      if (value !== undefined) names.set(name, value);
    });
    return names;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.stepsBefore + this.vm.steps;
  }

  /**
   * Everything needed to go on, as bytes, while it waits: equal evaluations give equal bytes. What the caller keeps of its values
   * is stored with it. Throws Error when it does not wait, or for a value that has no `kinds` entry.
   */
  snapshot(kept: readonly Value[] = []): Uint8Array {
    if (!this.fiber.parked || this.fiber.depth === 0) throw new Error("an evaluation is stored while it waits");
    return writeEvaluation(this, kept);
  }

  /** Calls a value for a builtin that this evaluation is in. */
  callWithin(callee: Value, args: Value[], named: ReadonlyMap<string, Value>): Value {
    const { vm } = this;
    if (this.#nesting >= maximalNesting) {
      throw new LimitReached("LIMIT_DEPTH", `more than ${maximalNesting} nested calls by builtins`);
    }
    const { current, buildingSince, defers } = vm;
    const fiber = new Fiber(0);
    this.#nesting++;
    vm.fibers.push(fiber);
    vm.current = fiber;
    vm.defers = false;
    try {
      return applyCallee(vm, fiber, callee, args, 0, pairs(named)) === resultReady ? vm.result : this.#runWithin(fiber);
    } finally {
      this.#nesting--;
      vm.fibers.pop();
      vm.current = current;
      vm.buildingSince = Math.min(buildingSince, vm.allocated);
      vm.defers = defers;
    }
  }

  #runWithin(fiber: Fiber): Value {
    const { vm } = this;
    for (;;) {
      const progress = vm.run(fiber);
      if (progress === "returned") return vm.result;
      if (progress === "failed") throw vm.failure!.error;
      if (progress === "waiting") throw new EvalError("a function that a builtin calls cannot wait");
      vm.grant(Infinity);
    }
  }

  #begin(callee: Value, args: Value[], named: ReadonlyMap<string, Value>): void {
    const { vm, fiber } = this;
    vm.grant(Infinity);
    vm.current = fiber;
    try {
      const entered = this.#computing(() => applyCallee(vm, fiber, callee, args, 0, pairs(named)));
      if (entered === fiberParked) throw new EvalError("a builtin that is called from outside cannot wait");
      if (entered === resultReady) this.#after("returned");
    } catch (error) {
      if (!(error instanceof EvalError) && !(error instanceof LimitReached)) throw error;
      throw failed(describeFailure(fiber, error));
    }
  }

  #beginTurn(): void {
    this.stepsBefore += this.vm.steps;
    this.vm.beginTurn();
  }

  #computing<Result>(compute: () => Result): Result {
    try {
      return this.evaluator.computing(this, compute);
    } catch (cause) {
      // Bytes that read well can still put a value where compiled code expects another one.
      if (!this.#restored || !(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", "the evaluation does not fit its code", { cause });
    }
  }

  #after(progress: Progress): "running" | "waiting" | "done" {
    if (progress === "failed") throw failed(this.vm.failure!);
    if (progress !== "returned") return progress;
    this.#done = true;
    this.#value = this.vm.result;
    for (const value of this.module?.globals ?? []) if (value !== undefined) freeze(value);
    return "done";
  }

  // What the VM uses.

  readonly defer?: (result: Value) => void;
  readonly tier: TierMode;

  print(text: string): void {
    this.evaluator.options.print?.(toText(text));
  }

  now(): number {
    return this.evaluator.options.now?.() ?? 0;
  }

  hostValue(name: string): Value {
    throw new EvalError(`${name} has no value here`);
  }

  preludeFunction(name: string): StarlarkFunction {
    return this.evaluator.prelude.get(name)!;
  }

  caught(error: EvalError): Value {
    const { options } = this.evaluator;
    if (options.caught === undefined) throw error;
    return options.caught(error);
  }

  visitRoots(): void {}
}

function pairs(named: ReadonlyMap<string, Value>): NamedArgument[] {
  return [...named].map(([name, value]) => ({ name, value }));
}

function failed(failure: ScriptFailure): EvaluationError {
  return new EvaluationError(toText(failure.error.message), [], failure);
}
