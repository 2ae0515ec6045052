/** A neighbour: small runs, one after the other, whose way from the event to their call is timed. */
import type { Endpoint } from "../support/endpoint.ts";
import { pause } from "../support/eventually.ts";
import type { DevServer } from "../support/server.ts";

export const neighbourScript = `
def neighbour(w, ev):
    w.http.post(w.vars["NEIGHBOUR"], json = {"id": ev["id"]})

on_event(type = "neighbour", handler = neighbour)
`;

/** Milliseconds. */
export interface Latency {
  runs: number;
  median: number;
  p99: number;
  longest: number;
}

/** How long a neighbour is measured. */
const measuredMs = 2000;

/** Runs of the neighbour beside something that is kept up meanwhile. Every one of them must arrive. */
export async function neighbourBeside(
  server: DevServer,
  endpoint: Endpoint,
  keepUp: (stop: AbortSignal) => Promise<void> = () => Promise.resolve(),
): Promise<Latency> {
  const took: number[] = [];
  const stop = new AbortController();
  const kept = keepUp(stop.signal);
  const end = performance.now() + measuredMs;
  while (performance.now() < end) {
    took.push(await oneRun(server, endpoint));
    await pause(5);
  }
  stop.abort();
  await kept;
  const ascending = took.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(ascending[Math.ceil(share * ascending.length) - 1]! * 10) / 10;
  return { runs: took.length, median: at(0.5), p99: at(0.99), longest: at(1) };
}

async function oneRun(server: DevServer, endpoint: Endpoint): Promise<number> {
  const startedAt = performance.now();
  const count = endpoint.received.length;
  await server.send("neighbour");
  while (endpoint.received.length === count) {
    if (performance.now() - startedAt > 30_000) throw new Error("the neighbour's run does not arrive");
    await pause(0);
  }
  return performance.now() - startedAt;
}
