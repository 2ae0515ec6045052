/** Evaluates the expressions of a run. */
import type { RunStart } from "../../../core/program.ts";
import { isTruthy, type Value } from "../../jq/value.ts";
import { JqLimitError } from "../../jq/errors.ts";
import { maxDepth, withoutMarkers, writePublicJson } from "../data/json.ts";
import { bytesLeft } from "../data/sizes.ts";
import type { Evaluation, EvaluationStep } from "../expressions/language.ts";
import { Properties } from "../expressions/properties.ts";
import { secretValues } from "../expressions/variables.ts";
import type { Expression, Template } from "../model.ts";
import type { RunState } from "./run-state.ts";
import type { Meter, Work } from "./work.ts";
import { grouped, LimitReached, type WorkflowError, workflowError } from "./workflow-error.ts";
import type { WorkflowImage } from "./workflow-image.ts";

/** What the evaluator sees of its run. */
export interface EvaluatedRun {
  readonly image: WorkflowImage;
  readonly start: RunStart;
  readonly state: RunState;
  readonly meter: Meter;
  readonly time: number;
  /** Says something to people. */
  warn(message: string): void;
}

/** Values of the variables that a foreach state adds. */
export type Variables = ReadonlyMap<string, Value>;

const noVariables: Variables = new Map();

export class Evaluator {
  readonly #run: EvaluatedRun;
  #properties: Properties | undefined;
  #secrets: Value | undefined;

  readonly #now = (): number => this.#run.time / 1000;

  constructor(run: EvaluatedRun) {
    this.#run = run;
  }

  get properties(): Properties {
    return (this.#properties ??= new Properties(this.#run.image.properties, this.#run.start));
  }

  /** The output; null for none, an array of several. Throws WorkflowError. */
  *value(expression: Expression, input: Value, variables: Variables = noVariables): Work<Value> {
    try {
      return yield* this.#value(expression.text, input, variables);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw workflowError("WORKFLOW_EXPRESSION", `${shortened(expression.text)}: ${error.message}`, "expression");
    }
  }

  *isTrue(expression: Expression, input: Value, variables: Variables = noVariables): Work<boolean> {
    return isTruthy(yield* this.value(expression, input, variables));
  }

  /** The path that a target expression leads to. Throws WorkflowError. */
  *path(target: Expression, input: Value, variables: Variables = noVariables): Work<(string | number)[]> {
    const { expressionLang } = this.#run.image.workflow;
    if (expressionLang !== "jq") throw noPlace(target);
    const at = { text: `[path(${target.text})][0]`, at: target.at };
    const path = yield* this.value(at, input, variables);
    if (Array.isArray(path) && path.every((key) => typeof key === "string" || typeof key === "number")) return path;
    throw noPlace(target);
  }

  /** The value that a template gives. Throws WorkflowError where an expression fails that may not stand for itself. */
  *template(template: Template, input: Value, variables: Variables = noVariables): Work<Value> {
    switch (template.kind) {
      case "literal":
        return this.#run.image.literal(template.json);
      case "expression":
        return yield* this.#orLiteral(template, input, variables);
      case "array": {
        const array: Value[] = [];
        for (const item of template.items) array.push(yield* this.template(item, input, variables));
        return array;
      }
      case "object": {
        const object = new Map<string, Value>();
        for (const { key, value } of template.entries) object.set(key, yield* this.template(value, input, variables));
        return object;
      }
    }
  }

  *#orLiteral(template: Template & { kind: "expression" }, input: Value, variables: Variables): Work<Value> {
    const { expression, literal } = template;
    if (literal === undefined) return yield* this.value(expression, input, variables);
    try {
      return yield* this.#value(expression.text, input, variables);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#run.warn(`${shortened(literal)} is taken as a text, for it cannot be evaluated: ${error.message}`);
      return literal;
    }
  }

