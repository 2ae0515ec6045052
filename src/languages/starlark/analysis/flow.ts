/**
 * Which variables have a value where they are read. Control flow is followed along the statements: branches, loops that may run
 * not at all, break, continue, return and fail.
 */
import { startOf } from "../syntax/start-of.ts";
import type { Expression, Identifier, Statement } from "../syntax/tree.ts";
import { isAlways } from "./reach.ts";
import type { Symbols, Variable } from "./symbols.ts";
import { boundIn, walkExpression } from "./walk.ts";

/** A read of a variable that may have no value yet. */
export interface Unbound {
  identifier: Identifier;
  variable: Variable;
  /** Whether it never has one there. */
  always: boolean;
}

/** What has a value: for certain, and perhaps. Undefined where control never comes. */
interface State {
  certain: ReadonlySet<Variable>;
  possible: ReadonlySet<Variable>;
}

type Reached = State | undefined;

/** Every assignment copies the sets, so that a generated text of many thousand names would take seconds. */
const mostVariables = 2000;

/**
 * The reads of a function's own variables, or of the file's at its top level, that may come too early. Where there are very many
 * variables, nothing is looked at.
 */
export function unboundReads(
  body: readonly Statement[],
  symbols: Symbols,
  own: ReadonlySet<Variable>,
  bound: ReadonlySet<Variable>,
): Unbound[] {
  if (own.size > mostVariables) return [];
  const flow = new Flow(symbols, own);
  flow.block(body, { certain: bound, possible: bound });
  return flow.found;
}

class Flow {
  readonly #found = new Map<Identifier, Unbound>();
  readonly #symbols: Symbols;
  readonly #own: ReadonlySet<Variable>;
  /** The loops around: states at their breaks. */
  readonly #breaks: Reached[][] = [];

  constructor(symbols: Symbols, own: ReadonlySet<Variable>) {
    this.#symbols = symbols;
    this.#own = own;
  }

  get found(): Unbound[] {
    return [...this.#found.values()];
  }

  block(statements: readonly Statement[], start: Reached): Reached {
    let state = start;
    for (const statement of statements) {
      if (state === undefined) break;
      state = this.#statement(statement, state);
    }
    return state;
  }

  #statement(statement: Statement, state: State): Reached {
    switch (statement.kind) {
      case "assign":
        this.#read(statement.value, state);
        if (statement.operator === "") this.#readTarget(statement.target, state);
        else this.#read(statement.target, state);
        return this.#bind(statement.target, state);
      case "expression":
        this.#read(statement.value, state);
        return isFail(statement.value) ? undefined : state;
      case "def":
        for (const { default: value } of statement.function.parameters)
          if (value !== undefined) this.#read(value, state);
        return this.#bind(statement.name, state);
      case "load":
        return statement.names.reduce<State>((before, { local }) => this.#bind(local, before), state);
      case "return":
        if (statement.value !== undefined) this.#read(statement.value, state);
        return undefined;
      case "break":
        this.#breaks.at(-1)?.push(state);
        return undefined;
      case "continue":
        return undefined;
      case "if":
        this.#read(statement.condition, state);
        return join(this.block(statement.body, state), this.block(statement.orElse, state));
      case "for":
        this.#read(statement.iterable, state);
        return this.#loop(statement.body, state, this.#bind(statement.target, state), false);
      case "while":
        this.#read(statement.condition, state);
        return this.#loop(statement.body, state, state, isAlways(statement.condition));
      default:
        return state;
    }
  }

  /** A body runs not at all, once, or again after itself; what later rounds have bound is possible in the first one's text. */
  #loop(body: readonly Statement[], before: State, first: State, endless: boolean): Reached {
    const bound = new Set(first.possible);
    for (const variable of this.#own) if (this.#isBoundIn(variable, body)) bound.add(variable);
    this.#breaks.push([]);
    const after = this.block(body, { certain: first.certain, possible: bound });
    const left = this.#breaks.pop()!;
    const ends = endless ? left : [...left, before, after];
    const end = ends.reduce<Reached>((a, b) => join(a, b), undefined);
    return end === undefined ? undefined : { certain: end.certain, possible: new Set([...end.possible, ...bound]) };
  }

  #isBoundIn(variable: Variable, body: readonly Statement[]): boolean {
    const [first, last] = [body[0], body.at(-1)];
    if (first === undefined || last === undefined) return false;
    const from = startOf(first);
    return variable.definitions.some(({ identifier: { pos } }) => pos >= from && pos < last.end);
  }

  #bind(target: Expression, state: State): State {
    const variables = boundIn(target).flatMap((identifier) => this.#symbols.variables.get(identifier) ?? []);
    if (variables.every((variable) => state.certain.has(variable))) return state;
    return {
      certain: new Set([...state.certain, ...variables]),
      possible: new Set([...state.possible, ...variables]),
    };
  }

  #readTarget(target: Expression, state: State): void {
    if (target.kind === "identifier") return;
    if (target.kind === "tuple" || target.kind === "list") {
      for (const element of target.elements) this.#readTarget(element, state);
    } else if (target.kind === "paren") this.#readTarget(target.inner, state);
    else this.#read(target, state);
  }

  /** Functions inside run later, when more is bound: they are left out. */
  #read(expression: Expression, state: State): void {
    walkExpression(expression, {
      expression: (part) => {
        if (part.kind !== "identifier") return part.kind !== "lambda";
        const variable = this.#symbols.variables.get(part);
        if (variable === undefined || !this.#own.has(variable) || state.certain.has(variable)) return;
        this.#found.set(part, { identifier: part, variable, always: !state.possible.has(variable) });
      },
    });
  }
}

function isFail(value: Expression): boolean {
  return value.kind === "call" && value.callee.kind === "identifier" && value.callee.name === "fail";
}

/** Two ways that meet. */
function join(a: Reached, b: Reached): Reached {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  return {
    certain: new Set([...a.certain].filter((variable) => b.certain.has(variable))),
    possible: new Set([...a.possible, ...b.possible]),
  };
}
