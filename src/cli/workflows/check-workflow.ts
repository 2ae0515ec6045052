/** Everything that the front end says about a workflow. */
import { setImmediate } from "node:timers/promises";
import type { CompileResult } from "../../core/program.ts";
import { serverlessWorkflow } from "../../languages/serverless-workflow/program.ts";
import type { WorkflowFile } from "./workflow-files.ts";

const slice = 200_000;

/** Compiles a workflow, as the server would. */
export async function compileWorkflow({ sources }: WorkflowFile): Promise<CompileResult> {
  const compilation = serverlessWorkflow.compile(sources, "handlers");
  for (;;) {
    const result = compilation.step(slice);
    if (result !== "running") return result;
    await setImmediate();
  }
}
