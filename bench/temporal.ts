/**
 * AutoFlow on Temporal: runs a second beside a workflow that is written by hand, events a second of a log, and how soon a run of
 * very many steps goes on in a worker that does not know it.
 */
import { randomUUID } from "node:crypto";
import type { ActionCall } from "../src/core/action.ts";
import type { NewEvent } from "../src/core/event.ts";
import { startExecution } from "../src/engines/temporal/client/starts.ts";
import { workflowIds } from "../src/engines/temporal/protocol/names.ts";
import type { RunInput, RunMemo } from "../src/engines/temporal/protocol/run.ts";
import { inputOf } from "../src/engines/temporal/client/start-arguments.ts";
import { temporalCli } from "../src/engines/temporal/testing/dev-server.ts";
import { type BenchContext, pause } from "./context.ts";
import { median } from "./figure.ts";
import { type Instance, openInstance } from "./temporal/instance.ts";

/** Each step has the answer of the one before, as in the workflow that is written by hand. */
const threeSteps = `
value = run("echo", {"text": "hello"})
value = run("echo", value)
run("echo", value)
`;
const firstInput = JSON.stringify({ text: "hello" });

/** Answers each "look" by a call that the measurement sees; every other step is only received. */
const manySteps = `
def main():
    steps = signal_channel("step")
    for n in range(10000000):
        if steps.receive() == "look":
            run("echo", n)

main()
`;

const inFlight = 40;
const pairs = 7;
const eventsPerBatch = 500;

export async function temporal(context: BenchContext): Promise<void> {
  if ((await temporalCli()) === undefined) return context.note("no Temporal server on this machine: nothing measured");
  let heard: (call: ActionCall) => void = () => {};
  await using instance = await openInstance((call) => heard(call));
  await measureRuns(context, instance);
  await measureEvents(context, instance);
  await measureResume(context, instance, (next) => (heard = next));
}

/** Both kinds in turn, with the same number in flight, from the client's start until it has the result. */
async function measureRuns(context: BenchContext, instance: Instance): Promise<void> {
  const count = context.full ? 2000 : 300;
  const own = await ownRun(instance);
  const handWritten = async (): Promise<void> => {
    const { client, taskQueue } = instance;
    await client.workflow.execute("threeSteps", { workflowId: randomUUID(), taskQueue, args: [firstInput] });
  };
  const rates: { own: number; handWritten: number }[] = [];
  // The first pair warms up.
  for (let n = 0; n <= pairs; n++) {
    const ownFirst = n % 2 === 0;
    const first = await rateOf(ownFirst ? own : handWritten, count);
    const second = await rateOf(ownFirst ? handWritten : own, count);
    if (n > 0) rates.push(ownFirst ? { own: first, handWritten: second } : { own: second, handWritten: first });
  }
  const limit = median(rates.map((rate) => rate.handWritten));
  context.figure({
    name: "temporal.runs",
    value: median(rates.map((rate) => rate.own)),
    unit: "runs/s",
    limit,
    limitOf: "a TypeScript workflow of the same steps, on the same server and worker",
    better: "higher",
  });
  context.figure({
    name: "temporal.runs-ratio",
    value: median(rates.map((rate) => rate.own / rate.handWritten)),
    unit: "x hand-written",
    goal: 0.9,
    better: "higher",
  });
  context.note(
    `${count} of each kind in turn, ${pairs} times, ${inFlight} in flight, compressed and encrypted; ratios: ` +
      rates.map((rate) => (rate.own / rate.handWritten).toFixed(2)).join(", "),
  );
}

/** A function that starts a run of three steps as the engine does, and waits for its end. */
async function ownRun(instance: Instance): Promise<() => Promise<void>> {
  const { client, taskQueue } = instance;
  const { input, memo } = await firstOf(instance, threeSteps);
  const image = { hash: memo.imageHash, language: memo.language };
  return async () => {
    const runId = randomUUID();
    const workflowId = workflowIds.run(taskQueue, runId);
    const own: RunInput = { ...input, start: { ...input.start, runId, time: Date.now() } };
    await startExecution(client, {
      workflowId,
      taskQueue,
      input: own,
      image,
      memo,
      labels: [],
      reuse: "REJECT_DUPLICATE",
    });
    await client.workflow.getHandle(workflowId).result();
  };
}

