/** Events a second of one log, which is what all events of a project go through: with nobody waiting, and with runs that wait. */
import { randomUUID } from "node:crypto";
import type { NewEvent } from "../../src/core/event.ts";
import type { BenchContext } from "../context.ts";
import { startDriver } from "./drivers.ts";
import type { Instance } from "./instance.ts";

const eventsPerBatch = 500;
const appendsAtOnce = 2;
const awaited = "com.example.awaited";
const waitingRuns = 200;
/** One in so many events is for a run that waits. */
const everySo = 50;

/** Tells each event that it gets, by a call that the measurement sees. */
const waiting = (n: number): string => `
def main():
    run("echo", {"waits": ${n}})
    while True:
        wait_for_event(type = "${awaited}", filter = {"issue": ${n}})
        run("echo", {"heard": ${n}})

main()
`;

/** `calls`: has its argument hear the input of each call of "echo". */
export async function measureEvents(
  context: BenchContext,
  instance: Instance,
  calls: (heard: (input: string) => void) => void,
): Promise<void> {
  const batches = context.full ? 100 : 20;
  await append(instance, 2, () => newEvent("com.example.nobody_waits", 0));
  const alone = await append(instance, batches, () => newEvent("com.example.nobody_waits", 0));
  context.figure({ name: "temporal.events", value: alone, unit: "events/s", better: "higher" });

  let heard = 0;
  const started = Promise.withResolvers<void>();
  const delivered = Promise.withResolvers<void>();
  const expected = (batches * eventsPerBatch) / everySo;
  let begun = 0;
  calls((input) => {
    if (input.includes("waits") && ++begun === waitingRuns) started.resolve();
    if (input.includes("heard") && ++heard === expected) delivered.resolve();
  });
  const ids = await startWaiting(instance);
  await started.promise;
  let n = 0;
  const startedAt = performance.now();
  const withWaits = await append(instance, batches, () => {
    n++;
    return newEvent(awaited, n % everySo === 0 ? (n / everySo) % waitingRuns : -1);
  });
  await delivered.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  context.figure({ name: "temporal.events-awaited", value: withWaits, unit: "events/s", better: "higher" });
  context.note(
    `${batches} batches of ${eventsPerBatch} events of 300 bytes, to the log of one project, ${appendsAtOnce} callers; awaited: ` +
      `${waitingRuns} runs wait for events of that type, ${expected} events are for one of them, and ${seconds.toFixed(1)} s ` +
      "after the first append all had been answered by a call",
  );
  for (const id of ids) await instance.engine.cancelRun(id, "measured");
}

async function startWaiting(instance: Instance): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < waitingRuns) ids.push(await startDriver(instance, waiting(next++)));
  };
  await Promise.all(Array.from({ length: 10 }, goOn));
  return ids;
}

/** So many events a second, each batch acknowledged. */
async function append({ engine }: Instance, batches: number, event: () => NewEvent): Promise<number> {
  const startedAt = performance.now();
  let left = batches;
  const goOn = async (): Promise<void> => {
    while (left-- > 0) await engine.appendEvents(Array.from({ length: eventsPerBatch }, event));
  };
  await Promise.all(Array.from({ length: appendsAtOnce }, goOn));
  return (batches * eventsPerBatch * 1000) / (performance.now() - startedAt);
}

function newEvent(type: string, issue: number): NewEvent {
  const body = Buffer.from(JSON.stringify({ issue, text: "x".repeat(270) }));
  return { project: "1", attributes: { id: randomUUID(), source: "/bench", type }, body, overlay: "" };
}
