/**
 * Starlark as an interpreter of a terminal runs it: files that load others as they go, and a session of entries that see the names
 * of those before. Nothing is frozen between entries, and nothing can wait. It needs little of the rest, so that it starts at once.
 */
import { compileModule } from "../compile/compile-module.ts";
import { preludePath, preludeSource } from "../library/prelude.ts";
import { internals, modules, universals } from "../library/registry.ts";
import { parseModule } from "../syntax/module.ts";
import type { DialectOptions, Module } from "../syntax/tree.ts";
import { EvalError } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Fiber } from "../vm/fiber.ts";
import { StarlarkFunction, type ModuleInstance } from "../vm/function.ts";
import { linkModule } from "../vm/link.ts";
import { Vm, type Host, type VmLimits } from "../vm/vm.ts";

export interface SessionOptions {
  dialect: DialectOptions;
  limits: VmLimits;
  /** A line of output, as a byte string. */
  print(line: string): void;
  /** The text of a loaded file, by what the load statement says. Throws Unreadable. */
  read(path: string): string;
  /** Epoch ms of `time.now()`. */
  now(): number;
}

/** Why a file could not be read; the message says of which. */
export class Unreadable extends Error {}

/** What is wrong with a program. The message is what starlark-go says of it, where it is loaded: bytes. */
export class ProgramError extends Error {
  /** What starlark-go shows of it: the problem of a text with its place, or the traceback. Bytes. */
  readonly shown: string;

  constructor(message: string, shown: string) {
    super(message);
    this.shown = shown;
  }
}

/** What problems and tracebacks call the file of entries. */
const entryPath = "<stdin>";

type LoadedFile = { module: ModuleInstance } | { problem: string };

export class Session implements Host {
  readonly #options: SessionOptions;
  /** Names of the entries so far, as byte strings. */
  readonly #globals = new Map<string, Value>();
  /** What loaded files came to; undefined while they are evaluated. */
  readonly #files = new Map<string, LoadedFile | undefined>();
  #prelude: ModuleInstance | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The names that entries bound, as byte strings. */
  get globals(): ReadonlyMap<string, Value> {
    return this.#globals;
  }

  /** All names that an entry may use, as text. */
  get names(): string[] {
    return [...new Set([...this.#globals.keys(), ...modules.keys(), ...universals.keys()])].map((name) => toText(name));
  }

  /** The value that a name, as a byte string, has in the next entry; undefined when it has none. */
  valueOf(name: string): Value | undefined {
    return this.#globals.has(name) ? this.#globals.get(name) : (modules.get(name) ?? universals.get(name));
  }

  /** Begins to evaluate a file. What it binds is not for entries. Throws ProgramError for a problem in its text. */
  startFile(path: string, source: string): Entry {
    const instance = this.#link(this.#parse(path, source, this.#options.dialect), "<toplevel>");
    return this.#begin(instance, () => ({ names: namesOf(instance), value: undefined }));
  }

  /**
   * Begins to evaluate an entry: statements, which may bind names for those after it, or one expression, whose value is `_` from
   * then on. Throws ProgramError for a problem in its text.
   */
  enter(source: string): Entry {
    const module = this.#parse(entryPath, source, { ...this.#options.dialect, loadBindsGlobally: true });
    const [only] = module.body;
    const isExpression = module.body.length === 1 && only?.kind === "expression";
    if (isExpression) bindLast(module);
    const instance = this.#link(module, isExpression ? "<expr>" : "<toplevel>");
    instance.code.globals.forEach((name, i) => {
      if (this.#globals.has(name)) instance.globals[i] = this.#globals.get(name);
    });
    return this.#begin(instance, () => {
      const names = namesOf(instance);
      for (const [name, value] of names) this.#globals.set(name, value);
      return { names, value: isExpression ? names.get("_") : undefined };
    });
  }

  #parse(path: string, source: string, options: DialectOptions): Module {
    const { module, problems } = parseModule(path, source, {
      isUniversal: (name) => universals.has(name),
      isPredeclared: (name) => modules.has(name),
      ...(path === entryPath && { isGlobal: (name: string) => this.#globals.has(name) }),
      options,
    });
    if (module !== undefined) return module;
    const { message, where } = problems[0]!;
    // An entry is one statement; starlark-go does not say what else it could be.
    const said = path === entryPath && /^got .*, want newline$/.test(message) ? "invalid syntax" : message;
    const shown = fromText(`${where.file}:${where.line}:${where.column}: ${said}`);
    throw new ProgramError(shown, shown);
  }

  #link(module: Module, topName: string): ModuleInstance {
    const { recursion } = module.options;
    const code = compileModule(module, { hostNames: new Set(), recursion, topName, resolveLoad: (text) => text });
    const loads = code.loads.map((path) => new LoadedLate(() => this.#load(path)));
    return linkModule(code, { index: 0, loads, lookup: (name) => modules.get(name) ?? universals.get(name) ?? null });
  }

  #begin(instance: ModuleInstance, end: () => Entered): Entry {
    const vm = new Vm(this, this.#options.limits);
    return new Entry(vm, instance, end);
  }

  /** A loaded file's module. Throws EvalError, also when it failed before. */
  #load(path: string): ModuleInstance {
    if (!this.#files.has(path)) {
      this.#files.set(path, undefined);
      this.#files.set(path, this.#evaluateFile(path));
    }
    const file = this.#files.get(path);
    if (file !== undefined && "module" in file) return file.module;
    throw new EvalError(`cannot load ${path}: ${file === undefined ? "cycle in load graph" : file.problem}`);
  }

  #evaluateFile(path: string): LoadedFile {
    try {
      const source = this.#options.read(toText(path));
      const module = this.#link(this.#parse(toText(path), source, this.#options.dialect), "<toplevel>");
      this.#evaluate(module);
      return { module };
    } catch (error) {
      if (error instanceof Unreadable) return { problem: fromText(error.message) };
      if (error instanceof ProgramError) return { problem: error.message };
      throw error;
    }
  }

  #evaluate(instance: ModuleInstance): void {
    const entry = this.#begin(instance, () => ({ names: new Map(), value: undefined }));
    while (entry.step(Infinity) === "running");
    for (const value of instance.globals) if (value !== undefined) freeze(value);
  }

  // What the VM uses.

  print(text: string): void {
    this.#options.print(text);
  }

  now(): number {
    return this.#options.now();
  }

  hostValue(name: string): Value {
    throw new EvalError(`${name} has no value here`);
  }

  /** The library's Starlark part is compiled when it is needed first. */
  preludeFunction(name: string): StarlarkFunction {
    this.#prelude ??= this.#makePrelude();
    const { code, globals } = this.#prelude;
    return globals[code.globals.indexOf(name)] as StarlarkFunction;
  }

  #makePrelude(): ModuleInstance {
    const { module } = parseModule(preludePath, preludeSource, {
      isUniversal: (name) => universals.has(name),
      isPredeclared: (name) => internals.has(name),
    });
    const code = compileModule(module!, { hostNames: new Set(), resolveLoad: (text) => text });
    const lookup = (name: string) => internals.get(name) ?? universals.get(name) ?? null;
    const instance = linkModule(code, { index: 0, loads: [], builtin: true, lookup });
    this.#evaluate(instance);
    return instance;
  }