/** Starts a driver through the engine and waits for its end: what runs like it are started with. */
async function firstOf(instance: Instance, text: string): Promise<{ input: RunInput; memo: RunMemo }> {
  const { client, taskQueue, namespace } = instance;
  const runId = await startDriver(instance, text);
  const handle = client.workflow.getHandle(workflowIds.run(taskQueue, runId));
  await handle.result();
  const { memo, runId: executionId } = await handle.describe();
  const input = await inputOf({ client, taskQueue, namespace }, { runId, executionId });
  return { input: input!, memo: memo!["about"] as RunMemo };
}

async function startDriver({ engine }: Instance, text: string): Promise<string> {
  const sources = { entry: "main.star", files: new Map([["main.star", text]]) };
  const definition = { project: "1", language: "starlark", sources };
  return (await engine.startDriver({ definition, identity: randomUUID() })).runId;
}

/** So many a second, with some in flight. */
async function rateOf(one: () => Promise<void>, count: number): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  const goOn = async (): Promise<void> => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: inFlight }, goOn));
  return (count * 1000) / (performance.now() - startedAt);
}

/** Events of one project that start nothing. */
async function measureEvents(context: BenchContext, { engine }: Instance): Promise<void> {
  const batches = context.full ? 100 : 20;
  await engine.appendEvents(newEvents());
  const startedAt = performance.now();
  let left = batches;
  const goOn = async (): Promise<void> => {
    while (left-- > 0) await engine.appendEvents(newEvents());
  };
  await Promise.all([goOn(), goOn()]);
  const seconds = (performance.now() - startedAt) / 1000;
  const value = (batches * eventsPerBatch) / seconds;
  context.figure({ name: "temporal.events", value, unit: "events/s", better: "higher" });
  context.note(`${batches} batches of ${eventsPerBatch} events of 300 bytes, to the log of one project`);
}

function newEvents(): NewEvent[] {
  const body = Buffer.from(JSON.stringify({ issue: 7, text: "x".repeat(270) }));
  return Array.from({ length: eventsPerBatch }, () => ({
    project: "1",
    attributes: { id: randomUUID(), source: "/bench", type: "com.example.nobody_waits" },
    body,
    overlay: "",
  }));
}

/** From an arrival until the run has gone on, in a worker that has just been started; no other is there. */
async function measureResume(
  context: BenchContext,
  instance: Instance,
  listen: (heard: () => void) => void,
): Promise<void> {
  const steps = context.full ? 100_000 : 10_000;
  const { engine, client, taskQueue } = instance;
  const runId = await startDriver(instance, manySteps);
  const look = async (): Promise<void> => {
    const seen = Promise.withResolvers<void>();
    listen(seen.resolve);
    await engine.signalRun(runId, "step", '"look"');
    await seen.promise;
  };
  const seconds = await sendSteps(instance, runId, steps);
  await look();
  const times: number[] = [];
  for (let n = 0; n < (context.full ? 7 : 3); n++) {
    // Let the run park.
    await pause(500);
    await instance.endWorker();
    await instance.startWorker();
    const startedAt = performance.now();
    await look();
    times.push(performance.now() - startedAt);
  }
  const { historyLength } = await client.workflow.getHandle(workflowIds.run(taskQueue, runId)).describe();
  context.figure({ name: "temporal.resume", value: median(times), unit: "ms", better: "lower" });
  context.note(
    `the run had taken ${steps.toLocaleString("en-US")} steps, in ${seconds.toFixed(0)} s; its current execution has ${historyLength} events`,
  );
  await engine.cancelRun(runId, "measured");
}

/** Each is a turn of the run. Seconds until all were sent. */
async function sendSteps({ engine }: Instance, runId: string, steps: number): Promise<number> {
  const startedAt = performance.now();
  let left = steps;
  const goOn = async (): Promise<void> => {
    while (left-- > 0) await engine.signalRun(runId, "step", "1");
  };
  await Promise.all(Array.from({ length: inFlight }, goOn));
  return (performance.now() - startedAt) / 1000;
}
