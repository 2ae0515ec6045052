/** A workflow that goes on for some rounds, and moves to the current version when it continues in a new execution. */
import { condition, defineSignal, setHandler, sleep, workflowInfo } from "@temporalio/workflow";
import { continueOnCurrentVersion } from "../../../src/engines/temporal/sandbox/continue.ts";

/** What a round does, which another version does otherwise: a test replaces this text. */
const order: string = "as it was";

/** Answers the versions that have computed it. */
export async function rounds(left: number, naps: number, seen: string[] = []): Promise<string[]> {
  let isAsked = false;
  setHandler(defineSignal("renew"), () => void (isAsked = true));
  const here = [...seen, workflowInfo().currentDeploymentVersion!.buildId];
  for (let nap = 0; nap < naps; nap++) {
    if (order === "as it was") await sleep(1);
    else await condition(() => false, 1 + nap);
    if (order !== "as it was") await Promise.all([sleep(1), sleep(2)]);
  }
  await condition(() => isAsked);
  if (left === 0) return here;
  return continueOnCurrentVersion<typeof rounds>([left - 1, naps, here]);
}