  caught(error: EvalError): Value {
    throw error;
  }

  visitRoots(each: (value: Value) => void): void {
    for (const value of this.#globals.values()) each(value);
  }
}

/** What came of an entry or a file. */
export interface Entered {
  /** What it bound, as byte strings; names of load statements only in an entry. */
  names: ReadonlyMap<string, Value>;
  /** Of an expression; undefined for statements. */
  value: Value | undefined;
}

/** An entry or a file under way. */
export class Entry {
  readonly #vm: Vm;
  readonly #fiber = new Fiber(0);
  readonly #end: () => Entered;

  constructor(vm: Vm, instance: ModuleInstance, end: () => Entered) {
    this.#vm = vm;
    this.#end = end;
    vm.fibers.push(this.#fiber);
    vm.openModules.push(instance);
    vm.beginTurn();
    this.#fiber.push(new StarlarkFunction(0, instance, [], []), 0);
  }

  /**
   * Computes on for about so many steps, then answers "running", or what came of it. What an entry bound before an error stays
   * bound. Throws ProgramError.
   */
  step(budget: number): "running" | Entered {
    this.#vm.grant(budget);
    const progress = this.#vm.run(this.#fiber);
    if (progress === "running") return "running";
    const entered = this.#end();
    if (progress === "returned") return entered;
    if (progress === "waiting") throw new Error("nothing can wait here");
    const { error, traceback } = this.#vm.failure!;
    throw new ProgramError(error.message, traceback);
  }
}

/** A module that is evaluated when something of it is used first. */
class LoadedLate implements ModuleInstance {
  readonly #load: () => ModuleInstance;
  readonly builtin = false;
  index = 0;

  constructor(load: () => ModuleInstance) {
    this.#load = load;
  }

  get code() {
    return this.#load().code;
  }
  get globals() {
    return this.#load().globals;
  }
  get constants() {
    return this.#load().constants;
  }
  get loads() {
    return this.#load().loads;
  }
  get hot() {
    return this.#load().hot;
  }
}

function namesOf({ code, globals }: ModuleInstance): Map<string, Value> {
  const names = new Map<string, Value>();
  code.globals.slice(0, code.exported).forEach((name, i) => {
    const value = globals[i];
    if (value !== undefined) names.set(name, value);
  });
  return names;
}

/** Makes `_ = value` of an expression. */
function bindLast(module: Module): void {
  const [statement] = module.body;
  if (statement?.kind !== "expression") return;
  let index = module.globals.indexOf("_");
  if (index < 0) index = module.globals.push("_") - 1;
  const { pos, end, value } = statement;
  const target = { kind: "identifier", pos, end: pos, name: "_", binding: { kind: "global", index } } as const;
  module.body = [{ kind: "assign", pos, end, operator: "", target, value }];
}
