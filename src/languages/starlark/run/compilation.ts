/** From sources to an image: parse, compile, evaluate the top levels, freeze, write. */
import type { Location } from "../../../core/errors.ts";
import type { Filter } from "../../../core/filter.ts";
import type { Compilation, CompileResult, Diagnostic, EntryMode, Limits, Sources } from "../../../core/program.ts";
import { caughtError } from "../api/attempt.ts";
import { hostNamesOf, knownNames } from "../api/environment.ts";
import type { ApiHost, Registration } from "../api/host.ts";
import type { Thread } from "../library/builtin.ts";
import type { ModuleCode } from "../compile/code.ts";
import { compileModule } from "../compile/compile-module.ts";
import { ByteWriter } from "../snapshot/bytes.ts";
import { HeapWriter } from "../snapshot/heap-writer.ts";
import { parseModule } from "../syntax/module.ts";
import type { LoadStatement, Module } from "../syntax/tree.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Fiber } from "../vm/fiber.ts";
import { type ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import { Vm } from "../vm/vm.ts";
import { traceFrames } from "../vm/unwind.ts";
import { imageHash, type ImageTrigger, writeImage } from "./image-codec.ts";
import { libraryModules } from "./library-modules.ts";
import { resolveLoadPath } from "./load-path.ts";
import { linkOne, preludeFunctions } from "./loaded-image.ts";
import { imageNames } from "./names.ts";

/** Files that one definition may load, and their size together. */
const maxFiles = 256;
const maxSourceCharacters = 4 * 1024 * 1024;

export class StarlarkCompilation implements Compilation, ApiHost, Registration {
  readonly #sources: Sources;
  readonly #mode: EntryMode;
  readonly #limits: Limits;
  readonly #vm: Vm;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #output: string[] = [];
  #outputBytes = 0;
  readonly #triggers: (ImageTrigger & { handler: Value })[] = [];
  /** Compiled modules, each after those it loads. */
  readonly #codes: ModuleCode[] = [];
  readonly #instances: ModuleInstance[] = [];
  readonly #byPath = new Map<string, ModuleInstance>();
  #prelude: ReadonlyMap<string, StarlarkFunction> = new Map();
  #fiber: Fiber | undefined;
  #parsed = false;
  #result: CompileResult | undefined;

  readonly run = undefined;
  readonly whyNotRegister: string;

  constructor(sources: Sources, mode: EntryMode, limits: Limits) {
    this.#sources = sources;
    this.#mode = mode;
    this.#limits = limits;
    this.#vm = new Vm(this, limits);
    this.whyNotRegister =
      "this file is run as a driver script, from top to bottom, and handles no events: wait for one with wait_for_event(type=...)";
  }

  get registration(): Registration | undefined {
    return this.#mode === "handlers" ? this : undefined;
  }

  step(budget: number): "running" | CompileResult {
    if (this.#result !== undefined) return this.#result;
    if (!this.#parsed) this.#parse();
    this.#vm.grant(budget);
    while (!this.#failed && this.#instances.length < this.#codes.length) {
      if (this.#evaluateNext() === "running") return "running";
    }
    this.#result = this.#finish();
    return this.#result;
  }

  get #failed(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === "error");
  }

  // Parsing and compiling.

  #parse(): void {
    this.#parsed = true;
    this.#vm.beginTurn();
    this.#codes.push(...libraryModules());
    const { entry, files } = this.#sources;
    if (!files.has(entry)) {
      this.#problem("SCRIPT_LOAD_FAILED", `there is no file ${entry}`, { file: entry, line: 1, column: 1 });
      return;
    }
    new ModuleCollector(this.#sources, this.#mode, (code, message, where) =>
      this.#problem(code, message, where),
    ).collect(entry, this.#codes);
  }

  #problem(code: "SCRIPT_SYNTAX" | "SCRIPT_LOAD_FAILED", message: string, where: Location): void {
    this.#diagnostics.push({ severity: "error", code, message, where });
  }

  // Evaluating.

  /** Evaluates the top level of the next module; a driver's own is only linked. */
  #evaluateNext(): "running" | "done" {
    const index = this.#instances.length;
    const code = this.#codes[index]!;
    const library = libraryModules().length;
    if (this.#fiber === undefined) {
      const instance = linkOne(code, index, this.#byPath, index < library);
      this.#byPath.set(code.path, instance);
      if (index === this.#codes.length - 1 && this.#mode === "driver") {
        this.#instances.push(instance);
        return "done";
      }
      this.#fiber = new Fiber(0);
      this.#vm.fibers.push(this.#fiber);
      this.#vm.openModules.push(instance);
      this.#fiber.push(new StarlarkFunction(0, instance, [], []), 0);
    }
    const progress = this.#vm.run(this.#fiber);
    if (progress === "running") return "running";
    if (progress === "failed") this.#reportFailure();
    if (progress === "waiting") throw new Error("nothing can wait while a script is loaded");
    const instance = this.#byPath.get(code.path)!;
    for (const value of instance.globals) if (value !== undefined) freeze(value);
    this.#fiber = undefined;
    this.#vm.fibers.length = 0;
    this.#instances.push(instance);
    if (this.#instances.length === library) this.#prelude = preludeFunctions(this.#instances);
    return "done";
  }

  #reportFailure(): void {
    const { error, traceback, where } = this.#vm.failure!;
    const message = traceback.split("\n").length > 3 ? toText(traceback) : toText(error.message);
    const at = where ?? { file: this.#sources.entry, line: 1, column: 1 };
    this.#problem("SCRIPT_LOAD_FAILED", message, { ...at, file: toText(at.file) });
  }

  register(thread: Thread, trigger: { name: string; filter: Filter; handler: Value }): void {
    let { name } = trigger;
    for (let n = 2; this.#triggers.some((other) => other.name === name); n++) name = `${trigger.name}#${n}`;
    const frames = traceFrames((thread as Vm).current!);
    const where = frames.findLast((frame) => frame.where !== undefined)!.where!;
    this.#triggers.push({
      name,
      filter: trigger.filter,
      where: { ...where, file: toText(where.file) },
      handler: trigger.handler,
    });
  }

  // Writing.

  #finish(): CompileResult {
    const result = { diagnostics: this.#diagnostics, output: this.#output };
    if (this.#failed) return result;
    if (this.#mode === "handlers" && this.#triggers.length === 0) {
      this.#diagnostics.push({
        severity: "warning",
        code: "no-triggers",
        message: "this script handles no events: it never calls on_event(type=…, handler=…)",
        where: { file: this.#sources.entry, line: 1, column: 1 },
      });
    }
    const bytes = this.#write();
    return { image: { hash: imageHash(bytes), language: "starlark", bytes }, ...result };
  }

  #write(): Uint8Array {
    const out = new ByteWriter(8192);
    const paths = new Set(this.#codes.map(({ path }) => path));
    const sources = [...this.#sources.files].filter(([path]) => paths.has(fromText(path)));
    writeImage(out, {
      mode: this.#mode,
      sources: sources.map(([path, text]) => ({ path, text })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      modules: this.#codes,
      libraryModules: libraryModules().length,
      triggers: this.#triggers.map(({ name, filter, where }) => ({ name, filter, where })),
    });
    const heap = new HeapWriter(imageNames);
    const evaluated = this.#mode === "driver" ? this.#instances.slice(0, -1) : this.#instances;
    for (const { globals } of evaluated) for (const value of globals) heap.value(value);
    for (const { handler } of this.#triggers) heap.value(handler);
    heap.finish(out);
    return out.finish();
  }

  // What the VM uses.

  print(text: string): void {
    this.#outputBytes += text.length;
    if (this.#outputBytes > this.#limits.outputBytesPerTurn) {
      throw new LimitReached("LIMIT_OUTPUT", `more than ${this.#limits.outputBytesPerTurn} bytes printed`);
    }
    this.#output.push(toText(text));
  }

  now(): number {
    throw new EvalError("there is no time while the script is loaded: ask for it in a handler");
  }

  hostValue(name: string): Value {
    throw new EvalError(`${name} has no value while the script is loaded, before there is a run: use it in a function`);
  }

  preludeFunction(name: string): StarlarkFunction {
    const found = this.#prelude.get(name);
    if (found === undefined) throw new Error(`the library has no function ${name}`);
    return found;
  }

  caught(error: EvalError): Value {
    return caughtError(this.#vm, error);
  }

  visitRoots(each: (value: Value) => void): void {
    for (const { handler } of this.#triggers) each(handler);
  }
}

type Report = (code: "SCRIPT_SYNTAX" | "SCRIPT_LOAD_FAILED", message: string, where: Location) => void;

/** Parses the entry file and everything it loads, and compiles them in the order in which they are evaluated. */
class ModuleCollector {
  readonly #sources: Sources;
  readonly #mode: EntryMode;
  readonly #report: Report;
  readonly #done = new Set<string>();
  #characters = 0;

  constructor(sources: Sources, mode: EntryMode, report: Report) {
    this.#sources = sources;
    this.#mode = mode;
    this.#report = report;
  }

  collect(entry: string, codes: ModuleCode[]): void {
    this.#visit(entry, [], codes);
  }

  /** `path` leads from the entry file to the one that loads this file; the depth is bounded by the number of files. */
  #visit(file: string, path: readonly string[], codes: ModuleCode[]): void {
    this.#done.add(file);
    const source = this.#sources.files.get(file)!;
    this.#characters += source.length;
    const { module, problems } = parseModule(file, source, knownNames(this.#mode));
    for (const { message, where } of problems) this.#report("SCRIPT_SYNTAX", toText(message), where);
    if (module === undefined) return;
    for (const statement of module.body) {
      if (statement.kind === "load") this.#follow(module, statement, [...path, file], codes);
    }
    codes.push(
      compileModule(module, {
        hostNames: hostNamesOf(this.#mode),
        resolveLoad: (text) => fromText(resolveLoadPath(file, toText(text)) ?? toText(text)),
      }),
    );
  }

  #follow({ file }: Module, statement: LoadStatement, path: readonly string[], codes: ModuleCode[]): void {
    const text = toText(statement.module.value);
    const fail = (message: string) => this.#report("SCRIPT_LOAD_FAILED", message, file.location(statement.module.pos));
    const target = resolveLoadPath(file.path, text);
    if (target === undefined) fail(`load: ${JSON.stringify(text)} is not a file inside the project`);
    else if (path.includes(target))
      fail(`load: cycle: ${[...path.slice(path.indexOf(target)), target].join(" loads ")}`);
    else if (this.#done.has(target)) return;
    else if (!this.#sources.files.has(target)) fail(`load: there is no file ${target}`);
    else if (this.#done.size >= maxFiles || this.#characters > maxSourceCharacters) {
      fail(`load: more than ${maxFiles} files, or ${maxSourceCharacters} characters, are loaded`);
    } else this.#visit(target, path, codes);
  }
}
