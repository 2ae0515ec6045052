/** How workflows continue in a new execution. */
import { type ContinueAsNewOptions, makeContinueAsNewFunc, type Workflow } from "@temporalio/workflow";
import { followCurrentVersion } from "./versioning.ts";

/**
 * Ends this execution; the next one begins with the version of the workers that is current then. Search attributes and memo are taken
 * along unless given.
 */
export function continueOnCurrentVersion<F extends Workflow>(
  args: Parameters<F>,
  options: Omit<ContinueAsNewOptions, "initialVersioningBehavior"> = {},
): Promise<never> {
  followCurrentVersion();
  return makeContinueAsNewFunc<F>({ ...options, initialVersioningBehavior: "AUTO_UPGRADE" })(...args);
}
