/**
 * Blocks and bindings (specification: Identifiers and scope).
 *
 * The file is the outermost block; functions and comprehensions are blocks within. A name is bound by its block as a
 * whole, also for uses that come before the binding, so uses are collected and looked up when their function is complete
 * (locals) and when the file is complete (everything else). A comprehension's variables are locals of the function
 * around it.
 */
import { nearest } from "./spelling.ts";
import type { Binding, DialectOptions, FunctionScope, Identifier, SourceFile } from "./tree.ts";
import { formatLocation } from "../../../core/errors.ts";
import { toText } from "../values/text.ts";

/** Names that exist before the file binds any. All names are byte strings. */
export interface KnownNames {
  /** Of this kind of file. */
  isPredeclared(name: string): boolean;
  /** Of the language. */
  isUniversal(name: string): boolean;
  /** Globals of what was evaluated before, in a session: what uses one shares it. */
  isGlobal?(name: string): boolean;
  /** All of them, for spelling hints. */
  names?: readonly string[];
}

export type Report = (message: string, pos: number) => void;

interface Block {
  parent: Block | undefined;
  /** The outermost block around, below the file's; for the file's block itself undefined. */
  root: Block | undefined;
  /** Of a function, or of the file; a comprehension has none of its own. */
  scope: FunctionScope | undefined;
  /** A function's also has what it captures from outside. */
  bindings: Map<string, Variable>;
  children: Block[];
  /** Uses in this function (or in the file outside functions) that are not looked up yet, and their blocks. */
  uses: { identifier: Identifier; block: Block }[];
}

/** A binding with an index. */
type Variable = Extract<Binding, { index: number }>;

/** A spelling hint compares with every name in reach; past these numbers of hints and of names there is none. */
const maximalHints = 20;
const maximalCandidates = 5000;
/** A captured variable takes a place in every function between; it bounds what a hostile file can cost. */
const maximalCaptures = 100_000;

/** The blocks of one file while it is resolved. */
export class Scopes {
  readonly globals: string[] = [];
  readonly loadedNames: string[] = [];
  /** The top level as a function. */
  readonly top: FunctionScope = { locals: [], cells: [], free: [] };

  readonly #source: SourceFile;
  readonly #options: DialectOptions;
  readonly #known: KnownNames;
  readonly #report: Report;
  readonly #fileBlock: Block;
  readonly #globalBindings = new Map<string, Variable>();
  readonly #predeclared = new Map<string, Binding>();
  /** Where a global or loaded name is bound first. */
  readonly #firstBound = new Map<Binding, number>();
  /** Names that some function or comprehension binds; all others belong to the top level. */
  readonly #localNames = new Set<string>();
  /** Undefined names by the outermost block of their use: there each is reported once. */
  readonly #undefined = new Map<Block, Set<string>>();
  #block: Block;
  #hints = 0;
  #captures = 0;

  constructor(source: SourceFile, options: DialectOptions, known: KnownNames, report: Report) {
    this.#source = source;
    this.#options = options;
    this.#known = known;
    this.#report = report;
    this.#fileBlock = newBlock(undefined, this.top);
    this.#block = this.#fileBlock;
  }

  get inFunction(): boolean {
    return this.#container() !== this.#fileBlock;
  }

