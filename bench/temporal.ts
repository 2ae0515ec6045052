/**
 * AutoFlow on Temporal: runs a second beside a workflow that is written by hand, events a second of a log, and how soon a run of
 * very many steps goes on in a worker that does not know it.
 */
import { temporalCli } from "../src/engines/temporal/testing/dev-server.ts";
import type { BenchContext } from "./context.ts";
import { measureEvents } from "./temporal/events.ts";
import { openInstance } from "./temporal/instance.ts";
import { measureResume } from "./temporal/resume.ts";
import { measureRuns } from "./temporal/runs.ts";

/** Measures `temporal.runs`, `temporal.runs-ratio`, `temporal.events`, `temporal.events-awaited` and `temporal.resume`. */
export async function temporal(context: BenchContext): Promise<void> {
  if ((await temporalCli()) === undefined) return context.note("no Temporal server on this machine: nothing measured");
  let heard: (input: string) => void = () => {};
  await using instance = await openInstance(({ input }) => heard(input));
  const calls = (next: (input: string) => void): void => void (heard = next);
  await measureRuns(context, instance);
  await measureEvents(context, instance, calls);
  await measureResume(context, instance, calls);
}
