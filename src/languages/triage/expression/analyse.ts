/** What an expression names, known before it is computed: what is not of the language is told, and what it reads is kept. */
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import type { ResourceType } from "../model.ts";
import { apiNames } from "./api.ts";
import { wholeMark } from "../plan/resource.ts";
import { similarMethod } from "./evaluate.ts";
import { constants, methodNames } from "./methods/table.ts";
import { ExpressionSyntaxError } from "./syntax-error.ts";
import type { Block, CallNode, Node } from "./tree.ts";

/** What a text about no single resource has as its resource. */
const ofSummaries: ReadonlySet<string> = new Set(["type", "title", "items"]);

/** Functions without a receiver. */
const functions = new Set(["Array", "String", "Integer", "Float", "format", "sprintf"]);

/**
 * Members of the resource that an expression reads; "all" when that cannot be told. `type` is undefined where there is no resource. Throws
 * ExpressionSyntaxError for a name that is not of the language.
 */
export function analyse(node: Node, type: ResourceType | undefined): Set<string> | "all" {
  const analysis = new Analysis(type);
  analysis.visit(node);
  return analysis.readsAll ? "all" : analysis.keys;
}

class Analysis {
  readonly #type: ResourceType | undefined;
  readonly keys = new Set<string>();
  readsAll = false;

  constructor(type: ResourceType | undefined) {
    this.#type = type;
  }

  visit(node: Node): void {
    switch (node.kind) {
      case "call":
        return this.#call(node);
      case "constant":
        return this.#constant(node.name, node.offset);
      default:
        for (const part of partsOf(node)) this.visit(part);
    }
  }

  #constant(name: string, offset: number): void {
    if (constants.has(name)) return;
    throw new ExpressionSyntaxError(`${name} cannot be named here; there are ${[...constants].join(", ")}`, offset);
  }

  #call(node: CallNode & { offset: number }): void {
    const { receiver, name, args, block, offset } = node;
    if (receiver === undefined) this.#ownName(name, offset);
    else {
      const key = isResource(receiver) ? keyOf(node) : undefined;
      if (key === undefined) this.visit(receiver);
      else {
        this.#ownName("resource", receiver.offset, key);
        this.keys.add(key).add(key + wholeMark);
      }
      if (!methodNames.has(name)) {
        throw new ExpressionSyntaxError(
          `the method ${name} is not of the language of these expressions${similarMethod(name)}`,
          offset,
        );
      }
    }
    for (const arg of args) this.visit(arg);
    this.#block(block);
  }

  #block(block: Block | undefined): void {
    if (block === undefined) return;
    if (block.kind === "block") return this.visit(block.body);
    if (methodNames.has(block.name)) return;
    throw new ExpressionSyntaxError(
      `the method ${block.name} is not of the language of these expressions${similarMethod(block.name)}`,
      block.offset,
    );
  }

  /** `key` is the member that is read of it, where that is known. */
  #ownName(name: string, offset: number, key?: string): void {
    const known = apiNames.get(name);
    if (known === undefined) {
      if (functions.has(name)) return;
      const meant = nearest(name, apiNames.keys());
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      throw new ExpressionSyntaxError(`${name} is not of the language of these expressions${hint}`, offset);
    }
    if (this.#type === undefined && known.isPublic !== true && !ofSummaries.has(key ?? "")) {
      throw new ExpressionSyntaxError(`there is no ${name} here: this text is about no single resource`, offset);
    }
    if (this.#type !== undefined && !known.types.includes(this.#type)) {
      throw new ExpressionSyntaxError(`${name} is for ${known.types.join(", ")}, and these are ${this.#type}`, offset);
    }
    for (const key of known.keys) this.keys.add(key);
    if (name === "resource" && key === undefined) this.readsAll = true;
  }
}

function isResource(node: Node): boolean {
  return node.kind === "call" && node.receiver === undefined && node.name === "resource";
}

/** The member that `resource[:x]`, `resource.dig(:x)` and `resource.fetch("x")` read; undefined for others. */
function keyOf({ name, args }: CallNode): string | undefined {
  const [first] = args;
  if (!["[]", "dig", "fetch", "key?", "has_key?"].includes(name)) return undefined;
  if (first?.kind !== "symbol" && first?.kind !== "text") return undefined;
  const [part = "", ...more] = first.parts;
  return typeof part === "string" && more.length === 0 ? part : undefined;
}

/** The nodes that a node is made of. */
function partsOf(node: Node): Node[] {
  switch (node.kind) {
    case "text":
    case "symbol":
    case "pattern":
      return node.parts.filter((part) => typeof part !== "string");
    case "array":
    case "sequence":
      return node.items;
    case "hash":
      return node.pairs.flat();
    case "range":
      return [node.from, node.to].filter((part) => part !== undefined);
    case "assign":
      return [node.value];
    case "and":
    case "or":
      return [node.left, node.right];
    case "not":
      return [node.of];
    case "if":
      return [node.condition, node.body, node.otherwise].filter((part) => part !== undefined);
    case "case":
      return [node.subject, ...node.branches.flatMap(({ values, body }) => [...values, body]), node.otherwise].filter(
        (part) => part !== undefined,
      );
    case "next":
      return node.value === undefined ? [] : [node.value];
    default:
      return [];
  }
}
