/** A workflow made ready to run: looked up by name, texts of values read, expressions compiled once. Immutable but for its caches. */
import type { Value } from "../../jq/value.ts";
import { readJson } from "../data/json.ts";
import { type MergeRule, mergeRule } from "../data/merge.ts";
import { compilerFor } from "../expressions/compiler.ts";
import type { CompiledExpression } from "../expressions/language.ts";
import { PropertyFile } from "../expressions/properties.ts";
import { secretNamesIn, variableNames } from "../expressions/variables.ts";
import type { FunctionPlan } from "../functions/plan.ts";
import type { ErrorDefinition, EventDefinition, FunctionDefinition, State, Workflow } from "../model.ts";

export class WorkflowImage {
  readonly workflow: Workflow;
  /** Names of the variables that expressions may use. */
  readonly variables: readonly string[];
  readonly merge: MergeRule;
  readonly #states = new Map<string, State>();
  readonly #events = new Map<string, EventDefinition>();
  readonly #errors = new Map<string, ErrorDefinition>();
  readonly #functions = new Map<string, { definition: FunctionDefinition; plan: FunctionPlan }>();
  readonly #compile: (text: string) => CompiledExpression;
  readonly #compiled = new Map<string, CompiledExpression>();
  readonly #literals = new Map<string, Value>();
  #constants: Value | undefined;
  #properties: PropertyFile | undefined;
  #secretNames: string[] | undefined;

  /** `plans` are in the order of the workflow's functions. */
  constructor(workflow: Workflow, plans: readonly FunctionPlan[]) {
    this.workflow = workflow;
    this.variables = variableNames(workflow);
    this.merge = mergeRule(workflow);
    this.#compile = compilerFor(workflow, this.variables);
    for (const state of workflow.states) this.#states.set(state.name, state);
    for (const event of workflow.events) this.#events.set(event.name, event);
    for (const error of workflow.errors) this.#errors.set(error.name, error);
    for (const [i, definition] of workflow.functions.entries()) {
      this.#functions.set(definition.name, { definition, plan: plans[i]! });
    }
  }

  /** The state of a name that the model or a run's state refers to. */
  state(name: string): State {
    return required(this.#states.get(name), "state", name);
  }

  hasState(name: string): boolean {
    return this.#states.has(name);
  }

  event(name: string): EventDefinition {
    return required(this.#events.get(name), "event", name);
  }

  error(name: string): ErrorDefinition {
    return required(this.#errors.get(name), "error", name);
  }

  function(name: string): { definition: FunctionDefinition; plan: FunctionPlan } {
    return required(this.#functions.get(name), "function", name);
  }

  /** The compiled expression; compiled when it is first asked for. */
  compiled(text: string): CompiledExpression {
    let compiled = this.#compiled.get(text);
    if (compiled === undefined) this.#compiled.set(text, (compiled = this.#compile(text)));
    return compiled;
  }

  /** The value of a JSON text of the model. */
  literal(json: string): Value {
    let value = this.#literals.get(json);
    if (value === undefined) this.#literals.set(json, (value = readJson(json)));
    return value;
  }

  /** `$CONST`. */
  get constants(): Value {
    return (this.#constants ??= readJson(this.workflow.constants));
  }

  /** application.properties. */
  get properties(): PropertyFile {
    return (this.#properties ??= new PropertyFile(this.workflow.properties));
  }

  /** Names that expressions look up in `$SECRET`. */
  get secretNames(): readonly string[] {
    return (this.#secretNames ??= secretNamesIn(this.workflow));
  }
}

function required<Found>(found: Found | undefined, kind: string, name: string): Found {
  if (found === undefined) throw new TypeError(`the workflow has no ${kind} "${name}"`);
  return found;
}