  *#value(text: string, input: Value, variables: Variables): Work<Value> {
    const { meter, start, image } = this.#run;
    const { memoryBytes, depth } = start.limits;
    const compiled = image.compiled(text);
    const values = compiled.variables.length === 0 ? noVariables : this.#values(compiled.variables, variables);
    const options = { steps: meter.left, bytes: memoryBytes, depth, now: this.#now };
    const evaluation = compiled.start(input, values, options);
    let first: Value | undefined;
    let all: Value[] | undefined;
    let room = memoryBytes;
    for (;;) {
      const step = this.#step(evaluation);
      if (step === "running") yield;
      else if (step === "done") return all ?? first ?? null;
      else if ("error" in step) throw new ExpressionError(messageOf(step.error.value));
      else {
        room = this.#roomAfter(step.value, room);
        if (first === undefined) first = step.value;
        else (all ??= [first]).push(step.value);
      }
    }
  }

  /** What is left of so many bytes after an output. Throws LimitReached. */
  #roomAfter(output: Value, room: number): number {
    const left = bytesLeft(output, room, maxDepth);
    if (left === "too deep") throw new ExpressionError(`the result is nested deeper than ${maxDepth}`);
    if (left < 0) throw this.#tooLarge();
    this.#run.meter.spend((room - left) >>> 10);
    return left;
  }

  #tooLarge(): LimitReached {
    return new LimitReached(
      "LIMIT_MEMORY",
      `an expression needs more than ${grouped(this.#run.start.limits.memoryBytes)} bytes`,
    );
  }

  #step(evaluation: Evaluation): EvaluationStep {
    const { meter, start } = this.#run;
    const before = evaluation.steps;
    try {
      return evaluation.step(Math.max(1, meter.granted));
    } catch (error) {
      if (!(error instanceof JqLimitError)) throw error;
      if (error.limit === "steps") throw meter.tooMany();
      const { depth } = start.limits;
      if (error.limit === "depth") throw new LimitReached("LIMIT_DEPTH", `calls nested deeper than ${grouped(depth)}`);
      throw this.#tooLarge();
    } finally {
      // A limit of steps is told by the evaluation itself, at the very step.
      meter.used += evaluation.steps - before;
    }
  }

  #values(names: readonly string[], variables: Variables): Variables {
    const values = new Map<string, Value>();
    for (const name of names) {
      if (name === "SECRET") values.set(name, this.#secretValues());
      else if (name === "CONST") values.set(name, this.#run.image.constants);
      else if (name === "WORKFLOW") values.set(name, this.#workflowValue());
      else values.set(name, variables.get(name) ?? null);
    }
    return values;
  }

  #secretValues(): Value {
    this.#secrets ??= secretValues(this.#run.image.secretNames, (name) => this.properties.find(name));
    return this.#secrets;
  }

  #workflowValue(): Value {
    const { image, start, state } = this.#run;
    const { workflow } = image;
    const { starter } = start;
    const headers = new Map<string, Value>();
    for (const [name, value] of Object.entries(starter?.headers ?? {})) headers.set(name, withoutMarkers(value));
    return new Map<string, Value>([
      ["id", workflow.id],
      ["name", workflow.name ?? workflow.id],
      ["version", workflow.version],
      ["instanceId", start.runId],
      ["headers", headers],
      ["identity", fromOutside(starter?.identity)],
      ["businessKey", fromOutside(starter?.businessKey)],
      ["prevActionResult", state.previous ?? null],
      ["statusCode", state.answered?.statusCode ?? null],
      ["statusMessage", state.answered?.statusMessage ?? null],
      ["responseHeaders", state.answered?.headers ?? null],
      ["error", state.caught ?? null],
    ]);
  }
}

function fromOutside(text: string | undefined): Value {
  return text === undefined ? null : withoutMarkers(text);
}

/** An expression could not be evaluated for these data. */
class ExpressionError extends Error {}

function noPlace({ text }: Expression): WorkflowError {
  return workflowError("WORKFLOW_EXPRESSION", `${shortened(text)} is no place to write to`, "expression");
}

function messageOf(raised: Value): string {
  return typeof raised === "string" ? raised : `(not a string): ${writePublicJson(raised)}`;
}

/** An expression as messages show it. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
