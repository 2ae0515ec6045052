/** Runs a second of a script of three steps, beside a workflow of the same steps that is written by hand. */
import { randomUUID } from "node:crypto";
import { defineSearchAttributeKey } from "@temporalio/common";
import { inputOf } from "../../src/engines/temporal/client/start-arguments.ts";
import { startExecution } from "../../src/engines/temporal/client/starts.ts";
import { labelsAttribute, workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import type { RunMemo } from "../../src/engines/temporal/protocol/run.ts";
import type { BenchContext } from "../context.ts";
import { median } from "../figure.ts";
import { startDriver } from "./drivers.ts";
import { type HandWorker, startHandWorker } from "./hand-worker.ts";
import type { Instance } from "./instance.ts";

/** Each step has the answer of the one before, as in the workflow that is written by hand. */
const threeSteps = `
value = run("echo", {"text": "hello"})
value = run("echo", value)
run("echo", value)
`;
const firstInput = JSON.stringify({ text: "hello" });

const inFlight = 20;
const pairs = 7;
/** Parts of each measurement, which come in turn: whatever else the machine does meets both kinds alike. */
const parts = 4;

/** Starts one, waits for its result as a client, and answers its workflow's id. */
type OneRun = () => Promise<string>;

interface Pair {
  own: number;
  byHand: number;
}

/** Both kinds in turn, with the same number in flight, from the client's start until it has the result. */
export async function measureRuns(context: BenchContext, instance: Instance): Promise<void> {
  await using worker = await startHandWorker(instance);
  const kinds = { own: await ownRun(instance), byHand: handWritten(instance, worker) };
  const count = context.full ? 1000 : 120;
  const rates: Pair[] = [];
  // The first pair warms up.
  for (let n = 0; n <= pairs; n++) {
    const rate = await ratesOf(kinds, count);
    if (n > 0) rates.push(rate);
  }
  tell(context, rates);
  const events = { own: await eventsOf(instance, kinds.own), byHand: await eventsOf(instance, kinds.byHand) };
  context.note(
    `${count} of each kind in turn, ${pairs} times, ${inFlight} in flight, compressed and encrypted; ` +
      `${events.own} events of history a run, ${events.byHand} by hand\n` +
      `ratios: ${rates.map((rate) => (rate.own / rate.byHand).toFixed(2)).join(", ")}`,
  );
}

function tell(context: BenchContext, rates: readonly Pair[]): void {
  context.figure({
    name: "temporal.runs",
    value: median(rates.map((rate) => rate.own)),
    unit: "runs/s",
    limit: median(rates.map((rate) => rate.byHand)),
    limitOf: "a TypeScript workflow of the same steps, on the same server",
    better: "higher",
  });
  context.figure({
    name: "temporal.runs-ratio",
    value: median(rates.map((rate) => rate.own / rate.byHand)),
    unit: "x by hand",
    goal: 0.9,
    better: "higher",
  });
}

async function ratesOf({ own, byHand }: { own: OneRun; byHand: OneRun }, count: number): Promise<Pair> {
  const seconds: Pair = { own: 0, byHand: 0 };
  for (let part = 0; part < parts; part++) {
    const ownFirst = part % 2 === 0;
    if (ownFirst) seconds.own += await secondsOf(own, count / parts);
    seconds.byHand += await secondsOf(byHand, count / parts);
    if (!ownFirst) seconds.own += await secondsOf(own, count / parts);
  }
  return { own: count / seconds.own, byHand: count / seconds.byHand };
}

/** How long so many take, with some in flight. */
async function secondsOf(one: OneRun, count: number): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  const goOn = async (): Promise<void> => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: inFlight }, goOn));
  return (performance.now() - startedAt) / 1000;
}

function handWritten({ client }: Instance, { taskQueue }: HandWorker): OneRun {
  return async () => {
    const workflowId = randomUUID();
    await client.workflow.execute("threeSteps", { workflowId, taskQueue, args: [firstInput] });
    return workflowId;
  };
}

/** A run as the engine starts it, with all that it is found by and told of in lists: like one that the engine has started itself. */
async function ownRun(instance: Instance): Promise<OneRun> {
  const { client, taskQueue, namespace } = instance;
  const first = await startDriver(instance, threeSteps);
  const handle = client.workflow.getHandle(workflowIds.run(taskQueue, first));
  await handle.result();
  const { memo: { about } = {}, typedSearchAttributes, runId: executionId } = await handle.describe();
  const memo = about as RunMemo;
  const input = (await inputOf({ client, taskQueue, namespace }, { runId: first, executionId }))!;
  const labels = typedSearchAttributes.get(defineSearchAttributeKey(labelsAttribute, "KEYWORD_LIST"))!;
  const image = { hash: memo.imageHash, language: memo.language };
  return async () => {
    const runId = randomUUID();
    const workflowId = workflowIds.run(taskQueue, runId);
    const start = { ...input.start, runId, time: Date.now() };
    const execution = { workflowId, taskQueue, input: { ...input, start }, image, memo, labels };
    await startExecution(client, { ...execution, reuse: "REJECT_DUPLICATE" });
    await client.workflow.getHandle(workflowId).result();
    return workflowId;
  };
}

async function eventsOf({ client }: Instance, one: OneRun): Promise<number> {
  return (await client.workflow.getHandle(await one()).describe()).historyLength;
}
