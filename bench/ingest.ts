/** Webhooks of 6 KB accepted durably a second, over 64 connections, and how long the slowest of them waited. */
import type { BenchContext } from "./context.ts";
import { percentile } from "./figure.ts";
import { sendWebhooks } from "./load/webhooks.ts";
import { groupCommitRate, RawServer } from "./machine-limits.ts";
import { describeUse, processorTime } from "./processor-time.ts";
import { tellProfiles } from "./profiles.ts";
import { ServerFolder, ServerProcess } from "./server-process.ts";

const connections = 64;
const bytes = 6144;

/** The project listens, but not to these events: what is measured is that they are taken. */
const script = `
def handle(w, ev):
    print(ev["type"])

on_event(type="com.gitlab.events.pipeline_failed", handler=handle)
`;

/** Measures `ingest` and `ingest.p99`. */
export async function ingest(context: BenchContext): Promise<void> {
  const raw = await measureRaw();
  const rows = groupCommitRate(bytes);
  using folder = new ServerFolder(script);
  await using server = await ServerProcess.start(folder, context.profileFolder);
  const load = { port: server.port, connections, bytes };
  await sendWebhooks({ ...load, forMs: 4000, idPrefix: "warm-up" });
  const before = processorTime(server.pid);
  const accepted = await server.metric("autoflow_events_total", 'duplicate="false"');
  const result = await sendWebhooks({ ...load, forMs: context.full ? 60_000 : 12_000, idPrefix: "measured" });
  const stored = (await server.metric("autoflow_events_total", 'duplicate="false"')) - accepted;
  const after = processorTime(server.pid);
  if (stored !== result.accepted) throw new Error(`${result.accepted} were acknowledged, and ${stored} are stored`);
  await server.stop();

  context.figure({
    name: "ingest",
    value: (result.accepted * 1000) / result.elapsedMs,
    unit: "webhooks/s",
    goal: 10_000,
    limit: Math.min(raw.rate, rows),
    limitOf: raw.rate < rows ? "bare node:http reading the same bodies" : "one row of 6 KB each by group commit",
    better: "higher",
  });
  context.figure({
    name: "ingest.p99",
    value: percentile(result.latencies, 0.99),
    unit: "ms",
    goal: 20,
    limit: raw.p99,
    limitOf: "bare node:http",
    better: "lower",
  });
  context.note(
    `median ${percentile(result.latencies, 0.5).toFixed(1)} ms; a webhook took ${describeUse(before, after, result.accepted)}`,
  );
  tellProfiles(context);
}

async function measureRaw(): Promise<{ rate: number; p99: number }> {
  using raw = await RawServer.start("accept");
  const load = { port: raw.port, connections, bytes };
  await sendWebhooks({ ...load, forMs: 1000, idPrefix: "warm-up" });
  const { accepted, elapsedMs, latencies } = await sendWebhooks({ ...load, forMs: 3000, idPrefix: "raw" });
  return { rate: (accepted * 1000) / elapsedMs, p99: percentile(latencies, 0.99) };
}
