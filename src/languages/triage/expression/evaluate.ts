/** Computes an expression for a resource: a pure function of the tree, the resource, the answers and the time. */
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import { type ApiScope, apiNames, askObject } from "./api.ts";
import { EvaluationError } from "./failure.ts";
import { ExpressionMeter } from "./meter.ts";
import { missing } from "./methods/common.ts";
import type { Invocation } from "./methods/method.ts";
import { makePattern } from "./methods/patterns.ts";
import { methodNames, methodOf } from "./methods/table.ts";
import { format } from "./methods/texts.ts";
import { equal, numberOf } from "./operators.ts";
import type { Block, CallNode, Node, Parameter } from "./tree.ts";
import { ApiObject, Constant, Float, Hash, holds, Pattern, Range, Sym, textOf, type Value } from "./values.ts";

/** Local variables, within those around them. */
interface Scope {
  names: Map<string, Value>;
  outer: Scope | undefined;
}

/** `next` leaves the block. */
class Next extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super("next");
    this.value = value;
  }
}

export interface Evaluated {
  value: Value;
  /** Whether something of the resource was asked for. */
  isPrivate: boolean;
}

/** `api` is absent where there is no resource. Throws EvaluationError, and Missing when an answer is not there. */
export function evaluate(node: Node, api: ApiScope | undefined, now: number): Evaluated {
  const evaluation = new Evaluation(api, now);
  const value = evaluation.value(node, { names: new Map(), outer: undefined });
  return { value, isPrivate: evaluation.isPrivate };
}

class Evaluation {
  readonly #api: ApiScope | undefined;
  readonly #now: number;
  readonly #meter = new ExpressionMeter();
  isPrivate = false;

  constructor(api: ApiScope | undefined, now: number) {
    this.#api = api;
    this.#now = now;
  }

  value(node: Node, scope: Scope): Value {
    try {
      this.#meter.charge(1);
      return this.#compute(node, scope);
    } catch (error) {
      if (error instanceof EvaluationError) error.offset ??= node.offset;
      throw error;
    }
  }

  #compute(node: Node, scope: Scope): Value {
    switch (node.kind) {
      case "literal":
        return node.value;
      case "float":
        return new Float(node.value);
      case "text":
        return this.#text(node.parts, scope);
      case "symbol":
        return new Sym(this.#text(node.parts, scope));
      case "pattern":
        return this.#pattern(node, scope);
      case "array":
        return node.items.map((item) => this.value(item, scope));
      case "hash":
        return Hash.of(node.pairs.map(([key, value]) => [this.value(key, scope), this.value(value, scope)] as const));
      case "range":
        return new Range(
          node.from === undefined ? null : this.value(node.from, scope),
          node.to === undefined ? null : this.value(node.to, scope),
          node.isOpen,
        );
      case "variable":
        return find(scope, node.name)?.names.get(node.name) ?? null;
      case "assign":
        return this.#assign(node, scope);
      case "constant":
        return new Constant(node.name);
      case "call":
        return this.#call(node, scope);
      default:
        return this.#control(node, scope);
    }
  }

