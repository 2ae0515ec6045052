/** Serverless Workflow: durable runs a second over HTTP, the start of the process, its memory, and our jq beside jq-wasm. */
import { readFileSync } from "node:fs";
import { loadJq } from "jq-wasm";
import { compileJq } from "../src/languages/jq/jq.ts";
import type { BenchContext } from "./context.ts";
import { median } from "./figure.ts";
import { postRequest, RawConnection } from "./load/raw-client.ts";
import { groupCommitRate } from "./machine-limits.ts";
import { describeUse, processorTime } from "./processor-time.ts";
import { tellProfiles } from "./profiles.ts";
import { ServerFolder, ServerProcess } from "./server-process.ts";

const workflow = `
id: three-injects
version: "1.0"
specVersion: "0.8"
start: First
states:
  - name: First
    type: inject
    data: { first: { at: 1, of: three } }
    transition: Second
  - name: Second
    type: inject
    data: { second: [1, 2, 3] }
    transition: Third
  - name: Third
    type: inject
    data: { third: done }
    end: true
`;

const connections = 16;
/** A run and the journal's row of its one turn. */
const rowsPerRun = 2;
const bytesPerRow = 400;
/** What SonataFlow on the JVM takes after its load, in MB: reference measurement on such a machine. */
const sonataFlowRssMb = 355;

export async function serverlessWorkflow(context: BenchContext): Promise<void> {
  await measureRuns(context);
  await measureStart(context);
  await measureJq(context);
}

async function measureRuns(context: BenchContext): Promise<void> {
  const limit = groupCommitRate(bytesPerRow) / rowsPerRun;
  using folder = new ServerFolder({ "three-injects.sw.yaml": workflow });
  await using server = await ServerProcess.start(folder, context.profileFolder);
  await post(server.port, 4000);
  const before = processorTime(server.pid);
  const { runs, seconds } = await post(server.port, context.full ? 60_000 : 12_000);
  const after = processorTime(server.pid);
  const rss = residentMb(server.pid);
  await server.stop();
  context.figure({
    name: "serverless-workflow.runs",
    value: runs / seconds,
    unit: "runs/s",
    goal: 5000,
    limit,
    limitOf: `${rowsPerRun} rows a run by group commit with fsync`,
    better: "higher",
  });
  context.figure({
    name: "serverless-workflow.rss",
    value: rss,
    unit: "MB",
    goal: sonataFlowRssMb / 3,
    better: "lower",
  });
  context.note(`${runs} runs in ${seconds.toFixed(1)} s, all 201; a run took ${describeUse(before, after, runs)}`);
  tellProfiles(context);
}

/** Posts over all connections, each the next when the last is answered. Throws when one does not end. */
async function post(port: number, forMs: number): Promise<{ runs: number; seconds: number }> {
  const request = postRequest("/three-injects", { "content-type": "application/json" }, '{"workflowdata":{"n":1}}');
  const start = performance.now();
  let runs = 0;
  const sendOn = async (): Promise<void> => {
    const connection = await RawConnection.open(port);
    while (performance.now() - start < forMs) {
      const { status, body } = await connection.send(request);
      if (status !== 201 || !body.includes('"third":"done"')) throw new Error(`answered with ${status}: ${body}`);
      runs++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, sendOn));
  return { runs, seconds: (performance.now() - start) / 1000 };
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}

/** From the start of the process, with its database there already, until the first run has been answered. */
async function measureStart(context: BenchContext): Promise<void> {
  using folder = new ServerFolder({ "three-injects.sw.yaml": workflow });
  const times: number[] = [];
  for (let n = 0; n < 8; n++) {
    const startedAt = performance.now();
    await using server = await ServerProcess.start(folder);
    const answer = await fetch(`http://127.0.0.1:${server.port}/three-injects`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    if (answer.status !== 201) throw new Error(`answered with ${answer.status}`);
    // The first one writes the code cache and the database.
    if (n > 0) times.push(performance.now() - startedAt);
    await server.stop();
  }
  context.figure({ name: "serverless-workflow.start", value: median(times), unit: "ms", goal: 300, better: "lower" });
}

const expressions = [
  ".a.b+1",
  '{message: ("x" + .n)}',
  '.size == "small"',
  '(.labels|length>0) and (.labels[0]=="denied")',
];
const input = '{"a":{"b":1},"n":"y","size":"small","labels":["approved","wanted"]}';

/** Evaluations a second of small expressions, in turn with jq-wasm in the same process. */
async function measureJq(context: BenchContext): Promise<void> {
  const wasm = await loadJq();
  const parsed = JSON.parse(input) as Record<string, unknown>;
  const value = compileJq("fromjson").all(input)[0]!;
  const ratios: number[] = [];
  const rates: number[] = [];
  for (const text of expressions) {
    const program = compileJq(text);
    const own = rateOf(() => program.all(value), 1000);
    const theirs = rateOf(() => wasm.json(parsed, text), 1000);
    rates.push(own);
    ratios.push(own / theirs);
    context.note(`${text}: ${Math.round(own).toLocaleString("en-US")}/s, jq-wasm ${Math.round(theirs)}/s`);
  }
  context.figure({ name: "serverless-workflow.jq", value: median(rates), unit: "evaluations/s", better: "higher" });
  context.figure({
    name: "serverless-workflow.jq-ratio",
    value: Math.min(...ratios),
    unit: "x jq-wasm",
    goal: 100,
    better: "higher",
  });
}

/** Calls a second, after a warm-up. */
function rateOf(call: () => unknown, forMs: number): number {
  for (const end = performance.now() + forMs / 4; performance.now() < end;) call();
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < forMs) {
    for (let n = 0; n < 10; n++) call();
    calls += 10;
  }
  return (calls * 1000) / (performance.now() - start);
}
