/**
 * Random programs of the whole language, from a grammar. They end: loops walk over little, recursion counts down. They print
 * what they compute as they go, so that a difference shows where it arises.
 */
import { Expressions, randomType, type Style } from "./expressions.ts";
import { stringLiteral } from "./literals.ts";
import { Random } from "./random.ts";
import { type ParameterPlan, Scope, splitType, type TypeText, type Variable } from "./scope.ts";

/** The source text of the program that belongs to a seed. */
export function generateProgram(seed: number): string {
  const random = new Random(seed);
  const style: Style = {
    wrong: random.weighted([
      [5, 0],
      [3, 0.002],
      [2, 0.02],
      [0.5, 0.1],
    ]),
    depth: random.weighted([
      [3, 2],
      [4, 3],
      [2, 4],
    ]),
  };
  const program = new Program(random, style);
  return program.text(random.between(3, 40));
}

/** A short program that is likely to fail at once: what is said of mistakes is most of what can differ. */
export function generateMistakes(seed: number): string {
  const random = new Random(seed ^ 0x0dd);
  const program = new Program(random, { wrong: 0.1, depth: random.between(1, 2) });
  return program.mistakes(random.between(1, 3));
}

const indentations = ["    ", "    ", "    ", "  ", "\t", " "];

class Program {
  readonly #random: Random;
  readonly #style: Style;
  readonly #expressions: Expressions;
  readonly #indent: string;
  #depth = 0;

  constructor(random: Random, style: Style) {
    this.#random = random;
    this.#style = style;
    this.#expressions = new Expressions(random, style);
    this.#indent = random.pick(indentations);
  }

