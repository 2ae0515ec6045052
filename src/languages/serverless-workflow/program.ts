/** Serverless Workflow 0.8 as a Program, behaving as SonataFlow where the specification leaves room. */
import type { Program } from "../../core/program.ts";
import { WorkflowCompilation } from "./compile/compilation.ts";
import { language } from "./image.ts";
import { LoadedWorkflow } from "./machine/loaded-workflow.ts";
import { dependenciesOf } from "./references/dependencies.ts";

export const serverlessWorkflow: Program = {
  language,
  dependencies: dependenciesOf,
  compile: (sources) => new WorkflowCompilation(sources),
  load: (image) => new LoadedWorkflow(image),
};
