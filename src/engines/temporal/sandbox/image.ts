/** The holder of an image: an entity whose input is the image. It is open for as long as the image is used. */
import { condition, setWorkflowOptions } from "@temporalio/workflow";

/** Does nothing; whatever version of the workers is current may do that. */
export async function image(): Promise<void> {
  await condition(() => false);
}

setWorkflowOptions({ versioningBehavior: "AUTO_UPGRADE" }, image);
