/** `import` and `include`: modules from a map of paths to texts, read synchronously. */
import { JqError, JqSyntaxError } from "../errors.ts";
import type { Level } from "../library/contract.ts";
import { parseJq } from "../syntax/parse.ts";
import type { Import, Source } from "../syntax/tree.ts";
import type { JqObject, Value } from "../value.ts";
import type { Builder } from "./builder.ts";
import { type FunctionInfo, type Scope, withFunction } from "./scope.ts";

/** Texts of modules (`a.jq`, `a/a.jq`) and data (`a.json`) by path, relative to the program, with `/`. */
export type Modules = ReadonlyMap<string, string>;

/** Reads JSON texts for `import "…" as $name`: all values of one file. */
export type DataReader = (text: string) => Value[];

/** A module that was read. */
interface Module {
  /** Its own functions, from the last to the first: of several with one name, others see the first. */
  readonly functions: readonly FunctionInfo[];
}

/** Finds and reads modules, each once. */
export class ModuleLoader {
  readonly #modules: Modules;
  readonly #level: Level;
  readonly #readData: DataReader;
  readonly #read = new Map<string, Module | "being read">();

  constructor(modules: Modules, level: Level, readData: DataReader) {
    this.#modules = modules;
    this.#level = level;
    this.#readData = readData;
  }

  /**
   * What the imports and definitions of `source` add to `scope`.
   *
   * @param file the path of the source, `undefined` for the program
   * @param builder whose frame its functions see: the program's; `null` for modules
   */
  scopeOf(source: Source, file: string | undefined, scope: Scope, builder: Builder | null): Scope {
    let inside = scope;
    for (const imported of source.imports) inside = this.#bind(imported, file, inside);
    for (const definition of source.definitions) inside = withFunction(inside, definition, builder);
    return inside;
  }

  /** What `modulemeta` says of the module `name`. Throws `JqError`. */
  describe(name: string): JqObject {
    const path = this.#find(candidates(name, "jq"));
    if (path === undefined) throw new JqError(`module not found: ${name}`);
    const source = parseJq(this.#modules.get(path)!, this.#level, { file: path });
    const described: JqObject = new Map(source.metadata instanceof Map ? source.metadata : []);
    described.set("deps", source.imports.map(describeImport));
    if (this.#level !== "1.6") {
      described.set(
        "defs",
        source.definitions.map((definition) => `${definition.name}/${definition.parameters.length}`),
      );
    }
    return described;
  }

  #bind(imported: Import, file: string | undefined, scope: Scope): Scope {
    const search = imported.metadata instanceof Map ? imported.metadata.get("search") : undefined;
    const path = this.#find(
      directories(search, file).flatMap((directory) =>
        candidates(directory + imported.path, imported.isData ? "json" : "jq"),
      ),
    );
    if (path === undefined) throw this.#error(`module not found: ${imported.path}`, imported, file);
    if (imported.isData) {
      const value = this.#readData(this.#modules.get(path)!);
      const name = imported.alias!;
      const full: Scope = { next: scope, kind: "constant", name: `${name}::${name}`, value };
      return { next: full, kind: "constant", name, value };
    }
    const module = this.#module(path, imported, file);
    let inside = scope;
    for (const fn of module.functions) {
      const { name } = fn.definition;
      const seenAs = imported.alias === null ? name : `${imported.alias}::${name}`;
      inside = { next: inside, kind: "function", name: seenAs, fn };
    }
    return inside;
  }

  #module(path: string, imported: Import, file: string | undefined): Module {
    const known = this.#read.get(path);
    if (known === "being read") throw this.#error(`module imports itself: ${path}`, imported, file);
    if (known !== undefined) return known;
    this.#read.set(path, "being read");
    const text = this.#modules.get(path)!;
    const source = parseJq(text, this.#level, { file: path });
    if (source.body !== null) {
      throw new JqSyntaxError(`library should only have function definitions, not a main expression`, 1, 1, path);
    }
    const scope = this.scopeOf(source, path, null, null);
    const module: Module = { functions: functionsIn(scope, source.definitions.length) };
    this.#read.set(path, module);
    return module;
  }

  #find(paths: readonly string[]): string | undefined {
    return paths.map(withoutDots).find((path) => this.#modules.has(path));
  }

  #error(message: string, imported: Import, file: string | undefined): JqSyntaxError {
    const text = (file === undefined ? undefined : this.#modules.get(file)) ?? "";
    return new JqSyntaxError(message, text.slice(0, imported.at).split("\n").length, 1, file);
  }
}

/** The `count` innermost functions of `scope`. */
function functionsIn(scope: Scope, count: number): FunctionInfo[] {
  const functions: FunctionInfo[] = [];
  for (let entry = scope; entry?.kind === "function" && functions.length < count; entry = entry.next)
    functions.push(entry.fn);
  return functions;
}

/** Where a module is looked for: where `search` says, as seen from the file that asks, or beside the program. */
function directories(search: Value | undefined, file: string | undefined): string[] {
  const listed = Array.isArray(search) ? search : [search];
  const named = listed.filter((directory) => typeof directory === "string");
  if (named.length === 0) return [""];
  const here = file === undefined ? "" : file.slice(0, file.lastIndexOf("/") + 1);
  return named.map((directory) => `${here}${directory}/`);
}

/** The files that the module or data `name` can be in. */
function candidates(name: string, extension: "jq" | "json"): string[] {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return [
    `${name}.${extension}`,
    ...(extension === "jq" ? [`${name}/jq/main.jq`] : []),
    `${name}/${last}.${extension}`,
  ];
}

function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function describeImport(imported: Import): JqObject {
  const described: JqObject = new Map<string, Value>(imported.metadata instanceof Map ? imported.metadata : []);
  if (imported.alias !== null) described.set("as", imported.alias);
  described.set("is_data", imported.isData);
  described.set("relpath", imported.path);
  return described;
}
