/**
 * The resolver: gives every identifier its binding and checks what the grammar leaves open (specification: Identifiers
 * and scope, Function definitions, Calls, Statements). Goes on after a problem; messages and places are starlark-go's.
 */
import { checkParameters } from "./check-parameters.ts";
import { Scopes, type KnownNames, type Report } from "./scopes.ts";
import { startOf } from "./start-of.ts";
import type * as tree from "./tree.ts";
import { toText } from "../values/text.ts";

/** Arguments of one kind that a call may have. */
const maximalArguments = 255;

/** Resolves the statements of a file, in place. The module is only good when nothing was reported. */
export function resolve(
  file: tree.SourceFile,
  body: tree.Statement[],
  options: tree.DialectOptions,
  known: KnownNames,
  report: Report,
): tree.Module {
  const scopes = new Scopes(file, options, known, report);
  new Resolver(scopes, options, report).statements(body);
  scopes.finish();
  const { globals, loadedNames, top } = scopes;
  return { file, body, globals, loadedNames, top, options };
}

class Resolver {
  readonly #scopes: Scopes;
  readonly #options: tree.DialectOptions;
  readonly #report: Report;
  /** Loops around the current statement, in the same function. */
  #loops = 0;
  /** `if` statements around the current one. */
  #conditionals = 0;

  constructor(scopes: Scopes, options: tree.DialectOptions, report: Report) {
    this.#scopes = scopes;
    this.#options = options;
    this.#report = report;
  }

  statements(list: tree.Statement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(statement: tree.Statement): void {
    switch (statement.kind) {
      case "expression":
        this.#expression(statement.value);
        return;
      case "assign":
        this.#expression(statement.value);
        this.#target(statement.target, statement.operator !== "");
        return;
      case "def":
        this.#scopes.bind(statement.name);
        this.#function(statement.function);
        return;
      case "if":
        this.#if(statement);
        return;
      case "for":
        this.#controlAtTopLevel("for loop", statement.pos);
        this.#expression(statement.iterable);
        this.#target(statement.target, false);
        this.#loop(statement.body);
        return;
      case "while":
        this.#while(statement);
        return;
      case "return":
        if (!this.#scopes.inFunction) this.#report("return statement not within a function", statement.pos);
        if (statement.value !== undefined) this.#expression(statement.value);
        return;
      case "break":
      case "continue":
        if (this.#loops === 0) this.#report(`${statement.kind} not in a loop`, statement.pos);
        return;
      case "load":
        this.#load(statement);
        return;
      case "pass":
    }
  }

  #controlAtTopLevel(what: string, pos: number): void {
    if (this.#options.topLevelControl || this.#scopes.inFunction) return;
    this.#report(`${what} not within a function`, pos);
  }

  #if({ pos, condition, body, orElse }: tree.IfStatement): void {
    this.#controlAtTopLevel("if statement", pos);
    this.#expression(condition);
    this.#conditionals++;
    this.statements(body);
    this.statements(orElse);
    this.#conditionals--;
  }

  #while({ pos, condition, body }: tree.WhileStatement): void {
    if (!this.#options.while) this.#report("this Starlark dialect does not support while loops", pos);
    this.#controlAtTopLevel("while loop", pos);
    this.#expression(condition);
    this.#loop(body);
  }

  #loop(body: tree.Statement[]): void {
    this.#loops++;
    this.statements(body);
    this.#loops--;
  }

  #load({ pos, names }: tree.LoadStatement): void {
    if (this.#scopes.inFunction) this.#report("load statement within a function", pos);
    else if (this.#loops > 0) this.#report("load statement within a loop", pos);
    else if (this.#conditionals > 0) this.#report("load statement within a conditional", pos);
    for (const { local, remote } of names) this.#loadedName(local, remote);
  }

  #loadedName(local: tree.Identifier, remote: tree.StringLiteral): void {
    const name = toText(remote.value);
    const namePos = remote.pos + 1;
    if (name === "") {
      this.#report("load: empty identifier", namePos);
      return;
    }
    if (name.startsWith("_")) {
      this.#report(`load: names with leading underscores are not exported: ${name}`, namePos);
    }
    if (this.#options.loadBindsGlobally) this.#scopes.bind(local);
    else if (this.#scopes.bindLoaded(local) && !this.#options.globalReassign) {
      this.#report(`cannot reassign top-level ${toText(local.name)}`, local.pos);
    }
  }

  /** What is assigned to: binds its names. */
  #target(target: tree.Expression, isAugmented: boolean): void {
    switch (target.kind) {
      case "identifier":
        this.#scopes.bind(target);
        return;
      case "index":
        this.#expression(target.object);
        this.#expression(target.index);
        return;
      case "dot":
        this.#expression(target.object);
        return;
      case "tuple":
      case "list":
        if (isAugmented) {
          this.#report(`can't use ${target.kind} expression in augmented assignment`, startOf(target));
        }
        for (const element of target.elements) this.#target(element, isAugmented);
        return;
      case "paren":
        this.#target(target.inner, isAugmented);
        return;
      default:
        this.#report(`can't assign to ${describe(target)}`, startOf(target));
    }
  }

  #expressions(list: tree.Expression[]): void {
    for (const expression of list) this.#expression(expression);
  }

  #optional(expression: tree.Expression | undefined): void {
    if (expression !== undefined) this.#expression(expression);
  }