  #control(node: Node, scope: Scope): Value {
    switch (node.kind) {
      case "and": {
        const left = this.value(node.left, scope);
        return holds(left) ? this.value(node.right, scope) : left;
      }
      case "or": {
        const left = this.value(node.left, scope);
        return holds(left) ? left : this.value(node.right, scope);
      }
      case "not":
        return !holds(this.value(node.of, scope));
      case "if": {
        const chosen = holds(this.value(node.condition, scope)) ? node.body : node.otherwise;
        return chosen === undefined ? null : this.value(chosen, scope);
      }
      case "case":
        return this.#case(node, scope);
      case "next":
        throw new Next(node.value === undefined ? null : this.value(node.value, scope));
      case "sequence": {
        let last: Value = null;
        for (const item of node.items) last = this.value(item, scope);
        return last;
      }
      default:
        throw new EvaluationError("this cannot be computed", node.offset);
    }
  }

  #text(parts: readonly (string | Node)[], scope: Scope): string {
    const text = parts.map((part) => (typeof part === "string" ? part : textOf(this.value(part, scope)))).join("");
    this.#meter.allocate(text.length);
    return text;
  }

  /** One without interpolation is made once. */
  #pattern(node: Node & { kind: "pattern" }, scope: Scope): Value {
    if (node.parts.every((part) => typeof part === "string")) {
      let known = patterns.get(node);
      if (known === undefined) patterns.set(node, (known = makePattern(node.parts.join(""), node.flags)));
      return known;
    }
    const source = this.#text(node.parts, scope);
    this.#meter.charge(source.length * 20);
    return makePattern(source, node.flags);
  }

  #assign({ name, value, operator, offset }: Node & { kind: "assign" }, scope: Scope): Value {
    const holder = find(scope, name) ?? scope;
    const old = holder.names.get(name) ?? null;
    if (operator === "||" && holds(old)) return old;
    if (operator === "&&" && !holds(old)) return old;
    const given = this.value(value, scope);
    const isPlain = operator === undefined || operator === "||" || operator === "&&";
    const result = isPlain ? given : this.#send(old, operator, [given], undefined, offset);
    holder.names.set(name, result);
    return result;
  }

  #case({ subject, branches, otherwise }: Node & { kind: "case" }, scope: Scope): Value {
    const value = subject === undefined ? undefined : this.value(subject, scope);
    for (const { values, body } of branches) {
      const isMeant = values.some((one) => {
        const wanted = this.value(one, scope);
        return value === undefined ? holds(wanted) : this.#matches(wanted, value);
      });
      if (isMeant) return this.value(body, scope);
    }
    return otherwise === undefined ? null : this.value(otherwise, scope);
  }

  #matches(wanted: Value, value: Value): boolean {
    if (wanted instanceof Pattern || wanted instanceof Range || wanted instanceof Constant) {
      return holds(this.#send(wanted, "===", [value], undefined, undefined));
    }
    return equal(wanted, value);
  }

  #call(node: CallNode & { offset: number }, scope: Scope): Value {
    const { receiver, name, isSafe } = node;
    if (receiver === undefined) return this.#ownName(node, scope);
    const self = this.value(receiver, scope);
    if (self === null && isSafe) return null;
    const args = node.args.map((arg) => this.value(arg, scope));
    return this.#send(self, name, args, node.block && this.#blockOf(node.block, scope), node.offset);
  }

  /** A name without a receiver: of the resource, or a conversion. */
  #ownName({ name, args }: CallNode, scope: Scope): Value {
    const known = apiNames.get(name);
    if (known !== undefined) {
      if (this.#api === undefined)
        throw new EvaluationError(`there is no ${name} here: this text is about no single resource`);
      if (known.isPublic !== true) this.isPrivate = true;
      return known.value(this.#api);
    }
    const values = args.map((arg) => this.value(arg, scope));
    const [first = null] = values;
    switch (name) {
      case "Array":
        return Array.isArray(first) ? first : this.#send(first, "to_a", [], undefined, undefined);
      case "String":
        return textOf(first);
      case "Integer":
      case "Float":
        return toNumber(name, first);
      case "format":
      case "sprintf":
        return format(textOf(first), values.slice(1));
      default:
        throw new EvaluationError(`there is no ${name} here`);
    }
  }

  #send(
    self: Value,
    name: string,
    args: readonly Value[],
    block: Invocation["block"],
    offset: number | undefined,
  ): Value {
    this.#meter.charge(1 + costOf(self));
    try {
      if (self instanceof ApiObject && this.#api !== undefined) {
        const answer = askObject(self, name, this.#api);
        if (answer !== undefined) return answer;
      }
      const method = methodOf(self, name);
      if (method === undefined) return missing(self, name);
      return method(self, {
        args,
        block,
        send: (other, method, values) => this.#send(other, method, values, undefined, undefined),
        matches: (wanted, value) => this.#matches(wanted, value),
        meter: this.#meter,
        now: this.#now,
      });
    } catch (error) {
      if (error instanceof EvaluationError) error.offset ??= offset;
      throw error;
    }
  }

  #blockOf(block: Block, scope: Scope): (...values: Value[]) => Value {
    if (block.kind === "method") return (self) => this.#send(self ?? null, block.name, [], undefined, block.offset);
    return (...values) => this.#run(block, values, scope);
  }

  #run({ parameters, body }: Block & { kind: "block" }, values: Value[], outer: Scope): Value {
    const [only] = values;
    const given = parameters.length > 1 && values.length === 1 && Array.isArray(only) ? only : values;
    const names = new Map<string, Value>();
    for (const [i, parameter] of parameters.entries()) bind(names, parameter, given[i] ?? null);
    if (parameters.length === 0) for (const name of ["it", "_1"]) names.set(name, values[0] ?? null);
    try {
      return this.value(body, { names, outer });
    } catch (error) {
      if (error instanceof Next) return error.value;
      throw error;
    }
  }
}

/** What a method may have to look at. */
function costOf(self: Value): number {
  if (typeof self === "string") return self.length >> 5;
  return Array.isArray(self) ? self.length : 0;
}

function bind(names: Map<string, Value>, parameter: Parameter, value: Value): void {
  if (typeof parameter === "string") return void names.set(parameter, value);
  const parts = Array.isArray(value) ? value : [value];
  for (const [i, name] of parameter.entries()) names.set(name, parts[i] ?? null);
}

const patterns = new WeakMap<Node, Pattern>();

function find(scope: Scope, name: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return at;
  return undefined;
}

function toNumber(name: "Integer" | "Float", value: Value): Value {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : numberOf(value);
  if (number === undefined || Number.isNaN(number)) throw new EvaluationError(`${textOf(value)} is no number`);
  return name === "Float" ? new Float(number) : Math.trunc(number);
}

/** "did you mean …?", of the methods there are. */
export function similarMethod(name: string): string {
  const meant = nearest(name, methodNames);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
