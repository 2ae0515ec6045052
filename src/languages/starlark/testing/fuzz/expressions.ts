/** Random expressions of a wanted type, as source text; mostly well-typed, so that programs go deep. */
import { allBuiltins } from "../../library/registry.ts";
import { bytesLiteral, floatLiteral, intLiteral, smallLiteral, stringLiteral } from "./literals.ts";
import type { Random } from "./random.ts";
import { type ParameterPlan, type Scope, splitType, type TypeText, type Variable } from "./scope.ts";
import { anything, templates } from "./templates.ts";

/** Every builtin that starlark-go has too and that answers the same each time. */
const universalNames = [...allBuiltins().keys()].filter(
  (name) => !/^(_|struct$|time\.now$|print$|time\.time\.|string\.|bytes\.|list\.|dict\.|set\.|.*blob)/.test(name),
);
const methodNames = [...allBuiltins().keys()]
  .filter((name) => /^(string|bytes|list|dict|set)\./.test(name))
  .map((name) => name.split(".")[1]!);
const keywordNames = ["key", "reverse", "default", "sep", "x", "base", "start", "keepends", "indent", "a"];

/** Whatever holds for a whole program. */
export interface Style {
  /** How often an expression has some other type than the wanted one. */
  wrong: number;
  /** How deep expressions go. */
  depth: number;
}

/** A type for a new variable. */
export function randomType(random: Random, depth = 2): TypeText {
  const compound = depth > 0 && random.chance(0.45);
  if (!compound)
    return random.weighted([
      [7, "int"],
      [3, "float"],
      [7, "str"],
      [1.5, "bytes"],
      [2.5, "bool"],
      [0.4, "none"],
      [0.3, "duration"],
      [0.3, "time"],
    ]);
  const inner = () => randomType(random, depth - 1);
  return random.weighted([
    [6, `list<${inner()}>`],
    [4, `dict<${keyType(random)},${inner()}>`],
    [2, `set<${keyType(random)}>`],
    [2, `tuple<${inner()},${inner()}>`],
    [1, "range"],
  ]);
}

/** A type whose values are hashable. */
function keyType(random: Random): TypeText {
  return random.weighted([
    [5, "int"],
    [5, "str"],
    [1, "float"],
    [1, "bool"],
    [1, "tuple<int,str>"],
    [1, "bytes"],
  ]);
}

/** Makes expressions in a scope. */
export class Expressions {
  readonly #random: Random;
  readonly #style: Style;
  #names = 0;

  constructor(random: Random, style: Style) {
    this.#random = random;
    this.#style = style;
  }

