/** An entry file and everything it loads: parsed, compiled, in the order in which it is evaluated. */
import type { Location } from "../../../core/errors.ts";
import type { MissingFile, Sources } from "../../../core/program.ts";
import { parseOtherProjectPath } from "../../../core/source-path.ts";
import type { ModuleCode } from "../compile/code.ts";
import { compileModule } from "../compile/compile-module.ts";
import type { Thread } from "../library/builtin.ts";
import { libraryPaths, libraryModule } from "../stdlib/modules.ts";
import { parseModule, type ParseOptions } from "../syntax/module.ts";
import { nearest } from "../syntax/spelling.ts";
import type { LoadStatement, Module } from "../syntax/tree.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { dataName, dataNames, readDataFile } from "./data-file.ts";
import { explainLoadPath, libraryPrefix, resolveLoadPath } from "./load-path.ts";
import { problemText } from "./problem-text.ts";

/** A module that has not been evaluated. */
export interface GraphModule {
  code: ModuleCode;
  /** Of a data file, which has no code: the values of `code.globals`. Throws DataProblem and LimitReached. */
  supply?: (thread: Thread) => Value[];
}

export interface GraphOptions {
  sources: Sources;
  report: (code: "SCRIPT_SYNTAX" | "SCRIPT_LOAD_FAILED", message: string, where: Location) => void;
  /** The names that files know. */
  known: ParseOptions;
  hostNames: ReadonlySet<string>;
}

/** Files that one program may load, and their size together. A chain of loads is as long as there are files, at most. */
const maxFiles = 256;
const maxCharacters = 4 * 1024 * 1024;

/** A load under way: the file, and where in it the load statement is that is being followed. */
interface Step {
  file: string;
  where: Location;
}

/** Characters that are parsed or compiled before others may have the processor. */
const charactersAtOnce = 64 * 1024;

/**
 * Parses and compiles the entry and all that it loads; each module comes after those it loads, so the entry is the last. Where
 * something is reported the result is of no use. Long texts are taken in several goes: it yields in between.
 */
export function* collectModules(options: GraphOptions): Generator<void, GraphModule[], void> {
  const { entry, files, missing } = options.sources;
  const source = files.get(entry);
  const collector = new Collector(options);
  if (source !== undefined) yield* collector.visitScript(entry, source, []);
  else options.report("SCRIPT_LOAD_FAILED", describeMissing(entry, missing?.get(entry)), start(entry));
  return collector.modules;
}

function start(file: string): Location {
  return { file, line: 1, column: 1 };
}

class Collector {
  readonly modules: GraphModule[] = [];
  readonly #options: GraphOptions;
  /** Every file met; without code while it is being followed, and when it or what it loads has problems. */
  readonly #met = new Map<string, ModuleCode | undefined>();
  #characters = 0;
  #sincePause = 0;
  #problems = 0;

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  *visitScript(file: string, source: string, path: readonly Step[]): Generator<void, void, void> {
    this.#met.set(file, undefined);
    this.#characters += source.length;
    const { known, hostNames } = this.#options;
    const { module, problems } = parseModule(file, source, known);
    for (const problem of problems) this.#report("SCRIPT_SYNTAX", problemText(problem, source), problem.where);
    if (module === undefined) return;
    yield* this.#pauseAfter(source.length);
    const problemsBefore = this.#problems;
    for (const statement of module.body) {
      if (statement.kind === "load") yield* this.#follow(module, statement, path);
    }
    if (this.#problems > problemsBefore) return;
    const resolveLoad = (text: string) => fromText(resolveLoadPath(file, toText(text)) ?? toText(text));
    this.#add(file, { code: compileModule(module, { hostNames, resolveLoad }) });
    yield* this.#pauseAfter(source.length);
  }

  *#pauseAfter(characters: number): Generator<void, void, void> {
    this.#sincePause += characters;
    if (this.#sincePause < charactersAtOnce) return;
    this.#sincePause = 0;
    yield;
  }

  #report(...problem: Parameters<GraphOptions["report"]>): void {
    this.#problems++;
    this.#options.report(...problem);
  }

