/** What a generated program has named so far, and types as they are written in templates. */

/** "int", "list<T>", "dict<str,list<int>>", …; "fn" for functions, whose signature is beside it. */
export type TypeText = string;

export interface ParameterPlan {
  name: string;
  type: TypeText;
  kind: "required" | "optional" | "keyword" | "keyword-optional" | "args" | "kwargs";
}

export interface Variable {
  name: string;
  type: TypeText;
  /** Of a function: how it is called, and what it returns (its type is "fn"). */
  signature?: { parameters: ParameterPlan[]; returns: TypeText };
  /** Of a loop's variable or its iterable: not to be assigned or changed in most programs. */
  fixed?: boolean;
}

/** The names that can be used at one place, innermost last. */
export class Scope {
  readonly variables: Variable[];
  /** How many variables belong to functions around this one, or to the module: those are not assigned to. */
  readonly outer: number;
  readonly inFunction: boolean;
  readonly inLoop: boolean;
  readonly returns: TypeText | undefined;

  constructor(from: { variables?: Variable[]; outer?: number; inLoop?: boolean; returns?: TypeText | undefined } = {}) {
    this.variables = from.variables ?? [];
    this.outer = from.outer ?? 0;
    this.inLoop = from.inLoop ?? false;
    this.returns = from.returns;
    this.inFunction = from.returns !== undefined;
  }

  /** A block in this scope: what it names is not known after it. */
  block(inLoop = this.inLoop): Scope {
    return new Scope({ variables: [...this.variables], outer: this.outer, inLoop, returns: this.returns });
  }

  /** The body of a function that is defined here. */
  functionBody(returns: TypeText): Scope {
    return new Scope({ variables: [...this.variables], outer: this.variables.length, returns });
  }

  add(variable: Variable): void {
    const at = this.variables.findIndex(({ name }, i) => i >= this.outer && name === variable.name);
    if (at >= 0) this.variables[at] = variable;
    else this.variables.push(variable);
  }

  /** Those of this function that may be assigned. */
  assignable(): Variable[] {
    return this.variables.filter((variable, i) => i >= this.outer && variable.fixed !== true && variable.type !== "fn");
  }

  ofType(type: TypeText): Variable[] {
    return this.variables.filter((variable) => variable.type === type);
  }
}

/** "dict<str,list<int>>" as ["dict", ["str", "list<int>"]]. */
export function splitType(type: TypeText): [string, TypeText[]] {
  const open = type.indexOf("<");
  if (open < 0) return [type, []];
  const parameters: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = start; i < type.length; i++) {
    const character = type[i]!;
    if (character === "<") depth++;
    else if (character === ">" && depth-- === 0) parameters.push(type.slice(start, i));
    else if (character === "," && depth === 0) {
      parameters.push(type.slice(start, i));
      start = i + 1;
    }
  }
  return [type.slice(0, open), parameters];
}