  /** An expression that needs no parentheses among commas. */
  make(type: TypeText, scope: Scope, depth = this.#style.depth): string {
    const random = this.#random;
    if (random.chance(this.#style.wrong)) return this.mistaken(scope, depth);
    if (type === "small" && random.chance(0.8)) return smallLiteral(random);
    if (type === "any") return this.make(randomType(random, 1), scope, depth - 1);
    const known = scope.ofType(type);
    if (known.length > 0 && random.chance(depth <= 0 ? 0.8 : 0.35)) return random.pick(known).name;
    if (depth <= 0) return this.#leaf(type, scope);
    const choice = random.below(20);
    if (choice < 2) return this.#leaf(type, scope);
    if (choice < 4) return this.#call(type, scope, depth) ?? this.#leaf(type, scope);
    if (choice === 4) return this.#fromContainer(type, scope, depth) ?? this.#leaf(type, scope);
    if (choice === 5) return this.#comprehension(type, scope, depth) ?? this.#expand(type, scope, depth);
    if (choice === 6 && type === "str") return this.#interpolation(scope, depth);
    return this.#expand(type, scope, depth);
  }

  /** An expression as the operand of an operator. */
  operand(type: TypeText, scope: Scope, depth: number): string {
    return this.#wrap(this.make(type, scope, depth), false);
  }

  /** A call of a function that is known, with its arguments passed in any of the allowed ways. */
  callOf({ name, signature }: Variable, scope: Scope, depth: number): string {
    const random = this.#random;
    const pass = (parameter: ParameterPlan) => this.make(parameter.type, scope, depth - 1);
    const positional: string[] = [];
    const named: string[] = [];
    let namedFromHere = false;
    for (const parameter of signature!.parameters) {
      switch (parameter.kind) {
        case "required":
        case "optional":
          if (parameter.kind === "optional" && random.chance(0.4)) {
            namedFromHere = true;
            break;
          }
          namedFromHere ||= random.chance(0.2);
          if (namedFromHere) named.push(`${parameter.name} = ${pass(parameter)}`);
          else positional.push(pass(parameter));
          break;
        case "keyword":
          named.push(`${parameter.name}=${pass(parameter)}`);
          break;
        case "keyword-optional":
          if (random.chance(0.5)) named.push(`${parameter.name} = ${pass(parameter)}`);
          break;
        case "args":
          if (!namedFromHere) {
            positional.push(...random.several(0, 2, () => pass(parameter)));
            if (random.chance(0.3)) named.unshift(`*${this.operand(`list<${parameter.type}>`, scope, depth - 1)}`);
          }
          break;
        case "kwargs":
          if (random.chance(0.4)) named.push(`k${random.below(3)} = ${pass(parameter)}`);
          if (random.chance(0.3)) named.push(`**{"m${random.below(3)}": ${pass(parameter)}}`);
          break;
      }
    }
    const stars = named.filter((argument) => argument.startsWith("*"));
    const rest = named.filter((argument) => !argument.startsWith("*"));
    const spread = positional.length > 0 && !stars.some((star) => !star.startsWith("**")) && random.chance(0.1);
    const args = spread
      ? [...rest, `*[${positional.join(", ")}]`, ...stars]
      : [...positional, ...rest, ...stars.toSorted((a, b) => Number(a.startsWith("**")) - Number(b.startsWith("**")))];
    if (random.chance(this.#style.wrong * 4)) args.push(random.pick(["1", "zz = 1", "*[1]", '**{"a": 1}', "**{1: 2}"]));
    return `${name}(${args.join(", ")}${args.length > 0 && random.chance(0.05) ? "," : ""})`;
  }

  /** A name that is used nowhere else in the program. */
  freshName(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  #expand(type: TypeText, scope: Scope, depth: number): string {
    const random = this.#random;
    const candidates = this.#templatesOf(type);
    const generic = !type.startsWith("_") && random.chance(0.18);
    const [template, bound] =
      generic || candidates.length === 0 ? ([random.pick(anything), { T: type }] as const) : random.pick(candidates);
    return this.#fill(template, { ...bound }, scope, depth - 1);
  }

  /** Templates that make a type, with what its parameters are. */
  #templatesOf(type: TypeText): (readonly [string, Record<string, TypeText>])[] {
    const [name, parameters] = splitType(type);
    const found: (readonly [string, Record<string, TypeText>])[] = [];
    for (const [pattern, list] of Object.entries(templates)) {
      const bound = matchType(pattern, type, name, parameters);
      if (bound === undefined) continue;
      const hashes = isHashable(bound["T"]);
      for (const template of list) if (hashes || !/dict<T|set<T|set\(/.test(template)) found.push([template, bound]);
    }
    return found;
  }

  #fill(template: string, bound: Record<string, TypeText>, scope: Scope, depth: number): string {
    return template.replaceAll(placeholder, (found, type: string, at: number) => {
      const wanted = this.#substitute(type, bound);
      const between = loose(template, at, at + found.length);
      return this.#wrap(this.make(wanted, scope, depth), between);
    });
  }

  /** Parameters that a template names and its type does not have are chosen, the same in the whole template. */
  #substitute(type: string, bound: Record<string, TypeText>): TypeText {
    return type.replaceAll(/\b[TKV]\b/g, (name) => {
      bound[name] ??= name === "V" ? randomType(this.#random, 0) : keyType(this.#random);
      return bound[name];
    });
  }

  #wrap(text: string, between: boolean): string {
    if (between) return this.#random.chance(0.04) ? `(${text})` : text;
    if (isAtom(text)) return text;
    return `(${text})`;
  }

  #leaf(type: TypeText, scope: Scope): string {
    const random = this.#random;
    switch (type) {
      case "int":
        return random.chance(0.15) ? `-${intLiteral(random)}` : intLiteral(random);
      case "small":
        return smallLiteral(random);
      case "float":
        return random.chance(0.2) ? `-${floatLiteral(random)}` : floatLiteral(random);
      case "str":
        return stringLiteral(random);
      case "bytes":
        return bytesLiteral(random);
      case "bool":
        return random.pick(["True", "False"]);
      case "none":
        return "None";
      case "range":
        return random.pick(["range(3)", "range(1, 6, 2)", "range(5, 0, -1)", "range(0)"]);
      case "duration":
        return random.pick(["time.second", "time.minute", "time.millisecond", "time.hour"]);
      case "time":
        return "time.from_timestamp(1234567890)";
      default:
        return this.#compoundLeaf(type, scope);
    }
  }

  #compoundLeaf(type: TypeText, scope: Scope): string {
    const [name, [first = "int", second = "int"]] = splitType(type);
    const random = this.#random;
    const leaf = (wanted: TypeText) => this.#leaf(wanted, scope);
    switch (name) {
      case "list":
        return `[${random.several(0, 3, () => leaf(first)).join(", ")}]`;
      case "set":
        return `set([${random.several(0, 3, () => leaf(first)).join(", ")}])`;
      case "tuple":
        return `(${leaf(first)}, ${leaf(second)})`;
      case "dict": {
        const entries = new Map(random.several(0, 3, () => [leaf(first), leaf(second)] as const));
        return `{${[...entries].map(([key, value]) => `${key}: ${value}`).join(", ")}}`;
      }
      case "any":
        return leaf(randomType(random, 0));
      default: {
        const list = templates[name];
        return list === undefined ? "None" : this.#fill(random.pick(list), {}, scope, 0);
      }
    }
  }

