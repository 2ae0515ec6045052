/** Values, calls and what stands between brackets and keywords. */
import { ExpressionSyntaxError } from "./syntax-error.ts";
import type { TextPart, Token } from "./token.ts";
import { callNode, TokenReader } from "./token-reader.ts";
import type { Block, CallNode, Node, Parameter } from "./tree.ts";

export abstract class TermParser extends TokenReader {
  /** Local variables and parameters that can be seen. */
  protected locals: Set<string>;
  /** Hashes without braces. */
  readonly #bare = new Set<Node>();

  constructor(tokens: Token[], locals: Set<string>, depth: number) {
    super(tokens, depth);
    this.locals = locals;
  }

  /** Statements until one of these words, or the end. */
  protected abstract statements(until: readonly string[]): Node;

  protected abstract statement(): Node;

  protected abstract expression(): Node;

  /** What stands in `#{…}`. */
  protected abstract interpolated(tokens: Token[]): Node;

  /** What is done with a value, which is read where it is not given. */
  protected postfix(first?: Node): Node {
    let node = first ?? this.#primary();
    for (;;) {
      const { offset, newline, space } = this.token;
      if (newline) return node;
      if (this.is(".") || this.is("&.")) {
        const isSafe = this.is("&.");
        this.advance();
        node = this.#member(node, isSafe);
      } else if (this.is("[") && !space) {
        this.advance();
        node = this.node(callNode(node, "[]", this.#list("]"), offset));
      } else if (this.is("::")) {
        throw new ExpressionSyntaxError("modules and their constants cannot be named here", offset);
      } else return node;
    }
  }

  #member(receiver: Node, isSafe: boolean): Node {
    const token = this.token;
    if (token.kind !== "name" && token.kind !== "keyword" && token.kind !== "constant") {
      throw this.unexpected("the name of a method");
    }
    this.advance();
    const call = { ...callNode(receiver, token.name, [], token.offset), isSafe };
    this.#arguments(call, token);
    return this.node(call);
  }

  /** Arguments in parentheses, or behind a space as far as it is clear that they are some, and a block. */
  #arguments(call: CallNode, name: Token): void {
    const next = this.token;
    if (this.is("(") && !next.space) {
      this.advance();
      call.args = this.#list(")", call);
    } else if (next.space && !next.newline && this.#beginsArgument(name)) {
      do this.#argument(call);
      while (this.take(","));
    }
    if (this.is("{") && !this.token.newline) call.block = this.#block("{", "}");
    else if (this.is("do") && !this.token.newline) call.block = this.#block("do", "end");
  }

