/** How soon a run of very many steps goes on in a worker that knows nothing of it. */
import { workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import { type BenchContext, pause } from "../context.ts";
import { median } from "../figure.ts";
import { startDriver } from "./drivers.ts";
import type { Instance } from "./instance.ts";

const allSteps = 100_000;
const callsAtOnce = 50;

/** Calls, then sleeps that are over at once: each is a step with a turn of its own. Then it answers what it is told by a call. */
const script = (calls: number, sleeps: number): string => `
def step():
    run("echo", {"text": "hello"})

def main():
    for n in range(${calls / callsAtOnce}):
        parallel([step] * ${callsAtOnce})
    for n in range(${sleeps}):
        sleep(seconds = 0)
    run("echo", {"ready": True})
    looks = signal_channel("look")
    for n in range(1000):
        looks.receive()
        run("echo", {"looked": n})

main()
`;

/** `calls`: has its argument hear the input of each call of "echo". */
export async function measureResume(
  context: BenchContext,
  instance: Instance,
  calls: (heard: (input: string) => void) => void,
): Promise<void> {
  const made = context.full ? allSteps : 2000;
  const { engine, client, taskQueue } = instance;
  const told = (what: string): Promise<void> =>
    new Promise((resolve) => calls((input) => input.includes(what) && resolve()));
  const startedAt = performance.now();
  const ready = told("ready");
  const runId = await startDriver(instance, script(made, allSteps - made));
  await ready;
  const seconds = (performance.now() - startedAt) / 1000;
  const look = async (): Promise<void> => {
    const looked = told("looked");
    await engine.signalRun(runId, "look", "1");
    await looked;
  };
  await look();
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    // Let the run park.
    await pause(500);
    await instance.endWorker();
    await instance.startWorker();
    const from = performance.now();
    await look();
    times.push(performance.now() - from);
  }
  const { historyLength } = await client.workflow.getHandle(workflowIds.run(taskQueue, runId)).describe();
  const details = (await engine.findRun(runId))!;
  context.figure({ name: "temporal.resume", value: median(times), unit: "ms", better: "lower" });
  context.note(
    `from a signal until the run has called, in a worker that has just been started; the run had taken ` +
      `${allSteps.toLocaleString("en-US")} steps in ${seconds.toFixed(0)} s: ${made.toLocaleString("en-US")} calls, ` +
      `${callsAtOnce} at a time, and otherwise sleeps that were over at once; ${details.turns} turns, ` +
      `its current execution has ${historyLength} events`,
  );
  await engine.cancelRun(runId, "measured");
}
