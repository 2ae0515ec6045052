/** A workflow's file, compiled, and what it says of itself. */
import { AutoFlowError, formatLocation } from "../../core/errors.ts";
import type { Image, WorkflowDescription } from "../../core/program.ts";
import { serverlessWorkflow } from "../../languages/serverless-workflow/program.ts";
import { seenFromHere } from "../script-file.ts";
import { compileWorkflow } from "./check-workflow.ts";
import type { WorkflowFile } from "./workflow-files.ts";

/** Throws what the first problem is when it does not compile. */
export async function describedWorkflow(file: WorkflowFile): Promise<{ image: Image; workflow: WorkflowDescription }> {
  const { image, diagnostics } = await compileWorkflow(file);
  if (image !== undefined) return { image, workflow: serverlessWorkflow.load(image).describe().workflow! };
  const { message, where } = diagnostics.find(({ severity }) => severity === "error")!;
  throw new AutoFlowError("WORKFLOW_INVALID", `${formatLocation(seenFromHere(file.root, where))}: ${message}`, {
    hint: "`autoflow workflows validate` tells all that is wrong.",
  });
}