  #call(type: TypeText, scope: Scope, depth: number): string | undefined {
    const functions = scope.variables.filter(({ signature }) => signature?.returns === type);
    return functions.length === 0 ? undefined : this.callOf(this.#random.pick(functions), scope, depth);
  }

  /** An element of a variable that holds such values. */
  #fromContainer(type: TypeText, scope: Scope, depth: number): string | undefined {
    const random = this.#random;
    const lists = scope.ofType(`list<${type}>`);
    if (lists.length > 0 && random.chance(0.6)) {
      const { name } = random.pick(lists);
      const index = this.make("small", scope, depth - 1);
      if (random.chance(0.3)) return `${name}[${index}]`;
      return `${name}[${this.#wrap(index, false)} % len(${name})] if ${name} else ${this.make(type, scope, depth - 1)}`;
    }
    const dicts = scope.variables.filter(({ type: other }) => other.startsWith("dict<") && other.endsWith(`,${type}>`));
    if (dicts.length === 0) return undefined;
    const dict = random.pick(dicts);
    const [, [key = "int", value]] = splitType(dict.type);
    if (value !== type) return undefined;
    return `${dict.name}.get(${this.make(key, scope, depth - 1)}, ${this.make(type, scope, depth - 1)})`;
  }

  #comprehension(type: TypeText, scope: Scope, depth: number): string | undefined {
    const [name, [first, second]] = splitType(type);
    if ((name !== "list" && name !== "dict") || first === undefined) return undefined;
    const random = this.#random;
    const inner = scope.block();
    let clauses = this.#forClause(inner, depth);
    for (let more = random.below(4); more > 0; more--) {
      clauses += random.chance(0.5)
        ? ` if ${this.operand("bool", inner, depth - 1)}`
        : this.#forClause(inner, depth - 2);
    }
    const value = (wanted: TypeText) => this.make(wanted, inner, depth - 1);
    if (name === "list") return `[${value(first)}${clauses}]`;
    return `{${value(first)}: ${value(second!)}${clauses}}`;
  }

  /** Adds what it binds to the scope. */
  #forClause(scope: Scope, depth: number): string {
    const { target, iterable } = this.loopHead(scope, depth);
    return ` for ${target} in ${this.#wrap(iterable, false)}`;
  }

  /** The target and the iterable of a loop; what the target binds is added to the scope. */
  loopHead(scope: Scope, depth: number): { target: string; iterable: string } {
    const random = this.#random;
    const form = random.below(6);
    const type = randomType(random, 1);
    const bind = (wanted: TypeText): string => {
      const name = this.freshName("i");
      scope.add({ name, type: wanted, fixed: true });
      return name;
    };
    if (form < 2) {
      const iterable = this.make("range", scope, depth - 1);
      return { target: bind("int"), iterable: `${this.#wrap(iterable, false)}[:6]` };
    }
    if (form === 2) {
      const key = keyType(random);
      const iterable = `${this.operand(`dict<${key},${type}>`, scope, depth - 1)}.items()`;
      return { target: `${bind(key)}, ${bind(type)}`, iterable };
    }
    if (form === 3) {
      const iterable = `enumerate(${this.make(`list<${type}>`, scope, depth - 1)}[:5])`;
      return {
        target: random.chance(0.5) ? `${bind("int")}, ${bind(type)}` : `(${bind("int")}, ${bind(type)})`,
        iterable,
      };
    }
    if (form === 4) {
      const iterable = `[${this.make(`tuple<int,${type}>`, scope, depth - 1)}, ${this.make(`tuple<int,${type}>`, scope, depth - 1)}]`;
      return { target: `[${bind("int")}, ${bind(type)}]`, iterable };
    }
    const iterable = `${this.operand(`list<${type}>`, scope, depth - 1)}[:4]`;
    return { target: bind(type), iterable };
  }

  /** `%` with a format and what it takes, or `format`. */
  #interpolation(scope: Scope, depth: number): string {
    const random = this.#random;
    const parts = random.several(1, 4, () =>
      random.weighted<readonly [string, TypeText]>([
        [3, ["s", "any"]],
        [2, ["r", "any"]],
        [3, ["d", "int"]],
        [1, ["i", "int"]],
        [1, ["x", "int"]],
        [1, ["X", "int"]],
        [1, ["o", "int"]],
        [1, ["e", "num"]],
        [1, ["f", "num"]],
        [1, ["g", "num"]],
        [1, ["G", "num"]],
        [1, ["E", "num"]],
        [1, ["c", "char"]],
      ]),
    );
    const values = parts.map(([, type]) => this.make(type, scope, depth - 1));
    if (random.chance(0.7)) {
      const format = parts.map(([letter]) => `%${letter}`).join(random.pick(["", " ", "%%", "|"]));
      return `"${format}" % (${values.join(", ")},)`;
    }
    const fields = parts.map(([letter], i) => `{${letter === "r" ? "!r" : ""}}${i % 2 === 1 ? "{{" : ""}`);
    return `"${fields.join(" ")}".format(${values.join(", ")})`;
  }

  /** Something that is likely to fail, in any of the ways that there are. */
  mistaken(scope: Scope, depth: number): string {
    const random = this.#random;
    const any = () => this.make("any", scope, Math.min(depth - 1, 2));
    const args = () => {
      const list = random.several(0, 3, any);
      if (random.chance(0.25)) list.push(`${random.pick(keywordNames)} = ${any()}`);
      return list.join(", ");
    };
    const receiver = () => {
      const text = this.operand("any", scope, Math.min(depth - 1, 1));
      return /^[\d.]/.test(text) ? `(${text})` : text;
    };
    switch (random.below(12)) {
      case 0:
        return random.pick([
          "undefined_name",
          "x9",
          "None.x",
          "[][0]",
          "{}[1]",
          "1 // 0",
          "1 / 0",
          "1 % 0",
          '"a" + 1',
          "().x",
        ]);
      case 1:
      case 2:
      case 3:
        return `${random.pick(universalNames)}(${args()})`;
      case 4:
      case 5:
      case 6:
        return `${receiver()}.${random.pick(methodNames)}(${args()})`;
      case 7:
        return `${receiver()}[${any()}]`;
      case 8:
        return `${receiver()}[${any()}:${any()}:${any()}]`;
      case 9:
        return `${random.pick(["-", "+", "~", "-"])}${receiver()}`;
      case 10: {
        const operator = random.pick([...Array.from("+-*/%|&^<>"), "//", "<<", ">>", "<=", ">=", "==", "in", "not in"]);
        return `${receiver()} ${operator} ${receiver()}`;
      }
      default:
        return random.chance(0.5) ? `${receiver()}(${args()})` : any();
    }
  }
}

