/** What a sleeping run costs: bytes on disk, bytes of memory, and how soon a server with very many of them is ready again. */
import { zstdCompressSync } from "node:zlib";
import { pause, type BenchContext } from "./context.ts";
import { sendBatches } from "./load/event-batches.ts";
import { issueBodies } from "./load/issue-webhook.ts";
import { RawServer } from "./machine-limits.ts";
import { residentBytes } from "./processor-time.ts";
import { tellProfiles } from "./profiles.ts";
import { ServerFolder, ServerProcess } from "./server-process.ts";

const bytes = 6144;
const eventType = "com.gitlab.events.issue_updated";

const script = `
def handle(w, ev):
    iid = ev["data"]["object_attributes"]["iid"]
    w.sleep(days=30)
    print("Issue {} has waited".format(iid))

on_event(type="${eventType}", handler=handle)
`;

/** Measures `parked.disk`, `parked.memory` and `parked.ready`. */
export async function parked(context: BenchContext): Promise<void> {
  const count = context.full ? 1_000_000 : 100_000;
  using raw = await RawServer.start("accept");
  using folder = new ServerFolder(script);
  const empty = await measureEmpty(folder);

  const start = performance.now();
  const bodySize = await fill(context, folder, count);
  const fillSeconds = (performance.now() - start) / 1000;
  const diskBytes = folder.dataBytes() - empty.diskBytes;

  await using server = await ServerProcess.start(folder);
  const memoryBytes = (await settledMemory(server)) - empty.memoryBytes;
  const waiting = await server.metric("autoflow_runs", 'state="waiting"');
  if (waiting !== count) throw new Error(`${count} runs were started, and ${waiting} wait after the restart`);
  await server.stop();

  context.figure({
    name: "parked.disk",
    value: diskBytes / count - bodySize,
    unit: "bytes",
    goal: 2048,
    limit: 0,
    limitOf: "nothing but the body",
    better: "lower",
  });
  context.figure({
    name: "parked.memory",
    value: memoryBytes / count,
    unit: "bytes",
    goal: 200,
    limit: 0,
    better: "lower",
  });
  context.figure({
    name: "parked.ready",
    value: server.startMs / 1000,
    unit: "s",
    goal: 2,
    limit: raw.startMs / 1000,
    limitOf: "bare node:http",
    better: "lower",
  });
  context.note(
    `${count} sleepers, each started by an event of ${bytes} bytes, ${bodySize.toFixed(0)} compressed; filled in ` +
      `${fillSeconds.toFixed(0)} s; ${(diskBytes / 1e6).toFixed(0)} MB on disk; memory ${(memoryBytes / 1e6).toFixed(1)} MB ` +
      `beyond the ${(empty.memoryBytes / 1e6).toFixed(0)} MB of an empty server, which is ready in ${empty.startMs.toFixed(0)} ms`,
  );
  tellProfiles(context);
}

/** A server whose folder was made before and holds nothing. */
async function measureEmpty(
  folder: ServerFolder,
): Promise<{ diskBytes: number; memoryBytes: number; startMs: number }> {
  await using first = await ServerProcess.start(folder);
  await first.stop();
  const diskBytes = folder.dataBytes();
  await using again = await ServerProcess.start(folder);
  const memoryBytes = await settledMemory(again);
  await again.stop();
  return { diskBytes, memoryBytes, startMs: again.startMs };
}

/** Starts the sleepers and ends the server, which leaves one checkpointed database. Returns an event's compressed size. */
async function fill({ profileFolder }: BenchContext, folder: ServerFolder, count: number): Promise<number> {
  await using server = await ServerProcess.start(folder, profileFolder);
  const bodyOf = issueBodies(bytes);
  let compressed = 0;
  let sampled = 0;
  await sendBatches({
    port: server.port,
    type: eventType,
    connections: 4,
    eventsPerBatch: 50,
    data(n) {
      const body = bodyOf(n);
      if (n % 100 === 0) {
        compressed += zstdCompressSync(body).length;
        sampled++;
      }
      return body;
    },
    count,
    idPrefix: "sleeper",
  });
  while ((await server.metric("autoflow_runs", 'state="waiting"')) < count) await pause(50);
  await server.stop();
  return compressed / sampled;
}

/** Resident memory once it does not fall any more. */
async function settledMemory(server: ServerProcess): Promise<number> {
  let lowest = Infinity;
  for (let n = 0; n < 8; n++) {
    await pause(250);
    lowest = Math.min(lowest, residentBytes(server.pid));
  }
  return lowest;
}