  #add(file: string, module: GraphModule): void {
    this.#met.set(file, module.code);
    this.modules.push(module);
  }

  *#follow({ file }: Module, statement: LoadStatement, path: readonly Step[]): Generator<void, void, void> {
    const text = toText(statement.module.value);
    const where = file.location(statement.module.pos);
    const fail = (message: string) => this.#report("SCRIPT_LOAD_FAILED", `load: ${message}`, where);
    const target = resolveLoadPath(file.path, text);
    if (target === undefined) return fail(explainLoadPath(file.path, text));
    const steps = [...path, { file: file.path, where }];
    const first = steps.findIndex((step) => step.file === target);
    if (first >= 0) return fail(describeCycle(steps.slice(first), target));
    if (!this.#met.has(target)) {
      const problem = yield* this.#visit(target, steps);
      if (problem !== undefined) return fail(problem);
    }
    const loaded = this.#met.get(target);
    if (loaded !== undefined) this.#checkNames(loaded, file, statement);
  }

  /** Reads and compiles a file that has not been met. Answers what is wrong with loading it. */
  *#visit(target: string, path: readonly Step[]): Generator<void, string | undefined, void> {
    if (this.#met.size >= maxFiles || this.#characters > maxCharacters) {
      return `more than ${maxFiles} files, or ${maxCharacters / 1024 / 1024} Mi characters, are loaded`;
    }
    if (target.startsWith(libraryPrefix)) return this.#visitLibrary(target);
    const { files, missing } = this.#options.sources;
    const text = files.get(target);
    if (text === undefined) return describeMissing(target, missing?.get(target));
    if (dataNames(target) === undefined) yield* this.visitScript(target, text, path);
    else this.#addData(target, text);
    return undefined;
  }

  #visitLibrary(target: string): string | undefined {
    const code = libraryModule(target);
    if (code === undefined) {
      const files = libraryPaths().map((path) => path.slice(libraryPrefix.length));
      const near = nearestFile(target.slice(libraryPrefix.length), files);
      const hint = near === undefined ? `; it has ${files.join(", ")}` : ` (did you mean ${libraryPrefix}${near}?)`;
      return `the library has no file ${target}${hint}`;
    }
    for (const path of code.loads) if (!this.#met.has(path)) this.#visitLibrary(path);
    this.#add(target, { code });
    return undefined;
  }

  #addData(file: string, text: string): void {
    this.#characters += text.length;
    const globals = dataNames(file)!;
    this.#add(file, {
      code: { path: fromText(file), globals, exported: globals.length, loads: [], constants: [], functions: [] },
      supply: (thread) => {
        const value = readDataFile(thread, file, text);
        return globals.map(() => value);
      },
    });
  }

  #checkNames({ path, globals, exported }: ModuleCode, file: Module["file"], { names }: LoadStatement): void {
    const offered = globals.slice(0, exported);
    for (const { remote } of names) {
      // The resolver reports private and empty names.
      if (offered.includes(remote.value) || remote.value === "" || remote.value.startsWith("_")) continue;
      const message = `load: name ${remote.value} not found in module ${path}${hintFor(remote.value, offered, path)}`;
      this.#report("SCRIPT_LOAD_FAILED", toText(message), file.location(remote.pos + 1));
    }
  }
}

function hintFor(name: string, offered: readonly string[], path: string): string {
  if (dataNames(path) !== undefined) return ` (the value of a data file is named ${dataName})`;
  const near = nearest(
    name,
    offered.filter((other) => !other.startsWith("_")),
  );
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

/** Endings of files are alike anyway, and make no two of them near each other. */
function nearestFile(name: string, files: readonly string[]): string | undefined {
  const byStem = new Map(files.map((file) => [stem(file), file]));
  return byStem.get(nearest(stem(name), byStem.keys()) ?? "");
}

function stem(file: string): string {
  return file.replace(/\.[^.]*$/, "");
}

function describeCycle(steps: readonly Step[], target: string): string {
  const loads = steps.map(({ where: { file, line, column } }, i) => {
    return `${file}:${line}:${column} loads ${steps[i + 1]?.file ?? target}`;
  });
  return `cycle: ${loads.join(", ")}`;
}

function describeMissing(target: string, { reason, siblings = [] }: MissingFile = {}): string {
  if (reason !== undefined) return `${target}: ${reason}`;
  const other = parseOtherProjectPath(target);
  const path = other?.path ?? target;
  const slash = path.lastIndexOf("/") + 1;
  const near = nearestFile(path.slice(slash), siblings);
  return `there is no file ${target}${near === undefined ? "" : ` (did you mean ${path.slice(0, slash)}${near}?)`}`;
}
