/** How workflows continue in a new execution. */
import { type ContinueAsNewOptions, makeContinueAsNewFunc, type Workflow, workflowInfo } from "@temporalio/workflow";
import { followCurrentVersion } from "./versioning.ts";

/**
 * Ends this execution; the next one begins with the version of the workers that is current then. Search attributes and memo are taken
 * along as they are now, unless given: by itself, Temporal would take what this execution began with.
 */
export function continueOnCurrentVersion<F extends Workflow>(
  args: Parameters<F>,
  options: Omit<ContinueAsNewOptions, "initialVersioningBehavior"> = {},
): Promise<never> {
  followCurrentVersion();
  const { memo, typedSearchAttributes } = workflowInfo();
  const kept = { ...(memo !== undefined && { memo }), typedSearchAttributes };
  return makeContinueAsNewFunc<F>({ ...kept, ...options, initialVersioningBehavior: "AUTO_UPGRADE" })(...args);
}
