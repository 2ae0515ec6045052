/**
 * What the names of a file mean, for tools: every variable with all its places. Unlike the resolver it also works on a tree
 * with gaps, and keeps for each name where it is bound and used (specification: Identifiers and scope).
 */
import type { Expression, FunctionNode, Identifier, LoadStatement, Parameter, Statement } from "../syntax/tree.ts";
import { boundIn, childrenOf } from "./walk.ts";

/** How a name is bound. */
export type Definition = { identifier: Identifier } & (
  | { how: "assign" | "augmented"; target: Expression; value: Expression }
  | { how: "for"; target: Expression; iterable: Expression }
  | { how: "parameter"; parameter: Parameter; function: FunctionNode; index: number }
  | { how: "def"; function: FunctionNode }
  | { how: "load"; statement: LoadStatement; remote: string }
);

/** A variable. */
export interface Variable {
  /** A byte string, like all names of the tree. */
  name: string;
  scope: Scope;
  /** In the order of the text; a parameter's is the first. */
  definitions: Definition[];
  /** Where it is read; `x += 1` reads x too. */
  uses: Identifier[];
}

/** The file, a function or a comprehension. */
export interface Scope {
  kind: "file" | "function" | "comprehension";
  parent: Scope | undefined;
  /** Of a function. */
  function?: FunctionNode;
  /** Of a comprehension. */
  comprehension?: Extract<Expression, { kind: "comprehension" }>;
  variables: Map<string, Variable>;
  children: Scope[];
}

/** All names of a file. */
export interface Symbols {
  file: Scope;
  /** Each binding and use of a variable of the file. */
  variables: ReadonlyMap<Identifier, Variable>;
  /** Uses of names that the file does not bind: those of the language, and undefined ones. */
  foreign: readonly { identifier: Identifier; scope: Scope }[];
  scopes: ReadonlyMap<FunctionNode | Extract<Expression, { kind: "comprehension" }>, Scope>;
}

/** Finds out what the names of a file mean. */
export function findSymbols(body: readonly Statement[]): Symbols {
  const finder = new SymbolFinder();
  finder.statements(body);
  finder.finish();
  return finder;
}

class SymbolFinder implements Symbols {
  readonly file: Scope = { kind: "file", parent: undefined, variables: new Map(), children: [] };
  readonly variables = new Map<Identifier, Variable>();
  readonly foreign: { identifier: Identifier; scope: Scope }[] = [];
  readonly scopes = new Map<FunctionNode | Extract<Expression, { kind: "comprehension" }>, Scope>();
  /** Uses that are looked up when the whole file is known. */
  readonly #open: { identifier: Identifier; scope: Scope }[] = [];
  #scope = this.file;

  statements(list: readonly Statement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  finish(): void {
    for (const { identifier, scope } of this.#open) this.#lookUp(identifier, scope);
    this.#open.length = 0;
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "assign": {
        const { target, value, operator } = statement;
        this.#expression(value);
        this.#target(target, (identifier) => {
          if (operator !== "") this.#use(identifier);
          return { identifier, how: operator === "" ? "assign" : "augmented", target, value };
        });
        return;
      }
      case "expression":
        this.#expression(statement.value);
        return;
      case "def":
        this.#bind({ identifier: statement.name, how: "def", function: statement.function });
        this.#function(statement.function);
        return;
      case "for": {
        const { target, iterable, body } = statement;
        this.#expression(iterable);
        this.#target(target, (identifier) => ({ identifier, how: "for", target, iterable }));
        this.statements(body);
        return;
      }
      case "while":
        this.#expression(statement.condition);
        this.statements(statement.body);
        return;
      case "if":
        this.#expression(statement.condition);
        this.statements(statement.body);
        this.statements(statement.orElse);
        return;
      case "return":
        if (statement.value !== undefined) this.#expression(statement.value);
        return;
      case "load":
        for (const { local, remote } of statement.names) {
          this.#bind({ identifier: local, how: "load", statement, remote: remote.value });
        }
        return;
      default:
    }
  }

  /** Binds the names of a target and reads what else is in it. */
  #target(target: Expression, define: (identifier: Identifier) => Definition): void {
    for (const identifier of boundIn(target)) this.#bind(define(identifier));
    this.#readTarget(target);
  }

  /** What a target reads: in `a[i].b` it reads a and i. */
  #readTarget(target: Expression): void {
    switch (target.kind) {
      case "identifier":
        return;
      case "tuple":
      case "list":
        for (const element of target.elements) this.#readTarget(element);
        return;
      case "paren":
        this.#readTarget(target.inner);
        return;
      default:
        this.#expression(target);
    }
  }

  #expression(expression: Expression): void {
    if (expression.kind === "identifier") this.#use(expression);
    else if (expression.kind === "comprehension") this.#comprehension(expression);
    else if (expression.kind === "lambda") this.#function(expression.function);
    else for (const child of childrenOf(expression)) this.#expression(child);
  }

  #comprehension(node: Extract<Expression, { kind: "comprehension" }>): void {
    const [first, ...rest] = node.clauses;
    if (first?.kind === "for") this.#expression(first.iterable);
    this.#enter({
      kind: "comprehension",
      comprehension: node,
      parent: this.#scope,
      variables: new Map(),
      children: [],
    });
    this.scopes.set(node, this.#scope);
    if (first?.kind === "for") this.#clauseTarget(first.target, first.iterable);
    for (const clause of rest) {
      if (clause.kind === "if") this.#expression(clause.condition);
      else {
        this.#clauseTarget(clause.target, clause.iterable);
        this.#expression(clause.iterable);
      }
    }
    if (node.key !== undefined) this.#expression(node.key);
    this.#expression(node.value);
    this.#scope = this.#scope.parent!;
  }

  #clauseTarget(target: Expression, iterable: Expression): void {
    this.#target(target, (identifier) => ({ identifier, how: "for", target, iterable }));
  }

  /** Defaults belong to the scope around. */
  #function(node: FunctionNode): void {
    for (const parameter of node.parameters) if (parameter.default !== undefined) this.#expression(parameter.default);
    this.#enter({ kind: "function", function: node, parent: this.#scope, variables: new Map(), children: [] });
    this.scopes.set(node, this.#scope);
    for (const [index, parameter] of node.parameters.entries()) {
      if (parameter.name === undefined) continue;
      this.#bind({ identifier: parameter.name, how: "parameter", parameter, function: node, index });
    }
    this.statements(node.body);
    this.#scope = this.#scope.parent!;
  }

  #enter(scope: Scope): void {
    this.#scope.children.push(scope);
    this.#scope = scope;
  }

  #bind(definition: Definition): void {
    const { identifier } = definition;
    const { variables } = this.#scope;
    let variable = variables.get(identifier.name);
    if (variable === undefined) {
      variable = { name: identifier.name, scope: this.#scope, definitions: [], uses: [] };
      variables.set(identifier.name, variable);
    }
    variable.definitions.push(definition);
    this.variables.set(identifier, variable);
  }

  /** The top level sees only what comes before; functions see everything. */
  #use(identifier: Identifier): void {
    const use = { identifier, scope: this.#scope };
    if (this.#scope.kind === "file") this.#lookUp(identifier, this.#scope);
    else this.#open.push(use);
  }

  #lookUp(identifier: Identifier, from: Scope): void {
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      const variable = scope.variables.get(identifier.name);
      if (variable === undefined) continue;
      variable.uses.push(identifier);
      this.variables.set(identifier, variable);
      return;
    }
    this.foreign.push({ identifier, scope: from });
  }
}
