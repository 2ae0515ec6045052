/** How workflows continue in a new execution. */
import { type ContinueAsNewOptions, makeContinueAsNewFunc, type Workflow } from "@temporalio/workflow";
import { getActivator } from "@temporalio/workflow/lib/global-attributes.js";

/**
 * Ends this execution; the next one begins with the version of the workers that is current then. Search attributes and memo are taken
 * along unless given.
 */
export function continueOnCurrentVersion<F extends Workflow>(
  args: Parameters<F>,
  options: Omit<ContinueAsNewOptions, "initialVersioningBehavior"> = {},
): Promise<never> {
  // Servers up to 1.29 do not know the option: what counts there is how the last workflow task was completed.
  const activator = getActivator();
  if (activator.info.currentDeploymentVersion !== undefined) activator.versioningBehavior = "AUTO_UPGRADE";
  return makeContinueAsNewFunc<F>({ ...options, initialVersioningBehavior: "AUTO_UPGRADE" })(...args);
}
