/** The workflows of the registry's tests, and one that tells what it sees of an image. */
import { condition, continueAsNew, defineSignal, setHandler } from "@temporalio/workflow";
import type { ImageValue } from "../../../src/engines/temporal/protocol/run.ts";

export { image } from "../../../src/engines/temporal/sandbox/image.ts";
export { registry } from "../../../src/engines/temporal/sandbox/registry/registry.ts";
export { schedule } from "../../../src/engines/temporal/sandbox/schedule.ts";

/** Ends with the text of the image, after so many executions. */
export async function read(value: ImageValue, times: number): Promise<string> {
  if (times > 0) return continueAsNew<typeof read>(value, times - 1);
  return new TextDecoder().decode(value.bytes);
}

/** A log that answers with what it was told to resume. */
export async function log(): Promise<unknown> {
  let told: unknown;
  setHandler(defineSignal<[unknown]>("resume"), (input) => {
    told = input;
  });
  await condition(() => told !== undefined);
  return told;
}

/** A run that waits. */
export async function run(): Promise<void> {
  let isOver = false;
  setHandler(defineSignal("end"), () => {
    isOver = true;
  });
  await condition(() => isOver);
}
