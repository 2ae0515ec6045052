/**
 * Starlark without AutoFlow: evaluates files and calls functions with the names that the caller supplies, to the end or, where a
 * builtin of the caller waits, until the answer is there. Programs of AutoFlow are run through `program.ts`.
 */
import { AutoFlowError } from "../../../core/errors.ts";
import { suppliedValue } from "../api/environment.ts";
import type { ModuleCode } from "../compile/code.ts";
import { compileModule } from "../compile/compile-module.ts";
import type { TierMode } from "../jit/hot-code.ts";
import { Builtin, type Thread } from "../library/builtin.ts";
import { modules, universals } from "../library/registry.ts";
import { CorruptBytes } from "../snapshot/bytes.ts";
import type { HostKind } from "../snapshot/heap-kinds.ts";
import { libraryModule } from "../stdlib/modules.ts";
import { parseModule } from "../syntax/module.ts";
import type { DialectOptions, Module } from "../syntax/tree.ts";
import type { EvalError } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { ModuleValue } from "../values/struct.ts";
import { fromText, toText } from "../values/text.ts";
import type { HeapValue, Value } from "../values/value.ts";
import { type ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import { linkModule } from "../vm/link.ts";
import type { VmLimits } from "../vm/vm.ts";
import { DataProblem, dataNames, readDataFile } from "./data-file.ts";
import { Evaluation } from "./evaluation.ts";
import { readEvaluation } from "./evaluation-codec.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { libraryModules } from "./library-modules.ts";
import { preludeFunctions } from "./loaded-image.ts";
import { resolveLoadPath } from "./load-path.ts";

// Whoever evaluates meets it.
export { EvaluationError } from "./evaluation-error.ts";

export interface EvaluatorOptions {
  /** Predeclared names besides the library's. */
  names?: ReadonlyMap<string, Value>;
  /**
   * Starlark files whose names, but for those that begin with `_`, are predeclared too. They see `names`. Their functions count as
   * builtins; one that calls a function of the script is written here, so that what it calls may wait.
   */
  library?: readonly { path: string; source: string }[];
  limits?: Partial<VmLimits>;
  /** Of a file; the superset dialect by default. */
  dialect?: DialectOptions | ((path: string) => DialectOptions);
  /** A line of output, as text. */
  print?(line: string): void;
  /**
   * The source text of a loaded file, or its names when it is none of Starlark; undefined when there is none. The path is as
   * `resolveLoadPath` answers it: "lib/x.star", "@group/project//x.star@v1.2"; a text that it cannot resolve comes as it stands. The
   * built-in library, "@autoflow//…", is not asked for.
   */
  load?(path: string): string | ReadonlyMap<string, Value> | undefined;
  /** What a frame that catches errors answers; see `catchErrorsInCaller`. */
  caught?(error: EvalError): Value;
  /** Epoch ms of `time.now()`. */
  now?(): number;
  /** How values of the caller's own classes are stored. */
  kinds?: readonly HostKind[];
  /** When hot code is translated to JavaScript: "when-hot" by default, "never", or "at-once". No result depends on it. */
  tier?: TierMode;
  /** See `Host.defer`: every call of a builtin waits. For tests. */
  defer?(result: Value): void;
}

const defaults: VmLimits = { stepsPerTurn: 100_000_000, memoryBytes: 64 * 1024 * 1024, depth: 500 };

/** Files that load each other in a row. */
const maximalLoadDepth = 64;

/** Evaluates files and calls functions. Each evaluation has steps, memory and depth of its own. */
export class Evaluator {
  readonly options: EvaluatorOptions;
  readonly limits: VmLimits;
  readonly #loaded = new Map<string, ModuleInstance | "loading">();
  readonly #names = new Map<string, Value>();
  readonly #namesByValue = new Map<HeapValue, string>();
  readonly prelude: ReadonlyMap<string, StarlarkFunction>;
  /** The innermost evaluation that is being computed. */
  #running: Evaluation | undefined;

  constructor(options: EvaluatorOptions = {}) {
    this.options = options;
    this.limits = { ...defaults, ...options.limits };
    this.prelude = preludeFunctions(libraryModules().map((code) => this.#evaluated(this.link(code, [], true))));
    for (const [name, value] of options.names ?? []) this.#addName(name, value);
    for (const { path, source } of options.library ?? []) {
      const { code, globals } = this.#evaluated(this.link(this.#compile(path, source).code, [], true));
      code.globals.forEach((name, i) => {
        if (!name.startsWith("_") && i < code.exported) this.#addName(name, globals[i] ?? null);
      });
    }
  }

  #addName(name: string, value: Value): void {
    this.#names.set(name, value);
    if (typeof value !== "object" || value === null) return;
    this.#namesByValue.set(value, name);
    if (!(value instanceof ModuleValue)) return;
    for (const [member, inner] of value.members) {
      if (inner instanceof Builtin || inner instanceof StarlarkFunction) {
        this.#namesByValue.set(inner, `${name}.${member}`);
      }
    }
  }

  /** Evaluates a file's top level, freezes what it made, and answers its names. Throws EvaluationError. */
  evaluate(path: string, source: string): ReadonlyMap<string, Value> {
    const evaluation = this.start(path, source);
    evaluation.finish();
    return evaluation.names;
  }

  /**
   * Calls a value. Throws EvaluationError. A builtin may use it too, while a program runs: then what is called takes its steps,
   * cannot wait, and throws what the program would meet, EvalError or LimitReached.
   */
  call(callee: Value, args: Value[] = [], named: ReadonlyMap<string, Value> = new Map()): Value {
    if (this.#running !== undefined) return this.#running.callWithin(callee, args, named);
    return this.startCall(callee, args, named).finish();
  }

  /** Begins to evaluate a file, after those that it loads. Throws EvaluationError for problems in their texts. */
  start(path: string, source: string): Evaluation {
    this.#loaded.clear();
    const instance = this.#module(path, source, 0);
    return Evaluation.ofModule(this, instance);
  }

  /** Begins to call a value. */
  startCall(callee: Value, args: Value[] = [], named: ReadonlyMap<string, Value> = new Map()): Evaluation {
    return Evaluation.ofCall(this, callee, args, named);
  }

  /**
   * An evaluation as it was when it was stored, by an evaluator with the same names, library and kinds. `kept` are the values that
   * were stored with it. Throws AutoFlowError STATE_DAMAGED.
   */
  restore(state: Uint8Array): { evaluation: Evaluation; kept: Value[] } {
    try {
      return readEvaluation(this, state, (module) => new Evaluation(this, module));
    } catch (cause) {
      if (!(cause instanceof CorruptBytes)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", `the evaluation cannot be read: ${cause.message}`, { cause });
    }
  }

  #module(path: string, source: string, depth: number): ModuleInstance {
    this.#loaded.set(path, "loading");
    const { code, module } = this.#compile(path, source);
    const loads = code.loads.map((target) => this.#load(target, module, depth + 1));
    return this.link(code, loads, false);
  }

  #compile(path: string, source: string): { code: ModuleCode; module: Module } {
    const { dialect } = this.options;
    const options = typeof dialect === "function" ? dialect(path) : dialect;
    const { module, problems } = parseModule(path, source, {
      isUniversal: (name) => universals.has(name),
      isPredeclared: (name) => this.#names.has(name) || modules.has(name),
      names: [...this.#names.keys(), ...modules.keys(), ...universals.keys()],
      ...(options === undefined ? {} : { options }),
    });
    if (module === undefined) throw new EvaluationError(problems[0]!.message, problems);
    return {
      code: compileModule(module, {
        hostNames: new Set(),
        recursion: options?.recursion ?? true,
        resolveLoad: (text) => targetOf(path, text),
      }),
      module,
    };
  }

  #load(path: string, from: Module, depth: number): ModuleInstance {
    const known = this.#loaded.get(path);
    if (known === "loading") throw loadProblem(from, path, `cannot load ${path}: it loads itself`);
    if (known !== undefined) return known;
    if (depth > maximalLoadDepth)
      throw loadProblem(from, path, `cannot load ${path}: more than ${maximalLoadDepth} files in a row`);
    const instance = this.#library(path) ?? this.#loadFromCaller(path, from, depth);
    this.#loaded.set(path, instance);
    return instance;
  }

  /** A file of the built-in library; undefined for any other path. */
  #library(path: string): ModuleInstance | undefined {
    const code = libraryModule(path);
    if (code === undefined) return undefined;
    const known = this.#loaded.get(path);
    if (known !== undefined && known !== "loading") return known;
    const loads = code.loads.map((loaded) => this.#library(loaded)!);
    const instance = this.#evaluated(this.link(code, loads, false));
    this.#loaded.set(path, instance);
    return instance;
  }

  #loadFromCaller(path: string, from: Module, depth: number): ModuleInstance {
    const source = this.#read(path);
    if (source === undefined) throw loadProblem(from, path, `cannot load ${path}: there is no such file`);
    if (typeof source !== "string") return suppliedModule(path, source);
    return this.#evaluated(this.#module(toText(path), source, depth));
  }

  /** What the caller supplies for a path; the one value of a data file under its names. */
  #read(path: string): string | ReadonlyMap<string, Value> | undefined {
    const file = toText(path);
    const source = this.options.load?.(file);
    const names = typeof source === "string" ? dataNames(file) : undefined;
    if (typeof source !== "string" || names === undefined) return source;
    const value = readData(file, source);
    return new Map(names.map((name) => [name, value]));
  }

  #evaluated(instance: ModuleInstance): ModuleInstance {
    const evaluation = Evaluation.ofModule(this, instance);
    evaluation.vm.defers = false;
    evaluation.finish();
    return instance;
  }

  // What evaluations use.

  /** A module whose names are not bound yet. Throws CorruptBytes for a name that is not predeclared here. */
  link(code: ModuleCode, loads: readonly ModuleInstance[], builtin: boolean): ModuleInstance {
    const lookup = (name: string): Value => {
      const value = this.#names.get(name) ?? suppliedValue(name);
      if (value === undefined && !this.#names.has(name)) throw new CorruptBytes(`there is no name "${name}" here`);
      return value ?? null;
    };
    return linkModule(code, { index: 0, loads, builtin, lookup });
  }

  /** The name of a value that the caller supplied, as in "assert.eq". */
  nameOf(value: HeapValue): string | undefined {
    return this.#namesByValue.get(value);
  }

  /** The value that `nameOf` names. */
  byName(name: string): Value | undefined {
    const own = this.#names.get(name);
    if (own !== undefined) return own;
    const dot = name.indexOf(".");
    const module = dot < 0 ? undefined : this.#names.get(name.slice(0, dot));
    return module instanceof ModuleValue ? module.members.get(name.slice(dot + 1)) : undefined;
  }

  /** A module that the caller supplied, anew. Throws CorruptBytes when it does not any more. */
  suppliedAgain(path: string): ModuleInstance {
    const names = this.#read(path);
    if (names === undefined || typeof names === "string") throw new CorruptBytes(`module ${path} is not supplied`);
    return suppliedModule(path, names);
  }

  /** Computes an evaluation. */
  computing<Result>(evaluation: Evaluation, compute: () => Result): Result {
    const outer = this.#running;
    this.#running = evaluation;
    try {
      return compute();
    } finally {
      this.#running = outer;
    }
  }
}

/** The path that a load statement's text stands for, as a byte string; the text itself when only the caller knows what it means. */
function targetOf(file: string, text: string): string {
  return fromText(resolveLoadPath(file, toText(text)) ?? toText(text));
}

/** A file's size is bounded, so nobody counts. Throws EvaluationError. */
const uncounted: Thread = { spend: () => {}, charge: () => {}, now: () => 0, print: () => {} };

function readData(file: string, text: string): Value {
  try {
    return readDataFile(uncounted, file, text);
  } catch (error) {
    if (!(error instanceof DataProblem)) throw error;
    throw new EvaluationError(error.message, [{ message: error.message, where: error.where }]);
  }
}

/** A loaded module that the caller made. Its names are frozen. */
function suppliedModule(path: string, names: ReadonlyMap<string, Value>): ModuleInstance {
  for (const value of names.values()) freeze(value);
  const globals = [...names.keys()];
  const code = { path, globals, exported: globals.length, loads: [], constants: [], functions: [] };
  return { code, index: 0, globals: [...names.values()], constants: [], loads: [], builtin: false, hot: [] };
}

function loadProblem(from: Module, path: string, message: string): EvaluationError {
  const { file, body } = from;
  const statement = body.find((one) => one.kind === "load" && targetOf(file.path, one.module.value) === path);
  const where = file.location(statement === undefined ? 0 : statement.pos);
  const text = toText(message);
  return new EvaluationError(text, [{ message: text, where }]);
}