  /** Enters a function's block, or a comprehension's when there is no scope. */
  open(scope?: FunctionScope): void {
    const block = newBlock(this.#block, scope);
    this.#block.children.push(block);
    this.#block = block;
  }

  close(): void {
    const block = this.#block;
    if (block.scope !== undefined) lookUpLocals(block);
    this.#block = block.parent!;
  }

  /** Binds a name in the current block: a global at the top level, else a local. Whether it was bound there already. */
  bind(identifier: Identifier): boolean {
    if (this.#block !== this.#fileBlock) return this.#bindLocal(identifier);
    const { name, pos } = identifier;
    const bound = this.#fileBlock.bindings.get(name) ?? this.#globalBindings.get(name);
    if (bound !== undefined) {
      if (!this.#options.globalReassign) this.#reportReassignment(identifier, bound);
      identifier.binding = bound;
      return true;
    }
    identifier.binding = this.#bindGlobal(name, pos);
    return false;
  }

  #bindGlobal(name: string, pos: number): Variable {
    const binding: Variable = { kind: "global", index: this.globals.push(name) - 1 };
    this.#globalBindings.set(name, binding);
    this.#firstBound.set(binding, pos);
    return binding;
  }

  /** Binds a name that a load statement brings: visible in this file only. Whether it was bound already. */
  bindLoaded(identifier: Identifier): boolean {
    if (this.#block !== this.#fileBlock) return this.#bindLocal(identifier);
    const { name, pos } = identifier;
    const { bindings } = this.#fileBlock;
    const wasBound = bindings.has(name);
    if (!wasBound) {
      const binding: Variable = { kind: "loaded", index: this.loadedNames.push(name) - 1 };
      bindings.set(name, binding);
      this.#firstBound.set(binding, pos);
    }
    this.use(identifier);
    return wasBound;
  }

  /**
   * Notes a use; `identifier.binding` is set now or later. With globalReassign a use at the top level sees only what comes
   * before it.
   */
  use(identifier: Identifier): void {
    const block = this.#block;
    if (this.#options.globalReassign && block === this.#fileBlock) {
      identifier.binding = this.#lookUpTopLevel(identifier, block)!;
      return;
    }
    this.#container().uses.push({ identifier, block });
  }

  /** At the end of the file: looks up everything that is still open. */
  finish(): void {
    lookUpLocals(this.#fileBlock);
    this.#lookUpRest(this.#fileBlock);
  }

  #container(): Block {
    return containerOf(this.#block);
  }

  #bindLocal(identifier: Identifier): boolean {
    const { bindings } = this.#block;
    const { name } = identifier;
    const wasBound = bindings.has(name);
    if (!wasBound) {
      const { locals } = this.#container().scope!;
      bindings.set(name, { kind: "local", index: locals.push(name) - 1 });
      this.#localNames.add(name);
    }
    this.use(identifier);
    return wasBound;
  }

  #reportReassignment({ name, pos }: Identifier, bound: Binding): void {
    const scope = bound.kind === "global" ? "global" : "local";
    const where = formatLocation(this.#source.location(this.#firstBound.get(bound)!));
    this.#report(`cannot reassign ${scope} ${toText(name)} declared at ${where}`, pos);
  }

  /** Inner blocks first. */
  #lookUpRest(block: Block): void {
    for (const child of block.children) this.#lookUpRest(child);
    for (const { identifier, block: usedIn } of block.uses) {
      const isLocal = this.#localNames.has(identifier.name);
      const binding = (isLocal && this.#lookUp(identifier, usedIn)) || this.#lookUpTopLevel(identifier, usedIn);
      if (binding !== undefined) identifier.binding = binding;
    }
  }

  /** Looks for a local variable from `block` outwards. */
  #lookUp(identifier: Identifier, block: Block): Variable | undefined {
    if (block === this.#fileBlock) return undefined;
    const bound = block.bindings.get(identifier.name);
    if (bound !== undefined) return bound;
    const outer = this.#lookUp(identifier, block.parent!);
    return outer === undefined || block.scope === undefined ? outer : this.#capture(identifier, outer, block);
  }

  /** A variable of an outer function becomes a cell there and is free in the function of this block. */
  #capture({ name, pos }: Identifier, outer: Variable, { scope, parent, bindings }: Block): Variable {
    if (++this.#captures > maximalCaptures) {
      if (this.#captures === maximalCaptures + 1) {
        this.#report(`too many variables of enclosing functions in use, limit is ${maximalCaptures}`, pos);
      }
      return outer;
    }
    if (outer.kind === "local") {
      outer.kind = "cell";
      containerOf(parent!).scope!.cells.push(outer.index);
    }
    const from = outer.kind === "free" ? "free" : "cell";
    const free: Variable = { kind: "free", index: scope!.free.push({ name, from, index: outer.index }) - 1 };
    bindings.set(name, free);
    return free;
  }

  #lookUpTopLevel(identifier: Identifier, usedIn: Block): Binding | undefined {
    const { name, pos } = identifier;
    const bound = this.#fileBlock.bindings.get(name) ?? this.#globalBindings.get(name) ?? this.#predeclared.get(name);
    if (bound !== undefined) return bound;
    if (this.#known.isGlobal?.(name) === true) return this.#bindGlobal(name, pos);
    const known = this.#lookUpKnown(name, pos);
    if (known === undefined) this.#reportUndefined(identifier, usedIn);
    else this.#predeclared.set(name, known);
    return known;
  }

  #lookUpKnown(name: string, pos: number): Binding | undefined {
    if (this.#known.isPredeclared(name)) return { kind: "predeclared", name };
    if (!this.#known.isUniversal(name)) return undefined;
    if (name === "set" && !this.#options.set) this.#report("this Starlark dialect does not support sets", pos);
    return { kind: "universal", name };
  }

  /** Once for each function or comprehension at the top level, every time outside of them. */
  #reportUndefined({ name, pos }: Identifier, usedIn: Block): void {
    if (usedIn.root !== undefined) {
      const reported = this.#undefined.get(usedIn.root) ?? new Set();
      if (reported.has(name)) return;
      this.#undefined.set(usedIn.root, reported.add(name));
    }
    this.#report(`undefined: ${toText(name)}${this.#hint(name, usedIn)}`, pos);
  }

  #hint(name: string, usedIn: Block): string {
    if (++this.#hints > maximalHints) return "";
    const names = [...this.globals, ...(this.#known.names ?? [])];
    for (let block: Block | undefined = usedIn; block !== undefined; block = block.parent) {
      for (const candidate of block.bindings.keys()) names.push(candidate);
    }
    const near = names.length > maximalCandidates ? undefined : nearest(name, names);
    return near === undefined ? "" : ` (did you mean ${toText(near)}?)`;
  }
}

function newBlock(parent: Block | undefined, scope: FunctionScope | undefined): Block {
  const block: Block = { parent, root: undefined, scope, bindings: new Map(), children: [], uses: [] };
  if (parent !== undefined) block.root = parent.root ?? block;
  return block;
}

/** The function, or the file, that a block belongs to. */
function containerOf(block: Block): Block {
  let container = block;
  while (container.scope === undefined) container = container.parent!;
  return container;
}

/** Gives the uses of this function's own variables their bindings and keeps the others. */
function lookUpLocals(container: Block): void {
  container.uses = container.uses.filter(({ identifier, block }) => {
    const binding = findLocal(identifier.name, block);
    if (binding !== undefined) identifier.binding = binding;
    return binding === undefined;
  });
}

function findLocal(name: string, from: Block): Variable | undefined {
  for (let block = from; ; block = block.parent!) {
    const binding = block.bindings.get(name);
    if (binding !== undefined || block.scope !== undefined) return binding;
  }
}