  #beginsArgument(name: Token): boolean {
    const token = this.token;
    switch (token.kind) {
      case "integer":
      case "float":
      case "string":
      case "symbol":
      case "regex":
      case "words":
      case "name":
      case "constant":
        return true;
      case "keyword":
        return ["nil", "true", "false"].includes(token.name);
      case "operator": {
        const isTight = this.following?.space === false;
        if (token.name === "[") return name.kind === "name" && isTight;
        return token.name === "&" && isTight;
      }
      default:
        return false;
    }
  }

  #list(close: string, call?: CallNode): Node[] {
    const holder: Pick<CallNode, "args" | "block"> = call ?? { args: [], block: undefined };
    holder.args = [];
    while (!this.is(close)) {
      this.#argument(holder);
      if (!this.take(",")) break;
    }
    this.expect(close);
    return holder.args;
  }

  /** One argument; members of a hash without braces are one together. */
  #argument(holder: Pick<CallNode, "args" | "block">): void {
    const token = this.token;
    if (this.is("&")) {
      this.advance();
      const method = this.token;
      const [name] = method.kind === "symbol" ? method.parts : [];
      if (typeof name !== "string")
        throw new ExpressionSyntaxError("only &:name can be passed as a block", method.offset);
      this.advance();
      holder.block = { kind: "method", name, offset: method.offset };
      return;
    }
    if (this.is("*") || this.is("**")) throw new ExpressionSyntaxError("arguments cannot be spread", token.offset);
    const pair = this.#pair();
    if (!("pair" in pair)) return void holder.args.push(pair.node);
    const last = holder.args.at(-1);
    if (last?.kind === "hash" && this.#bare.has(last)) return void last.pairs.push(pair.pair);
    const hash = this.node({ kind: "hash", pairs: [pair.pair], offset: token.offset });
    this.#bare.add(hash);
    holder.args.push(hash);
  }

  /** `key: value`, `"key": value`, `key => value`, or one expression. */
  #pair(): { pair: [Node, Node] } | { node: Node } {
    const token = this.token;
    if (token.kind === "label") {
      this.advance();
      const key = this.node({ kind: "symbol", parts: [token.name], offset: token.offset });
      return { pair: [key, this.expression()] };
    }
    const next = this.following;
    if (token.kind === "string" && next?.kind === "operator" && next.name === ":" && !next.space) {
      this.advance(2);
      const key = this.node({ kind: "symbol", parts: this.#parts(token.parts), offset: token.offset });
      return { pair: [key, this.expression()] };
    }
    const node = this.expression();
    return this.take("=>") ? { pair: [node, this.expression()] } : { node };
  }

  #block(open: string, close: string): Block {
    const { offset } = this.token;
    this.expect(open);
    const outer = this.locals;
    this.locals = new Set(outer);
    const parameters: Parameter[] = [];
    if (this.take("|")) {
      while (!this.is("|")) {
        parameters.push(this.take("(") ? this.#nested() : this.#parameter());
        if (!this.take(",")) break;
      }
      this.expect("|");
    } else {
      this.locals.add("it");
      this.locals.add("_1");
    }
    const body = this.deeper(() => this.statements([close]));
    this.expect(close);
    this.locals = outer;
    return { kind: "block", parameters, body, offset };
  }

  #parameter(): string {
    const token = this.token;
    if (token.kind !== "name") throw this.unexpected("the name of a parameter");
    this.advance();
    this.locals.add(token.name);
    return token.name;
  }

  /** The parameters in `(a, b)`. */
  #nested(): string[] {
    const names = [this.#parameter()];
    while (this.take(",")) names.push(this.#parameter());
    this.expect(")");
    return names;
  }

  #primary(): Node {
    const token = this.token;
    const { offset } = token;
    switch (token.kind) {
      case "integer":
        this.advance();
        return this.node({ kind: "literal", value: token.value, offset });
      case "float":
        this.advance();
        return this.node({ kind: "float", value: token.value, offset });
      case "string":
      case "symbol":
        this.advance();
        return this.node({
          kind: token.kind === "string" ? "text" : "symbol",
          parts: this.#parts(token.parts),
          offset,
        });
      case "regex":
        this.advance();
        return this.node({ kind: "pattern", parts: this.#parts(token.parts), flags: token.flags, offset });
      case "words":
        this.advance();
        return this.#words(token.items, token.areSymbols, offset);
      case "constant":
        this.advance();
        return this.#constant(token.name, token);
      case "name":
        this.advance();
        return this.#name(token.name, token);
      case "keyword":
        return this.#keyword(token.name, offset);
      case "operator":
        return this.#bracket(token.name, offset);
      default:
        throw this.unexpected();
    }
  }

  #words(items: string[], areSymbols: boolean, offset: number): Node {
    const nodes = items.map((item) => this.node({ kind: areSymbols ? "symbol" : "text", parts: [item], offset }));
    return this.node({ kind: "array", items: nodes, offset });
  }

  /** `Array(x)` and the like are calls; others are names of classes. */
  #constant(name: string, token: Token): Node {
    if (!this.is("(") || this.token.space) return this.node({ kind: "constant", name, offset: token.offset });
    const call = callNode(undefined, name, [], token.offset);
    this.#arguments(call, token);
    return this.node(call);
  }

  #name(name: string, token: Token): Node {
    const { offset } = token;
    if (this.locals.has(name) && !(this.is("(") && !this.token.space)) {
      return this.node({ kind: "variable", name, offset });
    }
    const call = callNode(undefined, name, [], offset);
    // Names of a resource take no arguments, so what follows is not one.
    if (this.is("(") && !this.token.space) this.#arguments(call, token);
    return this.node(call);
  }

  #parts(parts: readonly TextPart[]): (string | Node)[] {
    return parts.map((part) => {
      return typeof part === "string" ? part : this.deeper(() => this.node(this.interpolated(part.tokens)));
    });
  }

  #keyword(name: string, offset: number): Node {
    this.advance();
    switch (name) {
      case "nil":
        return this.node({ kind: "literal", value: null, offset });
      case "true":
      case "false":
        return this.node({ kind: "literal", value: name === "true", offset });
      case "if":
      case "unless":
        return this.deeper(() => this.#conditional(name === "unless", offset));
      case "case":
        return this.deeper(() => this.#case(offset));
      case "not":
        return this.node({ kind: "not", of: this.deeper(() => this.expression()), offset });
      default:
        this.advance(-1);
        throw this.unexpected();
    }
  }

  #conditional(isNegated: boolean, offset: number): Node {
    let condition = this.statement();
    if (isNegated) condition = this.node({ kind: "not", of: condition, offset });
    this.take("then");
    const body = this.statements(["elsif", "else", "end"]);
    const next = this.token;
    if (this.take("elsif")) {
      const otherwise = this.deeper(() => this.#conditional(false, next.offset));
      return this.node({ kind: "if", condition, body, otherwise, offset });
    }
    const otherwise = this.take("else") ? this.statements(["end"]) : undefined;
    this.expect("end");
    return this.node({ kind: "if", condition, body, otherwise, offset });
  }

  #case(offset: number): Node {
    const subject = this.is("when") ? undefined : this.statement();
    const branches: { values: Node[]; body: Node }[] = [];
    while (this.take("when")) {
      const values = [this.expression()];
      while (this.take(",")) values.push(this.expression());
      this.take("then");
      branches.push({ values, body: this.statements(["when", "else", "end"]) });
    }
    const otherwise = this.take("else") ? this.statements(["end"]) : undefined;
    this.expect("end");
    return this.node({ kind: "case", subject, branches, otherwise, offset });
  }

  #bracket(name: string, offset: number): Node {
    if (name !== "(" && name !== "[" && name !== "{") throw this.unexpected();
    this.advance();
    return this.deeper(() => {
      if (name === "[") return this.node({ kind: "array", items: this.#list("]"), offset });
      if (name === "{") return this.#hash(offset);
      const node = this.statements([")"]);
      this.expect(")");
      return node;
    });
  }

  #hash(offset: number): Node {
    const pairs: [Node, Node][] = [];
    while (!this.is("}")) {
      const pair = this.#pair();
      if (!("pair" in pair)) throw this.unexpected('"=>"');
      pairs.push(pair.pair);
      if (!this.take(",")) break;
    }
    this.expect("}");
    return this.node({ kind: "hash", pairs, offset });
  }
}