  #expression(expression: tree.Expression): void {
    switch (expression.kind) {
      case "identifier":
        this.#scopes.use(expression);
        return;
      case "int":
      case "float":
      case "string":
      case "bytes":
        return;
      case "list":
      case "tuple":
        this.#expressions(expression.elements);
        return;
      case "dict":
        for (const { key, value } of expression.entries) {
          this.#expression(key);
          this.#expression(value);
        }
        return;
      case "comprehension":
        this.#comprehension(expression);
        return;
      case "conditional":
        this.#expression(expression.condition);
        this.#expression(expression.then);
        this.#expression(expression.orElse);
        return;
      case "unary":
        this.#expression(expression.operand);
        return;
      case "binary":
        this.#expression(expression.left);
        this.#expression(expression.right);
        return;
      case "call":
        this.#expression(expression.callee);
        this.#arguments(expression);
        return;
      case "dot":
        this.#expression(expression.object);
        return;
      case "index":
        this.#expression(expression.object);
        this.#expression(expression.index);
        return;
      case "slice":
        this.#expression(expression.object);
        this.#optional(expression.low);
        this.#optional(expression.high);
        this.#optional(expression.step);
        return;
      case "lambda":
        this.#function(expression.function);
        return;
      case "paren":
        this.#expression(expression.inner);
    }
  }

  /** The first clause's operand belongs to the block around: consider `[x for x in x]`. */
  #comprehension({ clauses, key, value }: tree.Comprehension): void {
    const [first, ...rest] = clauses;
    if (first?.kind !== "for") throw new Error("a comprehension begins with a for clause");
    this.#expression(first.iterable);
    this.#scopes.open();
    this.#target(first.target, false);
    for (const clause of rest) {
      if (clause.kind === "if") this.#expression(clause.condition);
      else {
        this.#target(clause.target, false);
        this.#expression(clause.iterable);
      }
    }
    this.#optional(key);
    this.#expression(value);
    this.#scopes.close();
  }

  #arguments(call: tree.CallExpression): void {
    const names = new Set<string>();
    let positional = 0;
    let named = 0;
    let hasArgs = false;
    let hasKwargs = false;
    for (const argument of call.arguments) {
      const problem = misplaced(argument.kind, hasArgs, hasKwargs, names.size > 0);
      if (problem !== undefined) this.#report(problem, argument.pos);
      switch (argument.kind) {
        case "args":
          hasArgs = true;
          break;
        case "kwargs":
          hasKwargs = true;
          break;
        case "named":
          named++;
          this.#argumentName(argument, names);
          break;
        case "positional":
          positional++;
      }
      this.#expression(argument.value);
    }
    if (positional > maximalArguments) this.#tooMany(call, `${positional} positional`);
    if (named > maximalArguments) this.#tooMany(call, `${named} keyword`);
  }

  #argumentName({ name, pos }: tree.Argument, names: Set<string>): void {
    if (names.has(name!)) this.#report(`keyword argument "${toText(name!)}" is repeated`, pos);
    names.add(name!);
  }

  #tooMany(call: tree.CallExpression, what: string): void {
    this.#report(`${what} arguments in call, limit is ${maximalArguments}`, startOf(call));
  }

  /** Defaults belong to the block around. */
  #function(node: tree.FunctionNode): void {
    for (const parameter of node.parameters) this.#optional(parameter.default);
    this.#scopes.open(node);
    const outerLoops = this.#loops;
    this.#loops = 0;
    checkParameters(node.parameters, this.#report);
    for (const { name } of node.parameters) if (name !== undefined) this.#scopes.bind(name);
    this.statements(node.body);
    this.#loops = outerLoops;
    this.#scopes.close();
  }
}

function describe({ kind }: tree.Expression): string {
  switch (kind) {
    case "int":
    case "float":
    case "string":
    case "bytes":
      return "literal";
    case "comprehension":
      return kind;
    case "conditional":
      return "condexpr";
    default:
      return `${kind}expr`;
  }
}

/** What is wrong with an argument after those before it. */
function misplaced(
  kind: tree.Argument["kind"],
  afterArgs: boolean,
  afterKwargs: boolean,
  afterNamed: boolean,
): string | undefined {
  switch (kind) {
    case "kwargs":
      return afterKwargs ? "multiple **kwargs not allowed" : undefined;
    case "args":
      if (afterKwargs) return "*args may not follow **kwargs";
      return afterArgs ? "multiple *args not allowed" : undefined;
    case "named":
      if (afterKwargs) return "keyword argument may not follow **kwargs";
      return afterArgs ? "keyword argument may not follow *args" : undefined;
    default:
      if (afterArgs) return "positional argument may not follow *args";
      if (afterKwargs) return "positional argument may not follow **kwargs";
      return afterNamed ? "positional argument may not follow named" : undefined;
  }
}
