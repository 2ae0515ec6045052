/** JSONPath as the expression language of a workflow (`expressionLang: jsonpath`). */
import { JqError, JqLimitError } from "../../../jq/errors.ts";
import type { Value } from "../../../jq/value.ts";
import type { CompiledExpression, Evaluation, EvaluationOptions, EvaluationStep } from "../language.ts";
import { evaluatePath } from "./evaluate.ts";
import type { Expression, Path, Selector } from "./path.ts";
import { parsePath } from "./parse.ts";

/**
 * Compiles a path. `variables` are names, without "$": `$NAME.x` and `$.$NAME.x` lead into their values. Throws `JqSyntaxError`.
 * An evaluation gives exactly one value or error, all in one step: the limits bound how much that is.
 */
export function compileJsonPath(text: string, variables: readonly string[]): CompiledExpression {
  const path = parsePath(text, variables);
  return {
    variables: [...variablesOf(path)],
    start: (input, values, options) => new PathEvaluation(path, input, values, options),
  };
}

class PathEvaluation implements Evaluation {
  readonly #path: Path;
  readonly #input: Value;
  readonly #variables: ReadonlyMap<string, Value>;
  readonly #options: EvaluationOptions;
  #steps = 0;
  #bytes = 0;
  #isDone = false;

  constructor(path: Path, input: Value, variables: ReadonlyMap<string, Value>, options: EvaluationOptions) {
    this.#path = path;
    this.#input = input;
    this.#variables = variables;
    this.#options = options;
  }

  get steps(): number {
    return this.#steps;
  }

  step(): EvaluationStep {
    if (this.#isDone) return "done";
    this.#isDone = true;
    const scope = {
      root: this.#input,
      current: this.#input,
      variables: this.#variables,
      charge: (steps: number) => this.#charge(steps),
      allocate: (bytes: number) => this.#allocate(bytes),
    };
    try {
      return { value: evaluatePath(scope, this.#path) };
    } catch (error) {
      if (error instanceof JqError) return { error: { value: error.value } };
      throw error;
    }
  }

  #charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#options.steps) throw new JqLimitError("steps", `more than ${this.#options.steps} steps`);
  }

  #allocate(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#options.bytes) throw new JqLimitError("bytes", `more than ${this.#options.bytes} bytes`);
  }
}

function variablesOf(expression: Expression): Set<string> {
  const found = new Set<string>();
  const visit = (inner: Expression): void => {
    if (inner.kind === "path") {
      if (typeof inner.root === "object") found.add(inner.root.variable);
      for (const segment of inner.segments) {
        for (const part of segment.kind === "call" ? segment.args : segment.selectors.flatMap(testsOf)) visit(part);
      }
    } else for (const part of partsOf(inner)) visit(part);
  };
  visit(expression);
  return found;
}

function testsOf(selector: Selector): Expression[] {
  return selector.kind === "filter" ? [selector.test] : [];
}

function partsOf(expression: Exclude<Expression, Path>): readonly Expression[] {
  switch (expression.kind) {
    case "list":
      return expression.items;
    case "call":
      return expression.args;
    case "not":
      return [expression.test];
    case "and":
    case "or":
    case "compare":
      return [expression.left, expression.right];
    default:
      return [];
  }
}
