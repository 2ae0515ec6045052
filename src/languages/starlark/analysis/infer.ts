/**
 * What type an expression has, as far as the text shows: from literals, the tables of the library and the API, the handlers of
 * on_event, type comments and the calls of a function in its own file. Never wrong for certain is not its aim: what it does
 * not know is any, and tools are silent about any.
 */
import type { CallExpression, Expression, FunctionNode, Identifier, Statement } from "../syntax/tree.ts";
import type { Analysis } from "./analysis.ts";
import { eventInstance, typesMatching } from "./event-types.ts";
import { callResult } from "./results.ts";
import {
  any,
  bool,
  elementOf,
  float,
  instance,
  int,
  members,
  none,
  string,
  union,
  withoutNone,
  type Field,
  type Type,
} from "./static-type.ts";
import { canEnd } from "./reach.ts";
import type { Definition, Variable } from "./symbols.ts";
import { functionOf, textOf } from "./triggers.ts";
import { parseType } from "./type-text.ts";
import { membersOfModule, membersOfType, type Entry } from "./vocabulary.ts";
import { bare, walkStatements } from "./walk.ts";

/** Expressions whose types are found out to find out one. */
const maxDepth = 100;

export class Inference {
  readonly #analysis: Analysis;
  readonly #types = new Map<Expression, Type>();
  readonly #variables = new Map<Variable, Type>();
  readonly #results = new Map<FunctionNode, Type>();
  #depth = 0;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** The type of an expression; any while it is being found out, so that cycles end, and at the end of a long chain. */
  typeOf(expression: Expression): Type {
    const known = this.#types.get(expression);
    if (known !== undefined) return known;
    if (this.#depth > maxDepth) return any;
    this.#types.set(expression, any);
    this.#depth++;
    const type = this.#infer(expression);
    this.#depth--;
    this.#types.set(expression, type);
    return type;
  }

  typeOfVariable(variable: Variable): Type {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    this.#variables.set(variable, any);
    const real = variable.definitions.filter(({ how }) => how !== "augmented");
    const type = real.length === 0 ? any : union(real.map((definition) => this.#definitionType(definition)));
    this.#variables.set(variable, type);
    return type;
  }

  /** What a call of a function, of this file or another, answers. */
  resultOf({ node, file }: Extract<Type, { kind: "function" }>): Type {
    return this.#analysis.inFile(file)?.inference.resultOfFunction(node) ?? any;
  }

  /** What a call of a function of this file answers. */
  resultOfFunction(node: FunctionNode): Type {
    const known = this.#results.get(node);
    if (known !== undefined) return known;
    this.#results.set(node, any);
    const comment = this.#analysis.typeComment(node);
    const type = comment === undefined ? this.#returned(node) : parseType(comment.result);
    this.#results.set(node, type);
    return type;
  }

  /** A member of a value by name, with its documentation. */
  memberOf(type: Type, name: string): Entry | undefined {
    for (const member of members(type)) {
      const found = memberOfOne(member, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #infer(expression: Expression): Type {
    switch (expression.kind) {
      case "identifier":
        return this.#identifier(expression);
      case "int":
        return int;
      case "float":
        return float;
      case "string":
        return instance("string", { literal: expression.value });
      case "bytes":
        return instance("bytes");
      case "list":
        return instance("list", this.#elements(expression.elements));
      case "tuple":
        return instance("tuple", {
          elements: expression.elements.map((element) => this.typeOf(element)),
          ...this.#elements(expression.elements),
        });
      case "dict":
        return this.#dict(expression);
      case "comprehension": {
        const element = this.typeOf(expression.value);
        return instance(expression.key === undefined ? "list" : "dict", { element });
      }
      case "conditional":
        return union([this.typeOf(expression.then), this.typeOf(expression.orElse)]);
      case "unary":
        return expression.operator === "not" ? bool : this.typeOf(expression.operand);
      case "binary":
        return this.#binary(expression);
      case "call":
        return this.#call(expression);
      case "dot":
        return this.memberOf(this.typeOf(expression.object), expression.name)?.type ?? any;
      case "index":
        return indexed(this.typeOf(expression.object), this.typeOf(expression.index), expression.index);
      case "slice":
        return this.typeOf(expression.object);
      case "lambda":
        return { kind: "function", node: expression.function, file: this.#analysis.path };
      case "paren":
        return this.typeOf(expression.inner);
      default:
        return any;
    }
  }

  #elements(list: readonly Expression[]): { element?: Type } {
    return list.length === 0 ? {} : { element: union(list.slice(0, 20).map((element) => this.typeOf(element))) };
  }

  #dict({ entries }: Extract<Expression, { kind: "dict" }>): Type {
    const fields = new Map<string, Field>();
    for (const { key, value } of entries) {
      if (key.kind === "string") fields.set(key.value, { type: this.typeOf(value) });
    }
    return instance("dict", { ...this.#elements(entries.map(({ value }) => value)), fields });
  }

  #identifier(identifier: Identifier): Type {
    const { symbols } = this.#analysis;
    const variable = symbols.variables.get(identifier);
    return variable === undefined
      ? (this.#analysis.knownName(identifier.name)?.type ?? any)
      : this.typeOfVariable(variable);
  }

  #definitionType(definition: Definition): Type {
    switch (definition.how) {
      case "assign":
        return unpacked(definition.target, definition.identifier, this.typeOf(definition.value));
      case "for":
        return unpacked(definition.target, definition.identifier, elementOf(this.typeOf(definition.iterable)));
      case "def":
        return { kind: "function", node: definition.function, file: this.#analysis.path };
      case "load":
        return this.#analysis.loadedType(definition);
      case "parameter":
        return this.#parameterType(definition);
      case "augmented":
        return any;
    }
  }

  #parameterType(definition: Extract<Definition, { how: "parameter" }>): Type {
    const { parameter, function: node, index } = definition;
    if (parameter.kind === "args") return instance("tuple");
    if (parameter.kind === "kwargs") return instance("dict");
    const written = this.#analysis.typeComment(node)?.parameters[index];
    if (written !== undefined) return this.#writtenType(written);
    const isHandler = node.parameters.length > 1;
    const triggers = isHandler ? this.#analysis.triggers.filter((trigger) => trigger.function === node) : [];
    if (triggers.length > 0 && index === 0) return instance("context");
    if (triggers.length > 0 && index === 1) {
      return this.eventType(triggers.flatMap(({ types }) => types.map(textOf)));
    }
    const passed = this.#passedTypes(node, index);
    const type = passed.length === 0 ? any : union(passed);
    return type.kind === "any" ? this.#customary(definition) : type;
  }

  /** By custom w is the context and ev the event of a handler, unless w is used like something else: `lambda w: w.lower()`. */
  #customary({ identifier, function: node, index }: Extract<Definition, { how: "parameter" }>): Type {
    if (identifier.name === "ev") return eventInstance([]);
    if (index !== 0 || identifier.name !== "w" || node.name === "lambda") return any;
    const { symbols, index: tree } = this.#analysis;
    const read = (symbols.variables.get(identifier)?.uses ?? []).flatMap((use) => {
      const parent = tree.parentOf(use);
      return parent?.kind === "dot" && parent.object === use ? [parent.name] : [];
    });
    const known = membersOfType("context")!;
    const isLikely = node.parameters.length > 1 || read.every((name) => name === "" || name === "_");
    return isLikely || read.some((name) => known.has(name)) ? instance("context") : any;
  }

  /** The types of an argument in the calls of a function in this file. */
  #passedTypes(node: FunctionNode, index: number): Type[] {
    const name = node.parameters[index]?.name?.name;
    const variable = this.#analysis.variableOfFunction(node);
    if (variable === undefined || functionOf(variable) !== node) return [];
    return variable.uses.flatMap((use) => {
      const call = this.#analysis.callOf(use);
      if (call === undefined) return [];
      const given = passedTo(call, index, name);
      return given === undefined ? [] : [this.typeOf(given)];
    });
  }

  /** `W`, `Event` and `Event["type"]` are the API's; the rest is as in the tables. */
  #writtenType(text: string): Type {
    const event = /^Event(?:\[\s*["']([^"']+)["']\s*\])?$/.exec(text);
    return event === null ? parseType(text) : this.eventType(event[1] === undefined ? [] : [event[1]]);
  }

  /** The type of an event of one of these types, which may end in "*". */
  eventType(patterns: readonly string[]): Type {
    const { events } = this.#analysis.environment;
    return eventInstance(patterns.flatMap((pattern) => typesMatching(events, pattern)));
  }

  #returned(node: FunctionNode): Type {
    const values = returnsIn(node.body).map((value) => (value === undefined ? none : this.typeOf(value)));
    return union(canEnd(node.body) ? [...values, none] : values);
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>): Type {
    switch (operator) {
      case "==":
      case "!=":
      case "<":
      case ">":
      case "<=":
      case ">=":
      case "in":
      case "not in":
        return bool;
      case "or":
        return union([withoutNone(this.typeOf(left)), this.typeOf(right)]);
      case "and":
        return union([this.typeOf(left), this.typeOf(right)]);
      default:
        return arithmetic(operator, this.typeOf(left), this.typeOf(right));
    }
  }

  #call(call: CallExpression): Type {
    const callee = this.typeOf(call.callee);
    if (callee.kind === "function") return this.resultOf(callee);
    return callResult(this, call, callee);
  }
}

function passedTo(call: CallExpression, index: number, name: string | undefined): Expression | undefined {
  const named = call.arguments.find((argument) => argument.kind === "named" && argument.name === name);
  if (named !== undefined) return named.value;
  const argument = call.arguments[index];
  return argument?.kind === "positional" ? argument.value : undefined;
}

/** The values of the return statements of a function, not of those inside it; undefined for a bare return. */
function returnsIn(body: readonly Statement[]): (Expression | undefined)[] {
  const values: (Expression | undefined)[] = [];
  walkStatements(body, {
    statement(statement) {
      if (statement.kind === "return") values.push(statement.value);
      return statement.kind !== "def";
    },
    expression: () => false,
  });
  return values;
}

/** What a part of an assignment's target gets of the value. */
function unpacked(target: Expression, identifier: Identifier, value: Type): Type {
  const inner = bare(target);
  if (inner === identifier) return value;
  if (inner.kind !== "tuple" && inner.kind !== "list") return any;
  for (const [i, element] of inner.elements.entries()) {
    const part = value.kind === "instance" ? (value.elements?.[i] ?? elementOf(value)) : any;
    if (contains(element, identifier)) return unpacked(element, identifier, part);
  }
  return any;
}

function contains(target: Expression, identifier: Identifier): boolean {
  const inner = bare(target);
  if (inner === identifier) return true;
  return (inner.kind === "tuple" || inner.kind === "list") && inner.elements.some((part) => contains(part, identifier));
}

function indexed(object: Type, index: Type, key: Expression): Type {
  return union(
    members(object).map((member) => {
      if (member.kind !== "instance") return any;
      if (member.name === "string" || member.name === "bytes") return instance(member.name);
      if (index.kind === "instance" && index.literal !== undefined) {
        return member.fields?.get(index.literal)?.type ?? any;
      }
      if (member.elements !== undefined && key.kind === "int") return member.elements[Number(key.value)] ?? any;
      return member.fields === undefined ? (member.element ?? any) : any;
    }),
  );
}

function memberOfOne(type: Type, name: string): Entry | undefined {
  if (type.kind === "module") return membersOfModule(type.name)?.get(name);
  if (type.kind !== "instance") return undefined;
  const field = type.name === "struct" || type.record === true ? type.fields?.get(name) : undefined;
  if (field !== undefined) return { name, ...field };
  return membersOfType(type.name)?.get(name);
}

function arithmetic(operator: string, left: Type, right: Type): Type {
  if (operator === "*" && left.kind === "instance" && (left.name === "list" || left.name === "tuple")) return left;
  if (left.kind !== "instance" || right.kind !== "instance") {
    return operator === "%" && left.kind === "instance" && left.name === "string" ? string : any;
  }
  if (left.name === "string" && (operator === "%" || operator === "+" || operator === "*")) return string;
  if (left.name === "int" && right.name === "int") return operator === "/" ? float : int;
  if (isNumber(left) && isNumber(right)) return float;
  if (left.name === "time.time" && right.name === "time.time") return instance("time.duration");
  if (left.name === right.name) {
    const element =
      left.element !== undefined && right.element !== undefined ? union([left.element, right.element]) : any;
    return instance(left.name, element.kind === "any" ? {} : { element });
  }
  return any;
}

function isNumber(type: Type): boolean {
  return type.kind === "instance" && (type.name === "int" || type.name === "float");
}
