/** A workflow of these tests, as Temporal's bundler takes it. */
import { proxyActivities, sleep } from "@temporalio/workflow";

const { note } = proxyActivities<{ note(text: string): Promise<string> }>({ startToCloseTimeout: "1 minute" });

/** Waits, takes a note, and answers. */
export async function noting(text: string): Promise<string> {
  await sleep(100);
  return note(text);
}

/** Takes a note that takes long. */
export async function notingSlowly(text: string): Promise<string> {
  return note(`slowly ${text}`);
}
