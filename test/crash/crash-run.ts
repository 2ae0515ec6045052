/** One crash test: a server, a ledger, a sender and a killer; afterwards, the proof. */
import { randomBytes } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, startAutoflow } from "../support/autoflow.ts";
import { type ChildProcess, startProcess } from "../support/child-process.ts";
import { pause } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { endInGoodOrder, type Killings, killRepeatedly, untilListening } from "./killer.ts";
import { Delivery } from "./delivery.ts";
import type { CallReport, LedgerEntry, StepReport } from "./ledger-entry.ts";
import { Moments } from "./moments.ts";
import { prove } from "./prove.ts";
import { proveWorkflows } from "./prove-workflows.ts";
import { seededRandom } from "./random.ts";
import { killWorkerRepeatedly } from "./replica.ts";
import { readServer, settle, type ServerView } from "./read-server.ts";
import { type Pace, Sender } from "./sender.ts";
import { workflowProject, WorkflowSender } from "./workflow-sender.ts";

export interface CrashOptions {
  kills: number;
  seed: number;
  /** Where everything is kept: configuration, data, ledger, the server's log. */
  folder: TempFolder;
  progress?: (line: string) => void;
  /** On Temporal, with a worker beside the server that is killed as well; on the embedded engine when absent. */
  temporal?: TemporalPlace;
}

/** An AutoFlow of its own on a Temporal server that outlives the kills. */
export interface TemporalPlace {
  hostPort: string;
  taskQueue: string;
}

export interface CrashReport extends Killings {
  kills: number;
  seed: number;
  /** Of the worker beside the server, on Temporal. */
  workerKills: number;
  /** Requests that were acknowledged (events, starts), and of them those that were made once more afterwards. */
  acknowledged: number;
  resent: number;
  /** Requests of the sender that were not acknowledged, and made again. */
  refused: number;
  /** Events in the log. */
  events: number;
  /** Of scripts and of workflows. */
  runs: number;
  turns: number;
  /** HTTP calls of scripts by idempotency key, and the requests beyond the first that carried one. */
  actions: number;
  repeatedAttempts: number;
  /** Fibers that had calls of their own. */
  fibers: number;
  /** Waits that timed out while their run waited for something else too. */
  lostWaits: number;
  workflowRuns: number;
  /** Of them, those that another run or the clock has started. */
  childRuns: number;
  ticks: number;
  /** HTTP calls of workflows by idempotency key, and the requests beyond the first that carried one. */
  workflowCalls: number;
  repeatedCalls: number;
  /** Of operators, who were answered. */
  commands: number;
  seconds: number;
  /** What was wrong; empty when everything was proved. */
  problems: string[];
}

const webhookToken = "crash-test-webhook-token";
/** After the last kill everything ends within this time, or something is stuck. */
const settleMs = 120_000;
/** As the workflow `tick` has it. */
const tickMs = 2000;

/** As fast as one server takes it. */
const fastPace: Pace = { stories: 24, workflowStories: 8 };

/** A development server of Temporal computes some dozens of runs per second beside processes that start all the time: what is told has to end first. */
function steadyPace(ledgerUrl: string): Pace {
  const isOver = async (story: string): Promise<void> => {
    while (!(await fetch(`${ledgerUrl}/over/${story}`)).ok) await pause(100);
  };
  return { stories: 16, workflowStories: 6, isOver };
}

export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  const { folder, kills, seed, progress = () => {} } = options;
  const startedAt = performance.now();
  const problems: string[] = [];
  const problem = (text: string): void => void problems.push(text);
  await using ledger = startLedger(folder, seed);
  const ledgerUrl = (await ledger.untilOutput(/http:\S+/))[0];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = writeConfig(folder, port, ledgerUrl, options.temporal);
  const startProgram = (command: "serve" | "worker"): ChildProcess => {
    const started = startAutoflow([command, "--config", config], { cwd: folder.path });
    void started.exited.then(() => appendFileSync(folder.join(`${command}.log`), started.stderr));
    return started;
  };
  const start = (): ChildProcess => startProgram("serve");

  const moments = new Moments();
  ledger.onOutput(() => moments.happened("performed"));
  const delivery = new Delivery({ url, random: seededRandom(seed + 1), moments, problem });
  const pace = options.temporal === undefined ? fastPace : steadyPace(ledgerUrl);
  const sender = new Sender(delivery, webhookToken, pace);
  const workflowSender = new WorkflowSender(delivery, ledgerUrl, pace);
  const stop = new AbortController();
  const sending = Promise.all([sender.run(stop.signal), workflowSender.run(stop.signal)]);
  const workerKilling =
    options.temporal === undefined
      ? Promise.resolve(0)
      : killWorkerRepeatedly(() => startProgram("worker"), seededRandom(seed + 2), problem, stop.signal);
  const killings = await killRepeatedly({
    start,
    kills,
    random: seededRandom(seed),
    problem,
    moments,
    burst: () => sender.burst(),
    killed: (count) => count % 25 === 0 && progress(`${count} kills, ${delivery.acknowledged} starts and events`),
  });
  stop.abort();
  const workerKills = await workerKilling;

  await using server = start();
  await untilListening(server);
  await within(settleMs, sending, () => problem("the sender could not finish its stories"));
  const until = await settle(url, settleMs, problem);
  // Before the list of runs is read, so that every run of which the ledger knows is in it.
  const entries = readLedger(folder);
  const view = await readServer(url, until);
  await endInGoodOrder(server, problem);
  const ledgerView = splitLedger(entries, view);
  problems.push(
    ...prove({
      stories: sender.stories,
      otherEvents: [...sender.forNobody, ...workflowSender.events],
      events: view.events,
      ledger: ledgerView.steps,
      runs: view.runs,
    }),
    ...proveWorkflows({
      stories: workflowSender.stories,
      ledger: ledgerView.calls,
      runs: view.workflowRuns,
      tickMs,
      ...(options.temporal !== undefined && { lateTicks: 1 }),
      tickedUntil: until,
    }),
  );
  const { acknowledged, resent, refused } = delivery;
  return {
    kills,
    seed,
    ...killings,
    workerKills,
    acknowledged,
    resent,
    refused,
    ...countSteps(view, ledgerView.steps),
    ...countCalls(view, ledgerView.calls),
    commands: workflowSender.commands,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    problems,
  };
}

