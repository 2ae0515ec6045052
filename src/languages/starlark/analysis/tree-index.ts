/** The nodes of a tree by kind, and what is around each. */
import type { Expression, FunctionNode, Statement } from "../syntax/tree.ts";
import { blocksOf, childrenOf, expressionsOf } from "./walk.ts";

export type Node = Statement | Expression;
type ExpressionOf<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** A list of statements and what it belongs to. */
export interface Block {
  statements: readonly Statement[];
  /** The statement whose block it is; undefined for the file's and for a lambda's. */
  owner: Statement | undefined;
  /** The function it belongs to; undefined outside of functions. */
  function: FunctionNode | undefined;
}

export class TreeIndex {
  readonly blocks: Block[] = [];
  /** Every def and lambda, outer ones first. */
  readonly functions: FunctionNode[] = [];
  readonly #expressions = new Map<string, Expression[]>();
  readonly #statements = new Map<string, Statement[]>();
  readonly #parents = new Map<Node, Node>();
  readonly #functionOf = new Map<Node, FunctionNode>();
  #function: FunctionNode | undefined;

  constructor(body: readonly Statement[]) {
    this.#block(body, undefined);
  }

  /** All expressions of a kind, in the order of the text. */
  expressions<Kind extends Expression["kind"]>(kind: Kind): readonly ExpressionOf<Kind>[] {
    return (this.#expressions.get(kind) ?? []) as ExpressionOf<Kind>[];
  }

  /** All statements of a kind, in the order of the text. */
  statements<Kind extends Statement["kind"]>(kind: Kind): readonly StatementOf<Kind>[] {
    return (this.#statements.get(kind) ?? []) as StatementOf<Kind>[];
  }

  /** The expression or statement directly around a node; a lambda is around its body, a def around its own. */
  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The function that a node is in; undefined at the top level. */
  functionOf(node: Node): FunctionNode | undefined {
    return this.#functionOf.get(node);
  }

  /** The nodes around a node, innermost first. */
  *around(node: Node): Generator<Node> {
    for (let parent = this.#parents.get(node); parent !== undefined; parent = this.#parents.get(parent)) yield parent;
  }

  #block(statements: readonly Statement[], owner: Statement | undefined): void {
    this.blocks.push({ statements, owner, function: this.#function });
    for (const statement of statements) this.#statement(statement, owner);
  }

  #statement(statement: Statement, owner: Node | undefined): void {
    add(this.#statements, statement);
    this.#place(statement, owner);
    if (statement.kind === "def") {
      this.#expression(statement.name, statement);
      this.#functionNode(statement.function, statement);
      return;
    }
    for (const expression of expressionsOf(statement)) this.#expression(expression, statement);
    for (const block of blocksOf(statement)) this.#block(block, statement);
  }

  #expression(expression: Expression, parent: Node): void {
    add(this.#expressions, expression);
    this.#place(expression, parent);
    if (expression.kind === "lambda") this.#functionNode(expression.function, expression);
    else for (const child of childrenOf(expression)) this.#expression(child, expression);
  }

  #functionNode(node: FunctionNode, owner: Node): void {
    this.functions.push(node);
    for (const { default: value } of node.parameters) if (value !== undefined) this.#expression(value, owner);
    const outer = this.#function;
    this.#function = node;
    for (const { name } of node.parameters) if (name !== undefined) this.#expression(name, owner);
    if (owner.kind === "def") this.#block(node.body, owner);
    else for (const statement of node.body) this.#statement(statement, owner);
    this.#function = outer;
  }

  #place(node: Node, parent: Node | undefined): void {
    if (parent !== undefined) this.#parents.set(node, parent);
    if (this.#function !== undefined) this.#functionOf.set(node, this.#function);
  }
}

function add<T extends Node>(lists: Map<string, T[]>, node: T): void {
  const list = lists.get(node.kind);
  if (list === undefined) lists.set(node.kind, [node]);
  else list.push(node);
}
