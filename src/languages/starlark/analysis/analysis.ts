/** Everything that tools know of one text. It is made anew for every version of the text; what is costly is found out when asked. */
import type { EntryMode } from "../../../core/program.ts";
import { resolveLoadPath } from "../run/load-path.ts";
import type { Problem } from "../syntax/problem.ts";
import { parseSourceTree, typeComment, type SourceTree } from "../syntax/source-tree.ts";
import { startOf } from "../syntax/start-of.ts";
import type { CallExpression, Expression, FunctionNode, Identifier, Statement } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import type { EventType } from "./event-types.ts";
import { Inference } from "./infer.ts";
import { any, type Type } from "./static-type.ts";
import { findSymbols, type Definition, type Symbols, type Variable } from "./symbols.ts";
import { TreeIndex } from "./tree-index.ts";
import { readTrigger, registers, type Trigger } from "./triggers.ts";
import { parseTypeComment } from "./type-text.ts";
import { knownName, type Entry } from "./vocabulary.ts";
import { walkStatements } from "./walk.ts";

/** What an analysis knows of the world around its text. */
export interface Environment {
  /** The event types there are. */
  events: readonly EventType[];
  /** How a script is run. */
  modeOf(path: string, text: string): EntryMode;
  /** The analysis of a script by its path; undefined when there is none. */
  file(path: string): Analysis | undefined;
  /** The paths of all scripts of the project, where they are known. */
  scripts?(): readonly string[];
}

export class Analysis {
  readonly path: string;
  readonly environment: Environment;
  readonly mode: EntryMode;
  readonly tree: SourceTree;
  readonly symbols: Symbols;
  readonly inference: Inference;
  #index: TreeIndex | undefined;
  #functions: Map<FunctionNode, Variable> | undefined;
  #triggers: Trigger[] | undefined;
  #typeComments: Map<FunctionNode, { parameters: string[]; result: string }> | undefined;

  constructor(path: string, text: string, environment: Environment) {
    this.path = path;
    this.environment = environment;
    this.mode = environment.modeOf(path, text);
    this.tree = parseSourceTree(path, text);
    this.symbols = findSymbols(this.tree.body);
    this.inference = new Inference(this);
  }

  /** The text with "\n" line ends and no byte order mark: that of all offsets. */
  get text(): string {
    return this.tree.file.text;
  }

  get body(): readonly Statement[] {
    return this.tree.body;
  }

  get problems(): readonly Problem[] {
    return this.tree.problems;
  }

  /** A supplied name: of the language, a module, a verb, or of the run. */
  knownName(name: string): Entry | undefined {
    return knownName(name, this.mode);
  }

  /** All nodes, by kind and by what is around them. */
  get index(): TreeIndex {
    this.#index ??= new TreeIndex(this.body);
    return this.#index;
  }

  /** The call of which an expression is what is called. */
  callOf(callee: Expression): CallExpression | undefined {
    const parent = this.index.parentOf(callee);
    return parent?.kind === "call" && parent.callee === callee ? parent : undefined;
  }

  /** The calls of on_event, on_schedule and on_validate, in the order of the text. */
  get triggers(): readonly Trigger[] {
    this.#triggers ??= this.index
      .expressions("call")
      .filter((call) => registers(call, this.symbols))
      .map((call) => readTrigger(call, this.symbols));
    return this.#triggers;
  }

  /** The variable that a def, or an assigned lambda, is bound to. */
  variableOfFunction(node: FunctionNode): Variable | undefined {
    if (this.#functions === undefined) {
      this.#functions = new Map();
      for (const variable of this.symbols.variables.values()) {
        for (const definition of variable.definitions) this.#noteFunction(definition, variable);
      }
    }
    return this.#functions.get(node);
  }

  #noteFunction(definition: Definition, variable: Variable): void {
    if (definition.how === "def") this.#functions!.set(definition.function, variable);
    if (definition.how === "assign" && definition.value.kind === "lambda") {
      this.#functions!.set(definition.value.function, variable);
    }
  }

  /** The type comment of a def: on the line of its header, or the next one. */
  typeComment(node: FunctionNode): { parameters: string[]; result: string } | undefined {
    this.#typeComments ??= findTypeComments(this.tree);
    return this.#typeComments.get(node);
  }

  /** The path inside the project that a load statement's text stands for. */
  loadPath(text: string): string | undefined {
    return resolveLoadPath(this.path, text);
  }

  /** The analysis of the file that a load statement's text stands for. */
  loaded(text: string): Analysis | undefined {
    const path = this.loadPath(text);
    return path === undefined ? undefined : this.environment.file(path);
  }

  /** The analysis of a file, which may be this one. */
  inFile(path: string): Analysis | undefined {
    return path === this.path ? this : this.environment.file(path);
  }

  /** The type of what a load statement binds. */
  loadedType({ statement, remote }: Extract<Definition, { how: "load" }>): Type {
    const other = this.loaded(toText(statement.module.value));
    const variable = other?.symbols.file.variables.get(remote);
    return other === undefined || other === this || variable === undefined
      ? any
      : other.inference.typeOfVariable(variable);
  }

  /** The variable of an identifier, or the supplied name that it is. */
  meaningOf(identifier: Identifier): Variable | Entry | undefined {
    return this.symbols.variables.get(identifier) ?? this.knownName(identifier.name);
  }
}

function findTypeComments({
  body,
  comments,
  file,
}: SourceTree): Map<FunctionNode, { parameters: string[]; result: string }> {
  const found = new Map<FunctionNode, { parameters: string[]; result: string }>();
  const written = comments.filter((comment) => typeComment(comment, file.text)?.startsWith("(") === true);
  if (written.length === 0) return found;
  walkStatements(body, {
    statement(statement) {
      if (statement.kind !== "def") return;
      const first = statement.function.body[0];
      const end = first === undefined ? statement.end : startOf(first);
      const comment = written.find(({ start }) => start > statement.close && start < end);
      const type = comment === undefined ? undefined : parseTypeComment(file.text.slice(comment.start, comment.end));
      if (type !== undefined) found.set(statement.function, type);
    },
  });
  return found;
}
