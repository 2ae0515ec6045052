/** The log, and runs that only note what they are told. */
import { condition, defineQuery, defineSignal, setHandler } from "@temporalio/workflow";
import type { RunMessage } from "../../../src/engines/temporal/protocol/run.ts";

export { log } from "../../../src/engines/temporal/sandbox/log/log.ts";

export async function run(): Promise<void> {
  const messages: RunMessage[] = [];
  const seen = new Set<string>();
  let isOver = false;
  setHandler(defineSignal<[RunMessage]>("message"), (message) => {
    if (!seen.has(message.id)) messages.push(message);
    seen.add(message.id);
  });
  setHandler(defineSignal("end"), () => {
    isOver = true;
  });
  setHandler(defineQuery<RunMessage[]>("messages"), () => messages);
  await condition(() => isOver);
}
