/** From the sending of a webhook to the arrival of its run's first step at another process, at low load. */
import { pause, type BenchContext } from "./context.ts";
import { percentile } from "./figure.ts";
import { issueBodies, webhookHeaders } from "./load/issue-webhook.ts";
import { Outside } from "./load/outside.ts";
import { postRequest, RawConnection } from "./load/raw-client.ts";
import { sendWebhooks } from "./load/webhooks.ts";
import { RawServer, syncLatencies } from "./machine-limits.ts";
import { describeUse, processorTime } from "./processor-time.ts";
import { tellProfiles } from "./profiles.ts";
import { ServerFolder, ServerProcess } from "./server-process.ts";

const bytes = 6144;
const perSecond = 20;

const scriptFor = (outside: string): string => `
def handle(w, ev):
    w.http.post(url="${outside}/first-step", body=ev["id"])

on_event(type="com.gitlab.events.issue_updated", handler=handle)
`;

/** Measures `latency.p50` and `latency.p99`. */
export async function latency(context: BenchContext): Promise<void> {
  const arrivals = new Map<string, (at: number) => void>();
  using outside = await Outside.listen((_path, body, at) => arrivals.get(body)?.(at));
  const sync = syncLatencies();

  using raw = await RawServer.start("forward", outside.port);
  using folder = new ServerFolder(scriptFor(outside.url), { ports: [outside.port] });
  await using server = await ServerProcess.start(folder, context.profileFolder);
  for (const { port } of [raw, server]) {
    await sendWebhooks({ port, connections: 8, bytes, forMs: 5000, idPrefix: "warm-up" });
  }
  await pause(1000);

  // In turn, so that what else the machine does falls on both.
  const before = processorTime(server.pid);
  const seconds = context.full ? 120 : 20;
  const [bare = [], own = []] = await sendInTurn([raw.port, server.port], arrivals, perSecond * seconds);
  const after = processorTime(server.pid);
  await server.stop();

  const common = { unit: "ms", limitOf: "bare node:http: fdatasync, then the post", better: "lower" } as const;
  for (const { name, share, goal } of [
    { name: "latency.p50", share: 0.5, goal: 1 },
    { name: "latency.p99", share: 0.99, goal: 4 },
  ]) {
    context.figure({ ...common, name, value: percentile(own, share), goal, limit: percentile(bare, share) });
  }
  context.note(
    `${own.length} webhooks, ${perSecond} a second; slowest ${own.at(-1)!.toFixed(1)} ms; ` +
      `fdatasync of 4 KiB takes ${percentile(sync, 0.5).toFixed(2)} ms, p99 ${percentile(sync, 0.99).toFixed(2)} ms; ` +
      `a run took ${describeUse(before, after, own.length)}`,
  );
  tellProfiles(context);
}

/** Sends webhooks to several servers in turn, at a steady rate to each. Returns by server the time of each in ms. */
async function sendInTurn(
  ports: number[],
  arrivals: Map<string, (at: number) => void>,
  count: number,
): Promise<number[][]> {
  const bodyOf = issueBodies(bytes);
  const connections = await Promise.all(ports.map((port) => RawConnection.open(port)));
  const waiting: Promise<number>[][] = ports.map(() => []);
  const start = performance.now();
  const intervalMs = 1000 / perSecond / ports.length;
  for (let n = 0; n < count * ports.length; n++) {
    await pause(Math.max(0, start + n * intervalMs - performance.now()));
    const server = n % ports.length;
    const id = `measured-${n}`;
    const request = postRequest("/webhooks/gitlab/default", webhookHeaders(id), bodyOf(n));
    const arrived = new Promise<number>((resolve) => arrivals.set(id, resolve));
    const sentAt = performance.now();
    void connections[server]!.send(request);
    waiting[server]!.push(arrived.then((at) => at - sentAt));
  }
  const latencies = await Promise.all(waiting.map((times) => Promise.all(times)));
  for (const connection of connections) connection.close();
  return latencies;
}
