/** Durable runs a second: each started by an event, each with three steps, each step after the commit of the result before. */
import { pause, type BenchContext } from "./context.ts";
import { sendBatches } from "./load/event-batches.ts";
import { groupCommitRate } from "./machine-limits.ts";
import { describeUse, processorTime } from "./processor-time.ts";
import { tellProfiles } from "./profiles.ts";
import { ServerFolder, ServerProcess } from "./server-process.ts";

const goal = 10_000;
const eventType = "com.gitlab.events.issue_updated";

const script = `
def handle(w, ev):
    iid = ev["data"]["issue"]["iid"]
    first = w.run("builtin://echo", {"step": 1, "iid": iid})
    second = w.run("builtin://echo", {"step": first["step"] + 1, "iid": iid})
    third = w.run("builtin://echo", {"step": second["step"] + 1, "iid": iid})
    return third["step"]

on_event(type="${eventType}", handler=handle)
`;

/** An event, its run, and the journal's rows of four turns: less cannot be durable. */
const rowsPerRun = 6;
const bytesPerRow = 300;

/** Enough under way to fill commits; more would only wait. */
const connections = 4;
const eventsPerBatch = 50;

/** Measures `throughput`: from the first event's sending until the last run has ended, whatever queued up in between. */
export async function throughput(context: BenchContext): Promise<void> {
  const limit = groupCommitRate(bytesPerRow) / rowsPerRun;
  using folder = new ServerFolder(script);
  await using server = await ServerProcess.start(folder, context.profileFolder);
  const load = async (idPrefix: string, forMs: number): Promise<{ runs: number; seconds: number }> => {
    const before = await server.runsSucceeded();
    const start = performance.now();
    const runs = await sendBatches({
      port: server.port,
      type: eventType,
      connections,
      eventsPerBatch,
      data: (n) => `{"project":{"id":1},"issue":{"id":${n},"iid":${n}}}`,
      forMs,
      idPrefix,
    });
    while ((await server.runsSucceeded()) < before + runs) await pause(20);
    return { runs, seconds: (performance.now() - start) / 1000 };
  };

  await load("warm-up", 4000);
  const before = processorTime(server.pid);
  const { runs, seconds } = await load("measured", context.full ? 60_000 : 12_000);
  const after = processorTime(server.pid);
  await checkNothingIsOpen(server);
  await server.stop();

  context.figure({
    name: "throughput",
    value: runs / seconds,
    unit: "runs/s",
    goal,
    limit,
    limitOf: `${rowsPerRun} rows a run by group commit with fsync`,
    better: "higher",
  });
  context.note(
    `${runs} runs in ${seconds.toFixed(1)} s, all succeeded; a run took ${describeUse(before, after, runs)}`,
  );
  tellProfiles(context);
}

async function checkNothingIsOpen(server: ServerProcess): Promise<void> {
  const open = await server.metric("autoflow_runs");
  if (open > 0) throw new Error(`${open} runs are still open`);
}
