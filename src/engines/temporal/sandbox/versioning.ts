/**
 * Runs are pinned to the version of the workers' code that they began with, and move to the current one where they continue in a new
 * execution.
 */
import { workflowInfo } from "@temporalio/workflow";

interface Activator {
  versioningBehavior?: string;
  cancelled: boolean;
}

/**
 * The workflow task that is being computed says that the workflow follows the current version. To be called right before the
 * workflow continues as new: the new execution then begins on the current version. The SDK has an option of continueAsNew for this
 * (`initialVersioningBehavior`), which servers before 1.30 leave out of account, and sets the behaviour only once for a workflow;
 * hence its own record is changed. Nothing of that is a command, so a replay does not see it.
 */
export function followCurrentVersion(): void {
  // A worker without versions, as in tests, may not say so.
  if (workflowInfo().currentDeploymentVersion?.deploymentName) activator().versioningBehavior = "AUTO_UPGRADE";
}

/**
 * A failure by cancellation ends the workflow as cancelled, also when the request was a message of ours: the SDK asks its own record
 * whether Temporal has been asked.
 */
export function allowCancelledEnd(): void {
  activator().cancelled = true;
}

function activator(): Activator {
  // oxlint-disable-next-line eslint/no-underscore-dangle -- the SDK's name
  return (globalThis as unknown as { __TEMPORAL_ACTIVATOR__: Activator }).__TEMPORAL_ACTIVATOR__;
}