const placeholder = /\$([a-zA-Z0-9]+(?:<(?:[^<>]|<[^<>]*>)*>)?)/g;

/** Whether what stands at a place of a template is between commas or brackets, so that any expression fits there. */
function loose(template: string, start: number, end: number): boolean {
  const before = template.slice(0, start).trimEnd().at(-1);
  const after = template.slice(end).trimStart().at(0);
  const opened =
    before !== undefined &&
    ("([,{".includes(before) || (before === "=" && !/[=!<>]=\s*$/.test(template.slice(0, start))));
  return opened && after !== undefined && ")],}".includes(after);
}

/** Whether an operator or a suffix may follow a text, or precede it. */
function isAtom(text: string): boolean {
  if (/^[\w.]+$/.test(text) || /^[rb]*(?:"[^"\\\n]*"|'[^'\\\n]*')$/.test(text)) return true;
  if (!/^[\w([{]/.test(text) || text.length > 200) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"' || character === "'" || character === "\\") return false;
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (depth === 0 && !/[\w.]/.test(character)) return false;
  }
  return true;
}

function isHashable(type: TypeText | undefined): boolean {
  return type === undefined || !/list|dict|set/.test(type);
}

function matchType(
  pattern: string,
  type: TypeText,
  name: string,
  parameters: readonly TypeText[],
): Record<string, TypeText> | undefined {
  if (pattern === type) return {};
  const [patternName, patternParameters] = splitType(pattern);
  if (patternName !== name || patternParameters.length !== parameters.length) return undefined;
  const bound: Record<string, TypeText> = {};
  for (const [i, part] of patternParameters.entries()) {
    const actual = parameters[i]!;
    if (/^[TKV]$/.test(part)) bound[part] = actual;
    else if (part === actual) continue;
    else {
      const [inside, own] = splitType(part);
      const [actualInside, actualOwn] = splitType(actual);
      if (inside !== actualInside || own.length !== actualOwn.length) return undefined;
      for (const [j, letter] of own.entries()) bound[letter] = actualOwn[j]!;
    }
  }
  return bound;
}
