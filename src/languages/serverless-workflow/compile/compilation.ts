/** From sources to an image: read, resolve, check, plan, write. */
import type { Compilation, CompileResult, Sources } from "../../../core/program.ts";
import { Problems } from "../document/problems.ts";
import { readWorkflow } from "../document/workflow.ts";
import { planFunction, type FunctionPlan } from "../functions/plan.ts";
import { encodeImage, imageHash, language } from "../image.ts";
import type { FunctionDefinition, Workflow } from "../model.ts";
import { Resources } from "../references/resources.ts";
import { checkerFor } from "./expression-checker.ts";
import { environmentNames } from "./environment-names.ts";

/** What a compiled workflow is before it is bytes: for the linter, and for tools. */
export interface CheckedWorkflow {
  workflow?: Workflow;
  plans: Map<string, FunctionPlan>;
  problems: Problems;
  resources: Resources;
}

/** Does one part of the work at each step: documents may be large. */
export class WorkflowCompilation implements Compilation {
  readonly #sources: Sources;
  readonly #work: Generator<undefined, CompileResult, undefined>;
  #result: CompileResult | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#work = this.#compile();
  }

  step(): "running" | CompileResult {
    if (this.#result !== undefined) return this.#result;
    const next = this.#work.next();
    if (next.done !== true) return "running";
    this.#result = next.value;
    return next.value;
  }

  *#compile(): Generator<undefined, CompileResult, undefined> {
    const { workflow, plans, problems } = yield* checkWorkflow(this.#sources);
    const { diagnostics } = problems;
    if (workflow === undefined || problems.hasErrors) return { diagnostics, output: [] };
    const { entry, files } = this.#sources;
    const bytes = encodeImage({
      workflow,
      plans: [...plans.values()],
      environment: environmentNames(workflow, [...plans.values()]),
      source: { path: entry, text: files.get(entry) ?? "" },
    });
    return { image: { hash: imageHash(bytes), language, bytes }, diagnostics, output: [] };
  }
}

/** Reads a workflow and plans its functions, part by part. */
export function* checkWorkflow(sources: Sources): Generator<undefined, CheckedWorkflow, undefined> {
  const problems = new Problems();
  const resources = new Resources(sources, problems);
  const workflow = readWorkflow({
    sources,
    resources,
    problems,
    checkerFor,
  });
  const plans = new Map<string, FunctionPlan>();
  for (const definition of workflow?.functions ?? []) {
    yield undefined;
    if (lacksDocument(definition, problems)) continue;
    const plan = planFunction(definition, resources, problems);
    if (plan !== undefined) plans.set(definition.name, plan);
  }
  return { ...(workflow !== undefined && { workflow }), plans, problems, resources };
}

/** Whether it has been told that the document of a function is not there; there is no more to say of it then. */
function lacksDocument({ document, operationAt: at }: FunctionDefinition, { diagnostics }: Problems): boolean {
  if (document !== undefined) return false;
  return diagnostics.some(
    ({ code, where }) => code === "WORKFLOW_REFERENCE_MISSING" && where.file === at.file && where.line === at.line,
  );
}
