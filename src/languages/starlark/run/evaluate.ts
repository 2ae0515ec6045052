/**
 * Starlark without AutoFlow: evaluates files and calls functions at once, with the names that the caller supplies. Nothing can wait
 * in it; programs that wait are run through `program.ts`.
 */
import type { Location } from "../../../core/errors.ts";
import { suppliedValue } from "../api/environment.ts";
import type { ModuleCode } from "../compile/code.ts";
import { compileModule } from "../compile/compile-module.ts";
import { modules, universals } from "../library/registry.ts";
import { parseModule } from "../syntax/module.ts";
import type { Problem } from "../syntax/problem.ts";
import type { DialectOptions } from "../syntax/tree.ts";
import { EvalError } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { applyCallee, framePushed } from "../vm/calls.ts";
import { Fiber } from "../vm/fiber.ts";
import { type ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import { linkModule } from "../vm/link.ts";
import { describeFailure, type ScriptFailure } from "../vm/unwind.ts";
import { type Host, Vm, type VmLimits } from "../vm/vm.ts";
import { libraryModules } from "./library-modules.ts";
import { preludeFunctions } from "./loaded-image.ts";
import { resolveLoadPath } from "./load-path.ts";

export interface EvaluatorOptions {
  /** Predeclared names besides the library's. */
  names?: ReadonlyMap<string, Value>;
  limits?: Partial<VmLimits>;
  /** The superset dialect by default. */
  dialect?: DialectOptions;
  /** A line of output, as text. */
  print?(line: string): void;
  /** The source text of a loaded file; undefined when there is none. */
  load?(path: string): string | undefined;
  /** What a frame that catches errors answers; see `catchErrorsInCaller`. */
  caught?(error: EvalError): Value;
  /** Epoch ms of `time.now()`. */
  now?(): number;
}

/** Why a file could not be evaluated, or a function call failed. */
export class EvaluationError extends Error {
  /** What the parser and resolver found; empty when evaluation failed. */
  readonly problems: readonly Problem[];
  readonly failure: ScriptFailure | undefined;
  readonly where: Location | undefined;

  constructor(message: string, problems: readonly Problem[], failure?: ScriptFailure) {
    super(message);
    this.name = "EvaluationError";
    this.problems = problems;
    this.failure = failure;
    this.where = failure?.where ?? problems[0]?.where;
  }
}

const defaults: VmLimits = { stepsPerTurn: 100_000_000, memoryBytes: 64 * 1024 * 1024, depth: 500 };

/** Evaluates files, each once. All of them share one budget of steps per call from outside. */
export class Evaluator implements Host {
  readonly #options: EvaluatorOptions;
  readonly #vm: Vm;
  readonly #loaded = new Map<string, ModuleInstance | "loading">();
  readonly #prelude: ReadonlyMap<string, StarlarkFunction>;
  #count = 0;

  constructor(options: EvaluatorOptions = {}) {
    this.#options = options;
    this.#vm = new Vm(this, { ...defaults, ...options.limits });
    this.#prelude = preludeFunctions(libraryModules().map((code) => this.#instantiate(code, [], true)));
  }

  /** Evaluates a file's top level, freezes what it made, and answers its names. Throws EvaluationError. */
  evaluate(path: string, source: string): ReadonlyMap<string, Value> {
    this.#loaded.clear();
    const { code, globals } = this.#module(path, source);
    const names = new Map<string, Value>();
    code.globals.slice(0, code.exported).forEach((name, i) => {
      const value = globals[i];
      if (value !== undefined) names.set(name, value);
    });
    return names;
  }

  /** Calls a value. Throws EvaluationError. */
  call(callee: Value, args: Value[] = []): Value {
    const fiber = new Fiber(0);
    this.#vm.current = fiber;
    try {
      const entered = applyCallee(this.#vm, fiber, callee, args, 0);
      return entered === framePushed ? this.#run(fiber) : this.#vm.result;
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      throw failed(describeFailure(fiber, error));
    }
  }

  #module(path: string, source: string): ModuleInstance {
    this.#loaded.set(path, "loading");
    const names = this.#options.names ?? new Map<string, Value>();
    const { module, problems } = parseModule(path, source, {
      isUniversal: (name) => universals.has(name),
      isPredeclared: (name) => names.has(name) || modules.has(name),
      names: [...names.keys(), ...modules.keys(), ...universals.keys()],
      ...(this.#options.dialect === undefined ? {} : { options: this.#options.dialect }),
    });
    if (module === undefined) throw new EvaluationError(toText(problems[0]!.message), problems);
    const code = compileModule(module, {
      hostNames: new Set(),
      resolveLoad: (text) => resolveLoadPath(path, text) ?? text,
    });
    const loads = code.loads.map((target) => this.#load(target, path));
    const instance = this.#instantiate(code, loads, false);
    this.#loaded.set(path, instance);
    return instance;
  }

  #load(path: string, from: string): ModuleInstance {
    const known = this.#loaded.get(path);
    if (known === "loading") throw loadProblem(from, `load: ${path} loads itself`);
    if (known !== undefined) return known;
    const source = this.#options.load?.(path);
    if (source === undefined) throw loadProblem(from, `load: there is no file ${path}`);
    return this.#module(path, source);
  }

  #instantiate(code: ModuleCode, loads: readonly ModuleInstance[], builtin: boolean): ModuleInstance {
    const lookup = (name: string): Value => this.#options.names?.get(name) ?? suppliedValue(name) ?? null;
    const instance = linkModule(code, { index: this.#count++, loads, builtin, lookup });
    const fiber = new Fiber(0);
    fiber.push(new StarlarkFunction(0, instance, [], []), 0);
    this.#vm.openModules.push(instance);
    this.#run(fiber);
    for (const value of instance.globals) if (value !== undefined) freeze(value);
    return instance;
  }

  #run(fiber: Fiber): Value {
    const vm = this.#vm;
    vm.fibers.push(fiber);
    vm.beginTurn();
    let progress;
    do {
      vm.grant(Infinity);
      progress = vm.run(fiber);
    } while (progress === "running");
    vm.fibers.pop();
    if (progress === "failed") throw failed(vm.failure!);
    if (progress === "waiting") throw new Error("nothing can wait here");
    return vm.result;
  }

  // What the VM uses.

  print(text: string): void {
    this.#options.print?.(toText(text));
  }

  now(): number {
    return this.#options.now?.() ?? 0;
  }

  hostValue(name: string): Value {
    throw new EvalError(`${name} has no value here`);
  }

  preludeFunction(name: string): StarlarkFunction {
    return this.#prelude.get(name)!;
  }

  caught(error: EvalError): Value {
    if (this.#options.caught === undefined) throw error;
    return this.#options.caught(error);
  }

  visitRoots(): void {}
}

function failed(failure: ScriptFailure): EvaluationError {
  return new EvaluationError(toText(failure.error.message), [], failure);
}

function loadProblem(file: string, message: string): EvaluationError {
  return new EvaluationError(message, [{ message, where: { file, line: 1, column: 1 } }]);
}
