/** Goes through the words of an expression, and counts what is made of them. */
import { ExpressionSyntaxError } from "./syntax-error.ts";
import type { Token } from "./token.ts";
import type { CallNode, Node } from "./tree.ts";

/** Nodes of one expression, and how deep they may be in each other. */
const maxNodes = 4000;
const maxDepth = 60;

export class TokenReader {
  readonly #tokens: Token[];
  #at = 0;
  #nodes = 0;
  #depth: number;

  constructor(tokens: Token[], depth: number) {
    this.#tokens = tokens;
    this.#depth = depth;
  }

  protected get token(): Token {
    return this.#tokens[this.#at]!;
  }

  /** The word after this one. */
  protected get following(): Token | undefined {
    return this.#tokens[this.#at + 1];
  }

  protected get depth(): number {
    return this.#depth;
  }

  /** Goes on by so many words. */
  protected advance(count = 1): void {
    this.#at += count;
  }

  protected is(name: string): boolean {
    const token = this.token;
    return (token.kind === "operator" || token.kind === "keyword") && token.name === name;
  }

  protected isAt(words: readonly string[]): boolean {
    return this.token.kind === "end" || words.some((word) => this.is(word));
  }

  protected take(name: string): boolean {
    if (!this.is(name)) return false;
    this.advance();
    return true;
  }

  protected expect(name: string): void {
    if (!this.take(name)) throw this.unexpected(`"${name}"`);
  }

  protected unexpected(wanted?: string): ExpressionSyntaxError {
    const token = this.token;
    const got = token.kind === "end" ? "the end" : "name" in token ? `"${token.name}"` : `a ${token.kind}`;
    return new ExpressionSyntaxError(
      `${wanted === undefined ? "" : `${wanted} is missing before `}${got}${wanted === undefined ? " is not understood here" : ""}`,
      token.offset,
    );
  }

  protected node(node: Node): Node {
    if (++this.#nodes > maxNodes) throw new ExpressionSyntaxError("the expression is too long", node.offset);
    return node;
  }

  protected deeper<T>(parse: () => T): T {
    if (++this.#depth > maxDepth) throw new ExpressionSyntaxError("it is nested too deeply", this.token.offset);
    const result = parse();
    this.#depth--;
    return result;
  }
}

/** A call, so far without arguments of its own. */
export function callNode(
  receiver: Node | undefined,
  name: string,
  args: Node[],
  offset: number,
): CallNode & { offset: number } {
  return { kind: "call", receiver, name, args, block: undefined, isSafe: false, offset };
}
