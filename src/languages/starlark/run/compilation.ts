/** From sources to an image: parse, compile, evaluate the top levels, freeze, write. */
import type { Location } from "../../../core/errors.ts";
import type {
  Compilation,
  CompileResult,
  Diagnostic,
  EntryMode,
  Limits,
  Sources,
  Watcher,
  WorkflowDescription,
} from "../../../core/program.ts";
import { caughtError } from "../api/attempt.ts";
import { hostNamesOf, knownNames } from "../api/environment.ts";
import type { ApiHost, Registration } from "../api/host.ts";
import { acceptsTwo } from "../api/on-event.ts";
import type { Thread } from "../library/builtin.ts";
import { encodeJson } from "../library/json-encode.ts";
import type { ModuleCode } from "../compile/code.ts";
import { ByteWriter } from "../snapshot/bytes.ts";
import { HeapWriter } from "../snapshot/heap-writer.ts";
import { libraryText } from "../stdlib/modules.ts";
import { EvalError, grouped, LimitReached } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Fiber } from "../vm/fiber.ts";
import { type ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import { Vm } from "../vm/vm.ts";
import { traceFrames } from "../vm/unwind.ts";
import { DataProblem } from "./data-file.ts";
import { functionDescription, functionName, mainName, schemaName } from "./function-file.ts";
import { imageHash, type ImageTrigger, writeImage } from "./image-codec.ts";
import { libraryModules } from "./library-modules.ts";
import { linkOne, preludeFunctions } from "./loaded-image.ts";
import { collectModules, type GraphModule } from "./module-graph.ts";
import { imageNames } from "./names.ts";
import { watchPlaces } from "./watch-places.ts";

/** Of an image: it is stored with every version of a definition, and read when a run needs it. */
const maxImageBytes = 16 * 1024 * 1024;

/** What is said where a driver script, or what it loads, calls `on_event`. */
export const driverHandlesNoEvents =
  "this file is run as a driver script, from top to bottom, and handles no events: wait for one with wait_for_event(type=...)";

interface ProjectFunction {
  main: StarlarkFunction;
  workflow: WorkflowDescription;
}

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
  readonly #modules: GraphModule[] = [];
  readonly #instances: ModuleInstance[] = [];
  readonly #byPath = new Map<string, ModuleInstance>();
  #prelude: ReadonlyMap<string, StarlarkFunction> = new Map();
  #fiber: Fiber | undefined;
  #collecting: Generator<void, GraphModule[], void> | undefined;
  #collected = false;
  #result: CompileResult | undefined;

  readonly run = undefined;
  readonly whyNotRegister: string;

  constructor(sources: Sources, mode: EntryMode, limits: Limits) {
    this.#sources = sources;
    this.#mode = mode;
    this.#limits = limits;
    this.#vm = new Vm(this, limits);
    this.whyNotRegister = driverHandlesNoEvents;
  }

  get registration(): Registration | undefined {
    return this.#mode === "handlers" ? this : undefined;
  }

  step(budget: number): "running" | CompileResult {
    if (this.#result !== undefined) return this.#result;
    if (!this.#collected && this.#collect() === "running") return "running";
    this.#vm.grant(budget);
    while (!this.#failed && this.#instances.length < this.#modules.length) {
      if (this.#vm.fuel < 0 || this.#evaluateNext() === "running") return "running";
    }
    this.#result = this.#finish();
    return this.#result;
  }

  watch(see: Watcher): void {
    this.#vm.watch = watchPlaces(see);
  }

  get #failed(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === "error");
  }

  // Parsing and compiling.

  #collect(): "running" | "done" {
    this.#collecting ??= collectModules({
      sources: this.#sources,
      report: this.#problem.bind(this),
      known: knownNames(this.#mode),
      hostNames: hostNamesOf(this.#mode),
    });
    const collected = this.#collecting.next();
    if (collected.done !== true) return "running";
    this.#collected = true;
    this.#modules.push(...libraryModules().map((code) => ({ code })), ...collected.value);
    this.#vm.beginTurn();
    return "done";
  }

  #problem(code: "SCRIPT_SYNTAX" | "SCRIPT_LOAD_FAILED", message: string, where: Location): void {
    this.#diagnostics.push({ severity: "error", code, message, where });
  }

  // Evaluating.

  /** Evaluates the next module; a driver's own is only linked. */
  #evaluateNext(): "running" | "done" {
    const index = this.#instances.length;
    const module = this.#modules[index]!;
    if (this.#fiber === undefined) {
      const instance = linkOne(module.code, index, this.#byPath, index < libraryModules().length);
      this.#byPath.set(module.code.path, instance);
      if (module.supply !== undefined) return this.#supply(instance, module.supply);
      if (index === this.#modules.length - 1 && this.#mode === "driver") {
        this.#instances.push(instance);
        return "done";
      }
      this.#fiber = new Fiber(0);
      this.#vm.fibers.push(this.#fiber);
      this.#vm.openModules.push(instance);
      this.#fiber.push(new StarlarkFunction(0, instance, [], []), 0);
    }
    return this.#evaluate(this.#byPath.get(module.code.path)!, this.#fiber);
  }

  /** Gives a data file's module its value. */
  #supply(instance: ModuleInstance, supply: NonNullable<GraphModule["supply"]>): "done" {
    this.#vm.buildingSince = this.#vm.allocated;
    try {
      supply(this.#vm).forEach((value, i) => {
        instance.globals[i] = value;
      });
      this.#vm.openModules.push(instance);
    } catch (error) {
      const file = toText(instance.code.path);
      if (error instanceof DataProblem) this.#problem("SCRIPT_LOAD_FAILED", error.message, error.where);
      else if (error instanceof LimitReached)
        this.#problem("SCRIPT_LOAD_FAILED", `${file}: ${error.message}`, at(file));
      else throw error;
    }
    this.#vm.buildingSince = -1;
    this.#instances.push(instance);
    return "done";
  }

  /** Evaluates a module's top level. */
  #evaluate(instance: ModuleInstance, fiber: Fiber): "running" | "done" {
    const progress = this.#vm.run(fiber);
    if (progress === "running") return "running";
    if (progress === "failed") this.#reportFailure();
    if (progress === "waiting") throw new Error("nothing can wait while a script is loaded");
    for (const value of instance.globals) if (value !== undefined) freeze(value);
    this.#fiber = undefined;
    this.#vm.fibers.length = 0;
    this.#instances.push(instance);
    if (this.#instances.length === libraryModules().length) this.#prelude = preludeFunctions(this.#instances);
    return "done";
  }

  #reportFailure(): void {
    const { error, traceback, where } = this.#vm.failure!;
    const message = traceback.split("\n").length > 3 ? toText(traceback) : toText(error.message);
    const place = where ?? at(this.#sources.entry);
    this.#problem("SCRIPT_LOAD_FAILED", message, { ...place, file: toText(place.file) });
  }

  register(thread: Thread, trigger: Omit<ImageTrigger, "where"> & { handler: Value }): void {
    let { name } = trigger;
    for (let n = 2; this.#triggers.some((other) => other.name === name); n++) name = `${trigger.name}#${n}`;
    const frames = traceFrames((thread as Vm).current!);
    const where = frames.findLast((frame) => frame.where !== undefined)!.where!;
    this.#triggers.push({ ...trigger, name, where: { ...where, file: toText(where.file) } });
  }

  // Writing.

  #finish(): CompileResult {
    const result = { diagnostics: this.#diagnostics, output: this.#output };
    if (this.#failed) return result;
    const name = this.#mode === "handlers" ? functionName(this.#sources.entry) : undefined;
    const projectFunction = name === undefined ? undefined : this.#projectFunction(name);
    if (this.#failed) return result;
    if (this.#mode === "handlers" && name === undefined && this.#triggers.length === 0) {
      this.#diagnostics.push({
        severity: "warning",
        code: "no-triggers",
        message:
          "this script handles no events: it calls neither on_event(type=…, handler=…) nor on_schedule(cron=…, handler=…) nor on_validate(type=…, handler=…)",
        where: at(this.#sources.entry),
      });
    }
    const bytes = this.#write(projectFunction);
    if (bytes.length > maxImageBytes) {
      const message = `compiled it takes ${grouped(bytes.length)} bytes with what its top level made, the limit is ${grouped(maxImageBytes)}`;
      this.#problem("SCRIPT_LOAD_FAILED", message, at(this.#sources.entry));
      return result;
    }
    return { image: { hash: imageHash(bytes), language: "starlark", bytes }, ...result };
  }

  /** What runs of the function that the entry file is call, and how it is described. */
  #projectFunction(name: string): ProjectFunction | undefined {
    const { entry } = this.#sources;
    const { code, globals } = this.#instances.at(-1)!;
    const valueOf = (wanted: string): Value | undefined => globals[code.globals.indexOf(wanted)];
    const main = valueOf(mainName);
    if (!(main instanceof StarlarkFunction) || !acceptsTwo(main)) {
      const message = `this file is the function ${name} of the project: it has to define ${mainName}(w, inputs)`;
      this.#problem("SCRIPT_LOAD_FAILED", message, at(entry));
      return undefined;
    }
    const schema = valueOf(schemaName);
    try {
      const text = schema === undefined ? undefined : toText(encodeJson(this.#vm, schema));
      return { main, workflow: functionDescription(entry, name, text) };
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      this.#problem("SCRIPT_LOAD_FAILED", `${schemaName} is no JSON Schema: ${toText(error.message)}`, at(entry));
      return undefined;
    }
  }

  #write(projectFunction: ProjectFunction | undefined): Uint8Array {
    const out = new ByteWriter(8192);
    const modules = this.#modules.map(({ code }) => code);
    writeImage(out, {
      mode: this.#mode,
      sources: this.#loadedSources(modules),
      modules,
      libraryModules: libraryModules().length,
      ...(projectFunction !== undefined && { workflow: projectFunction.workflow }),
      triggers: this.#triggers.map(({ handler: _handler, ...trigger }) => trigger),
    });
    const heap = new HeapWriter(imageNames);
    const evaluated = this.#mode === "driver" ? this.#instances.slice(0, -1) : this.#instances;
    for (const { globals } of evaluated) for (const value of globals) heap.value(value);
    for (const { handler } of this.#triggers) heap.value(handler);
    if (projectFunction !== undefined) heap.value(projectFunction.main);
    heap.finish(out);
    return out.finish();
  }

  /** The texts of all modules, those of the built-in library included. */
  #loadedSources(modules: readonly ModuleCode[]): { path: string; text: string }[] {
    const texts = modules.flatMap(({ path: name }) => {
      const path = toText(name);
      const text = libraryText(path) ?? this.#sources.files.get(path);
      return text === undefined ? [] : [{ path, text }];
    });
    return texts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
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

function at(file: string): Location {
  return { file, line: 1, column: 1 };
}