function countSteps({ events, runs, workflowRuns }: ServerView, steps: readonly LedgerEntry[]) {
  const all = [...runs, ...workflowRuns];
  const branches = steps.flatMap(({ step }) => (step.branch === undefined ? [] : [`${step.run} ${step.branch}`]));
  return {
    events: events.length,
    runs: all.length,
    turns: all.reduce((sum, { history }) => sum + history.filter(({ arrival }) => arrival !== undefined).length + 1, 0),
    actions: new Set(steps.map(({ key }) => key)).size,
    repeatedAttempts: steps.filter(({ attempt }) => attempt > 1).length,
    fibers: new Set(branches).size,
    lostWaits: steps.reduce((sum, { step, attempt }) => sum + (attempt === 1 ? (step.lost ?? 0) : 0), 0),
  };
}

function countCalls({ workflowRuns }: ServerView, calls: readonly LedgerEntry<CallReport>[]) {
  return {
    workflowRuns: workflowRuns.length,
    childRuns: workflowRuns.filter(({ parent }) => parent !== undefined).length,
    ticks: workflowRuns.filter(({ workflow }) => workflow === "tick").length,
    workflowCalls: new Set(calls.map(({ key }) => key)).size,
    repeatedCalls: calls.filter(({ attempt }) => attempt > 1).length,
  };
}

function startLedger(folder: TempFolder, seed: number): ChildProcess {
  const script = path.join(import.meta.dirname, "ledger.ts");
  return startProcess(process.execPath, [script, folder.join("ledger.jsonl"), String(seed)], { stdin: null });
}

type Report = StepReport & CallReport;

function readLedger(folder: TempFolder): LedgerEntry<Report>[] {
  const lines = folder.read("ledger.jsonl").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LedgerEntry<Report>);
}

/** What scripts have told the ledger, and what the workflows of the view have. */
function splitLedger(
  entries: readonly LedgerEntry<Report>[],
  { ignored }: ServerView,
): { steps: LedgerEntry[]; calls: LedgerEntry<CallReport>[] } {
  const isCall = ({ path: called }: LedgerEntry): boolean => called.startsWith("/workflows");
  return {
    steps: entries.filter((entry) => !isCall(entry)),
    calls: entries.filter((entry) => isCall(entry) && !ignored.has(entry.step.run)),
  };
}

/** A server as an operator would configure it: with a webhook token, and with encryption. */
function writeConfig(folder: TempFolder, port: number, ledgerUrl: string, temporal?: TemporalPlace): string {
  writeFileSync(folder.join("key"), randomBytes(32));
  const ledgerPort = Number(new URL(ledgerUrl).port);
  const nowhere = 1;
  return folder.write(
    "autoflow.yaml",
    JSON.stringify({
      listen: { port },
      data: "data",
      sources: { crash: { token: webhookToken } },
      projects: {
        "*": {
          script: { folder: path.join(root, "test/crash/project") },
          vars: {
            LEDGER: ledgerUrl,
            NOWHERE: `http://127.0.0.1:${nowhere}/`,
            SHORT_WAIT: temporal === undefined ? "60ms" : "900ms",
          },
        },
        [workflowProject]: { script: { folder: path.join(root, "test/crash/workflows") } },
      },
      http_client: { allowed_ips: ["127.0.0.1"], allowed_ports: [ledgerPort, nowhere] },
      encryption: { keys: [{ id: "crash", file: "key" }] },
      ...(temporal !== undefined && {
        engine: "temporal",
        temporal: { host_port: temporal.hostPort, task_queue: temporal.taskQueue },
      }),
    }),
  );
}

async function within(ms: number, work: Promise<unknown>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve();
    }, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