  text(statements: number): string {
    const scope = new Scope();
    const lines: string[] = [];
    if (this.#random.chance(0.1)) lines.push('"""What this is about."""');
    for (let i = 0; i < statements; i++) lines.push(...this.#statement(scope));
    const shown = scope.variables.slice(-6).map(({ name }) => name);
    lines.push(`print(${shown.join(", ")})`);
    return `${lines.join("\n")}${this.#random.chance(0.95) ? "\n" : ""}`;
  }

  mistakes(count: number): string {
    const scope = new Scope();
    const lines = this.#random.several(0, 2, () => this.#declaration(scope)).flat();
    for (let i = 0; i < count; i++) {
      if (this.#random.chance(0.2)) lines.push(...this.#mistake(scope));
      else lines.push(`print(${this.#expressions.mistaken(scope, 2)})`);
    }
    return `${lines.join("\n")}\n`;
  }

  #expression(type: TypeText, scope: Scope): string {
    return this.#expressions.make(type, scope, this.#style.depth - (this.#depth > 2 ? 1 : 0));
  }

  #statement(scope: Scope): string[] {
    const random = this.#random;
    const nest = this.#depth < 3;
    const kinds: [number, () => string[]][] = [
      [6, () => this.#declaration(scope)],
      [4, () => this.#assignment(scope)],
      [4, () => this.#augmented(scope)],
      [3, () => this.#unpacking(scope)],
      [4, () => this.#elementAssignment(scope)],
      [4, () => this.#mutation(scope)],
      [5, () => this.#print(scope)],
      [1, () => [this.#expression("any", scope)]],
      [1, () => this.#oneLine(scope)],
      [0.4, () => [random.pick(["pass", "# a remark", "", "pass; pass", '"""text"""', "  # indented remark"])]],
      [nest ? 3 : 0, () => this.#conditional(scope)],
      [nest ? 3 : 0, () => this.#forLoop(scope)],
      [nest ? 1 : 0, () => this.#whileLoop(scope)],
      [nest ? 3 : 0, () => this.#definition(scope)],
      [nest ? 0.6 : 0, () => this.#recursion(scope)],
      [nest ? 0.8 : 0, () => this.#counter(scope)],
      [this.#style.wrong > 0 ? 0.5 : 0, () => this.#mistake(scope)],
    ];
    return random.weighted(kinds)();
  }

  #block(scope: Scope, first: string[] = []): string[] {
    this.#depth++;
    const lines = [...first, ...this.#random.several(1, this.#depth > 1 ? 3 : 4, () => this.#statement(scope)).flat()];
    if (scope.inLoop && this.#random.chance(0.25)) {
      lines.push(
        `if ${this.#expression("bool", scope)}:`,
        `${this.#indent}${this.#random.pick(["break", "continue"])}`,
      );
    }
    this.#depth--;
    if (!lines.some((line) => line.trim() !== "" && !line.trim().startsWith("#"))) lines.push("pass");
    return this.#indented(lines);
  }

  /** Lines inside of triple-quoted literals move too; nobody minds. */
  #indented(lines: readonly string[]): string[] {
    return lines.flatMap((line) => line.split("\n")).map((line) => (line === "" ? "" : this.#indent + line));
  }

  #show(name: string): string[] {
    return this.#random.chance(0.6) ? [`print("${name}", ${name})`] : [];
  }

  #declare(scope: Scope, type: TypeText, prefix = "v"): string {
    const name = this.#expressions.freshName(prefix);
    scope.add({ name, type });
    return name;
  }

  #declaration(scope: Scope): string[] {
    const type = randomType(this.#random);
    const value = this.#expression(type, scope);
    const name = this.#declare(scope, type);
    return [`${name} = ${this.#spread(value)}`, ...this.#show(name)];
  }

  /** Some expressions go over several lines. */
  #spread(value: string): string {
    if (!this.#random.chance(0.04)) return value;
    return this.#random.chance(0.5) ? `(\n${this.#indent}${value}  # why\n)` : `\\\n  ${value}`;
  }

  #assignment(scope: Scope): string[] {
    const known = scope.assignable();
    if (known.length === 0) return this.#declaration(scope);
    const { name, type } = this.#random.pick(known);
    return [`${name} = ${this.#expression(type, scope)}`, ...this.#show(name)];
  }

  #augmented(scope: Scope): string[] {
    const known = scope.assignable().filter(({ type }) => operatorsOf(type) !== undefined);
    if (known.length === 0) return this.#declaration(scope);
    const { name, type } = this.#random.pick(known);
    const [operator, operand] = this.#random.pick(operatorsOf(type)!);
    return [`${name} ${operator}= ${this.#expression(operand, scope)}`, ...this.#show(name)];
  }

  #unpacking(scope: Scope): string[] {
    const random = this.#random;
    const types = random.several(2, 3, () => randomType(random, 1));
    const values = types.map((type) => this.#expression(type, scope));
    const last = this.#expression("int", scope);
    const names = types.map((type) => {
      const reused = scope.assignable().filter((variable) => variable.type === type);
      return reused.length > 0 && random.chance(0.4) ? random.pick(reused).name : this.#declare(scope, type);
    });
    const right = random.pick([values.join(", "), `(${values.join(", ")})`, `[${values.join(", ")}]`]);
    if (random.chance(0.2)) {
      return [`${names.join(", ")}, (${this.#declare(scope, "int")},) = ${values.join(", ")}, [${last}]`];
    }
    const left = random.pick([names.join(", "), `(${names.join(", ")})`, `[${names.join(", ")}]`]);
    return [`${left} = ${right}`, ...this.#show(names[0]!)];
  }

  #elementAssignment(scope: Scope): string[] {
    const random = this.#random;
    const known = scope.variables.filter(({ type, fixed }) => /^(list|dict)</.test(type) && fixed !== true);
    if (known.length === 0) return this.#declaration(scope);
    const { name, type } = random.pick(known);
    const [kind, [first = "int", second = "int"]] = splitType(type);
    const value = kind === "list" ? first : second;
    const augmented = operatorsOf(value);
    if (kind === "list") {
      const index = `${this.#expressions.operand("int", scope, 1)} % len(${name})`;
      const action =
        augmented !== undefined && random.chance(0.5)
          ? this.#operation(`${name}[${index}]`, value, scope)
          : `${name}[${index}] = ${this.#expression(value, scope)}`;
      return [random.chance(0.9) ? `if ${name}: ${action}` : action, ...this.#show(name)];
    }
    if (augmented !== undefined && random.chance(0.4)) {
      const key = this.#expressions.make(first, scope, 1);
      const operation = this.#operation(`${name}[${key}]`, value, scope);
      return [`${name}[${key}] = ${this.#expression(value, scope)}`, operation, ...this.#show(name)];
    }
    return [`${name}[${this.#expression(first, scope)}] = ${this.#expression(value, scope)}`, ...this.#show(name)];
  }

  #operation(target: string, type: TypeText, scope: Scope): string {
    const [operator, operand] = this.#random.pick(operatorsOf(type)!);
    return `${target} ${operator}= ${this.#expression(operand, scope)}`;
  }

  #mutation(scope: Scope): string[] {
    const random = this.#random;
    const known = scope.variables.filter(({ type, fixed }) => /^(list|dict|set)</.test(type) && fixed !== true);
    if (known.length === 0) return this.#declaration(scope);
    const { name, type } = random.pick(known);
    const [kind, [first = "int", second = "int"]] = splitType(type);
    const of = (wanted: TypeText) => this.#expression(wanted, scope);
    const call = {
      list: () =>
        random.pick([
          () => `${name}.append(${of(first)})`,
          () => `${name}.extend(${of(type)})`,
          () => `${name}.insert(${of("index").replace("None", "0")}, ${of(first)})`,
          () => `${name} and print(${name}.pop())`,
          () => `print(${name}.pop(${of("small")} % len(${name})) if ${name} else "-")`,
          () => `print(${name}.index(${of(first)})) if ${name} == 1 else ${name}.append(${of(first)})`,
          () => `${name} and ${name}.remove(${name}[-1])`,
          () => `${name}.clear()`,
        ])(),
      dict: () =>
        random.pick([
          () => `${name}.update(${of(type)})`,
          () => `${name}.update([(${of(first)}, ${of(second)})])`,
          () => `print(${name}.setdefault(${of(first)}, ${of(second)}))`,
          () => `print(${name}.pop(${of(first)}, None))`,
          () => `print(${name}.popitem() if ${name} else "-")`,
          () => `print(${name}.keys(), ${name}.values(), ${name}.items())`,
          () => `print(${name}.get(${of(first)}))`,
          () => `${name}.clear()`,
        ])(),
      set: () =>
        random.pick([
          () => `${name}.add(${of(first)})`,
          () => `${name}.discard(${of(first)})`,
          () => `${name}.update(${of(`list<${first}>`)})`,
          () => `print(${name}.pop() if ${name} else "-")`,
          () => `print(${of(first)} in ${name})`,
          () => `${name}.clear()`,
        ])(),
    }[kind as "list" | "dict" | "set"]();
    return [call, ...this.#show(name)];
  }

  #print(scope: Scope): string[] {
    const args = this.#random.several(1, 3, () => this.#expression("any", scope));
    if (this.#random.chance(0.1)) args.push(`sep = ${stringLiteral(this.#random)}`);
    return [`print(${args.join(", ")})`];
  }

  #oneLine(scope: Scope): string[] {
    const random = this.#random;
    const name = this.#declare(scope, "int");
    return [
      random.pick([
        () => `${name} = 1; ${name} += ${this.#expression("int", scope.block())}; print(${name})`,
        () => `${name} = 0\nif ${this.#expression("bool", scope)}: ${name} = 2; print(${name})`,
        () => `${name} = 0\nfor ${name} in ${this.#expressions.operand("range", scope, 1)}[:3]: print(${name})`,
      ])(),
    ].flatMap((text) => text.split("\n"));
  }

  #conditional(scope: Scope): string[] {
    const lines = [`if ${this.#expression(this.#random.chance(0.8) ? "bool" : "any", scope)}:`];
    lines.push(...this.#block(scope.block()));
    if (this.#random.chance(0.3)) {
      lines.push(`elif ${this.#expression("bool", scope)}:`, ...this.#block(scope.block()));
    }
    if (this.#random.chance(0.5)) lines.push("else:", ...this.#block(scope.block()));
    return lines;
  }

  #forLoop(scope: Scope): string[] {
    const inner = scope.block(true);
    if (this.#random.chance(0.12)) return this.#walk(scope);
    const { target, iterable } = this.#expressions.loopHead(inner, 2);
    return [`for ${target} in ${iterable}:`, ...this.#block(inner)];
  }

  /** Over a variable, which the body may try to change. */
  #walk(scope: Scope): string[] {
    const known = scope.variables.filter(({ type }) => /^(list|dict|set)</.test(type));
    if (known.length === 0) return this.#declaration(scope);
    const walked = this.#random.pick(known);
    const [, [first = "int"]] = splitType(walked.type);
    const inner = scope.block(true);
    if (this.#style.wrong === 0) inner.add({ ...walked, fixed: true });
    const name = this.#expressions.freshName("i");
    inner.add({ name, type: first, fixed: true });
    return [`for ${name} in ${walked.name}:`, ...this.#block(inner)];
  }

  #whileLoop(scope: Scope): string[] {
    const name = this.#expressions.freshName("n");
    const inner = scope.block(true);
    inner.add({ name, type: "int", fixed: true });
    const condition = this.#random.chance(0.5) ? "" : ` and ${this.#expressions.operand("bool", scope, 2)}`;
    const head = `while ${name} < ${this.#random.between(1, 4)}${condition}:`;
    return [`${name} = 0`, head, ...this.#block(inner, [`${name} += 1`])];
  }

  #definition(scope: Scope): string[] {
    const random = this.#random;
    const returns = randomType(random, 1);
    const name = this.#expressions.freshName("f");
    const parameters = this.#parameters();
    const body = scope.functionBody(returns);
    const heads = parameters.map((parameter) => this.#parameterText(parameter, scope, body));
    const keywordOnly = parameters.findIndex(({ kind }) => kind.startsWith("keyword"));
    if (keywordOnly >= 0 && !parameters.some(({ kind }) => kind === "args")) heads.splice(keywordOnly, 0, "*");
    if (random.chance(this.#style.wrong)) heads.push(random.pick(["a", "*b", "**c", "d = 1", "*"]));
    const lines = [`def ${name}(${heads.join(", ")}):`, ...this.#block(body, this.#docstring())];
    if (random.chance(0.93)) lines.push(`${this.#indent}return ${this.#expression(returns, body)}`);
    const variable: Variable = { name, type: "fn", signature: { parameters, returns } };
    scope.add(variable);
    if (random.chance(0.8)) lines.push(`print("${name}", ${this.#expressions.callOf(variable, scope, 2)})`);
    return lines;
  }

  #docstring(): string[] {
    return this.#random.chance(0.1) ? ['"""Does something."""'] : [];
  }

  #parameters(): ParameterPlan[] {
    const random = this.#random;
    const make = (kind: ParameterPlan["kind"]): ParameterPlan => ({
      name: this.#expressions.freshName("p"),
      type: randomType(random, 1),
      kind,
    });
    const parameters = [
      ...random.several(0, 2, () => make("required")),
      ...random.several(0, 2, () => make("optional")),
    ];
    const args = random.chance(0.25);
    if (args) parameters.push(make("args"));
    if (random.chance(0.25)) parameters.push(make(random.pick(["keyword", "keyword-optional"])));
    if (random.chance(0.2)) parameters.push(make(random.pick(["keyword", "keyword-optional"])));
    if (random.chance(0.2)) parameters.push(make("kwargs"));
    return parameters;
  }

  #parameterText({ name, type, kind }: ParameterPlan, outside: Scope, body: Scope): string {
    const own = kind === "args" ? "any-tuple" : kind === "kwargs" ? `dict<str,${type}>` : type;
    if (own !== "any-tuple") body.add({ name, type: own });
    switch (kind) {
      case "optional":
      case "keyword-optional":
        return `${name} = ${this.#expressions.make(type, outside, 1)}`;
      case "args":
        return `*${name}`;
      case "kwargs":
        return `**${name}`;
      default:
        return name;
    }
  }

  #recursion(scope: Scope): string[] {
    const name = this.#expressions.freshName("r");
    const [count, rest] = [this.#expressions.freshName("n"), this.#expressions.freshName("a")];
    const body = scope.functionBody("int");
    body.add({ name: count, type: "int", fixed: true });
    body.add({ name: rest, type: "list<int>" });
    const step = this.#random.pick([
      `return ${name}(${count} - 1, ${rest} + [${count}]) + 1`,
      `return ${this.#expressions.operand("int", body, 2)} + ${name}(${count} - 1, ${rest})`,
      `return [${name}(${count} - i, ${rest}) for i in (1, 2)][1]`,
    ]);
    const lines = [`def ${name}(${count}, ${rest} = []):`];
    lines.push(...this.#indented([`if ${count} <= 0:`, `${this.#indent}return ${this.#expression("int", body)}`]));
    if (this.#random.chance(0.3)) lines.push(...this.#block(body));
    lines.push(this.#indent + step, `print("${name}", ${name}(${this.#random.between(0, 6)}))`);
    return lines;
  }

  /** Closures that share a variable. */
  #counter(scope: Scope): string[] {
    const [maker, cell, add, read] = ["make", "c", "add", "read"].map((prefix) => this.#expressions.freshName(prefix));
    const first = this.#expressions.freshName("k");
    const indent = this.#indent;
    const inner = scope.functionBody("int");
    inner.add({ name: first, type: "int" });
    const change = this.#random.chance(0.7)
      ? `${cell}[0] += ${this.#expressions.make("int", inner, 2)}`
      : `${cell}.append(1)`;
    const uses = this.#random.pick([
      `${add}(), ${add}(), ${read}()`,
      `${read}(), ${add}(), ${read}()`,
      `[${add}() for _ in range(3)], ${read}()`,
    ]);
    return [
      `def ${maker}(${first}):`,
      `${indent}${cell} = [${first}]`,
      `${indent}def ${add}():`,
      `${indent}${indent}${change}`,
      `${indent}${indent}return ${cell}`,
      `${indent}return ${add}, lambda: ${cell}[-1]`,
      `${add}, ${read} = ${maker}(${this.#expressions.make("int", scope, 2)})`,
      `print(${uses})`,
    ];
  }

  /** A statement that is wrong, at once or when it runs. */
  #mistake(scope: Scope): string[] {
    const of = (type: TypeText) => this.#expression(type, scope);
    const name = scope.variables.length > 0 ? this.#random.pick(scope.variables).name : "nobody";
    return [
      this.#random.pick([
        () => `${name}.field = ${of("any")}`,
        () => `${name}.field += ${of("any")}`,
        () => `${name}[${of("any")}] = ${of("any")}`,
        () => `${name}[${of("any")}] += ${of("any")}`,
        () => `${name} += ${of("any")}`,
        () => `a, b = ${of("any")}`,
        () => `[a, b, c] = [${of("any")}, 1]`,
        () => `(a, b) = ${of("list<int>")}`,
        () => `for i in ${name}: ${name}.append(1)`,
        () => `for i in ${name}: ${name}[i] = 2`,
        () => `for i in ${name}: ${name}.clear()`,
        () => `for i in ${of("any")}: print(i)`,
        () => `for i, j in ${of("any")}: print(i)`,
        () => `fail(${of("any")}, ${of("any")}${this.#random.pick(["", ", sep = ''", ", x = 1"])})`,
        () => `${name}()`,
        () => `${name}(${of("any")}, x = ${of("any")})`,
        () => `${name}(*${of("any")})`,
        () => `${name}(**${of("any")})`,
        () => `[1, 2][${of("any")}]`,
        () => "later = later + 1",
        () => `def early(): return soon\nearly(); soon = 1`,
        () => `def local():\n  print(${name})\n  ${name} = 1\nlocal()`,
        () => `def deep(n): return deep(n + 1) if n < 5 else [][n]\ndeep(0)`,
        () => `[x // y for x in [1] for y in (1, 0)]`,
        () => `{${of("list<int>")}: 1}`,
        () => `set([${of("any")}, ${of("any")}])`,
        () => `sorted([${of("any")}, ${of("any")}], key = lambda x: x.y)`,
        () => `print(${of("any")}, sep = ${of("any")})`,
      ])(),
    ].flatMap((text) => text.split("\n"));
  }
}

/** Augmented assignments that keep a variable's type: operator and type of the operand. */
function operatorsOf(type: TypeText): (readonly [string, TypeText])[] | undefined {
  switch (splitType(type)[0]) {
    case "int":
      return [
        ["+", "int"],
        ["-", "int"],
        ["*", "small"],
        ["//", "divisor"],
        ["%", "divisor"],
        ["|", "int"],
        ["&", "int"],
        ["^", "int"],
        ["<<", "small"],
        [">>", "small"],
      ];
    case "float":
      return [
        ["+", "num"],
        ["-", "float"],
        ["*", "num"],
        ["/", "float"],
      ];
    case "str":
      return [
        ["+", "str"],
        ["*", "small"],
      ];
    case "bytes":
      return [["+", "bytes"]];
    case "list":
      return [
        ["+", type],
        ["*", "small"],
      ];
    case "dict":
      return [["|", type]];
    case "set":
      return [
        ["|", type],
        ["&", type],
        ["-", type],
        ["^", type],
      ];
    default:
      return undefined;
  }
}
